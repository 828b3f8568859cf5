import { rmSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { addEvent, addMember, emptyOrganization } from "../../../demo/organization.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../../load/warehouse/open.ts";
import { emptyFolder, hubOf, rowsOf, syncHere } from "../../kit/at-work.ts";

async function writer(): Promise<WarehouseFile> {
  const warehouse = await openWriter(emptyFolder());
  onTestFinished(() => warehouse.close());
  await migrate(warehouse, "0.0.0");
  await sql`create table note (text varchar)`.execute(warehouse.db);
  return warehouse;
}

const note = (text: string) => sql`insert into note values (${text})`;
const missing = sql`from read_parquet('/nowhere/at/all.parquet')`;

async function notes({ db }: WarehouseFile): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`select text from note order by rowid`.execute(db);
  return rows.map(({ text }) => text);
}

it("a statement that fails beside a transaction leaves that transaction alone", async () => {
  const warehouse = await writer();
  let begun = () => {};
  let asked = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const merging = warehouse.transaction(async (tx) => {
    await note("first").execute(tx);
    begun();
    await isAsked;
    await note("second").execute(tx);
  });
  await isBegun;
  const failing = missing.execute(warehouse.db).catch((error: Error) => error.message);
  asked();
  await merging;
  expect(await failing).toMatch(/nowhere/);
  expect(await notes(warehouse)).toEqual(["first", "second"]);
});

it("transactions asked for at the same time come one after the other, and one that fails takes only its own back", async () => {
  const warehouse = await writer();
  const ended = await Promise.allSettled(
    ["a", "b", "c", "d"].map((text) =>
      warehouse.transaction(async (tx) => {
        await note(`${text}1`).execute(tx);
        if (text === "b") await missing.execute(tx);
        await note(`${text}2`).execute(tx);
      }),
    ),
  );
  expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(await notes(warehouse)).toEqual(["a1", "a2", "c1", "c2", "d1", "d2"]);
});

it("a statement inside a transaction that is not sent through it is refused at once: it would wait for itself", async () => {
  const warehouse = await writer();
  const inside = warehouse.transaction(async () => notes(warehouse));
  await expect(inside).rejects.toThrow(/through that transaction's tx/);
  await expect(warehouse.transaction(async () => warehouse.transaction(async () => 1))).rejects.toThrow(/tx/);
  await note("after").execute(warehouse.db);
  expect(await notes(warehouse)).toEqual(["after"]);
});

it("lists of actions that are gone from the raw zone stop no run: they are read and kept again", async () => {
  const orgs = ["acme", "beta"];
  const organizations = orgs.map((name) => emptyOrganization(name));
  for (const organization of organizations) {
    addMember(organization, { username: "boss", role: "Owner" });
    for (let n = 1; n < 200; n++)
      addEvent(organization, { action: "repo.create", name: "a/b", actor: "boss", atMs: Date.now() - n * 60_000 });
  }
  const hub = await hubOf(organizations);
  const folder = emptyFolder();
  expect((await syncHere({ folder, hub, orgs })).exitCode).toBe(0);
  const events = await rowsOf(join(folder, "data/warehouse.duckdb"), "select count(*) as n from fct_usage");
  for (let time = 0; time < 3; time++) {
    rmSync(join(folder, "data/raw/actions"), { recursive: true });
    expect((await syncHere({ folder, hub, orgs })).exitCode).toBe(0);
  }
  expect(await rowsOf(join(folder, "data/warehouse.duckdb"), "select count(*) as n from fct_usage")).toEqual(events);
});

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBConnection } from "@duckdb/node-api";
import { expect, it, onTestFinished } from "vitest";
import { addMember, emptyOrganization, memberOf, removeMember } from "../../demo/organization.ts";
import { slicePage } from "../../extract/page.ts";
import { newRunId, RawStore } from "../../extract/raw/store.ts";
import { UsageError } from "../../pipelines/usage-error.ts";
import { differences, emptyFolder, filesBelow, hubOf, rebuildHere, rowsOf, syncHere } from "../kit/at-work.ts";

const ORG = "acme";
const HOUR_MS = 3_600_000;
const START = Date.parse("2026-05-01T00:00:00Z");

it("a folder without raw files is no data folder: rebuild refuses it, makes nothing and takes nothing", async () => {
  const folder = emptyFolder();
  for (const data of [folder, join(folder, "nowhere"), join(folder, "wrong")]) {
    if (data.endsWith("wrong")) {
      mkdirSync(join(data, "raw"), { recursive: true });
      writeFileSync(join(data, "notes.txt"), "mine");
    }
    const before = existsSync(data) ? readdirSync(data, { recursive: true }) : null;
    await expect(rebuildHere(data)).rejects.toThrow(UsageError);
    await expect(rebuildHere(data)).rejects.toThrow(/no raw files below .*--data/);
    expect(existsSync(data) ? readdirSync(data, { recursive: true }) : null).toEqual(before);
  }
});

it("a data folder that lost its raw files keeps the warehouse it has", async () => {
  const hub = await hubOf([emptyOrganization(ORG)]);
  addMember(hub.organizations[0]!, { username: "boss", role: "Owner" });
  const folder = emptyFolder();
  expect((await syncHere({ folder, hub, orgs: [ORG] })).exitCode).toBe(0);
  const data = join(folder, "data");
  rmSync(join(data, "raw"), { recursive: true });
  const kept = filesBelow(data).map((file) => [file, readFileSync(file)] as const);
  await expect(rebuildHere(data)).rejects.toThrow(UsageError);
  expect(filesBelow(data)).toEqual(kept.map(([file]) => file));
  for (const [file, bytes] of kept) expect(readFileSync(file).equals(bytes), file).toBe(true);
});

it("nights that repeat the one before, and nights that do not, are rebuilt as they were merged one by one", async () => {
  const hub = await hubOf([emptyOrganization(ORG, { plan: "Business", insights: true })]);
  const organization = hub.organizations[0]!;
  for (const username of ["boss", "ann", "bob", "cid", "dan"]) addMember(organization, { username });
  const folder = emptyFolder();
  const nights: (() => void)[] = [
    () => {},
    () => {},
    () => addMember(organization, { username: "eve" }),
    () => {},
    () => Object.assign(memberOf(organization, "ann"), { last_seen_at: "2026-05-20T11:00:00Z" }),
    () => {},
    () => removeMember(organization, "eve"),
    // the same people as two nights before, not as the night before
    () => addMember(organization, { username: "eve" }),
    () => {},
  ];
  for (const night of nights) {
    night();
    expect((await syncHere({ folder, hub, orgs: [ORG] })).exitCode).toBe(0);
  }
  const data = join(folder, "data");
  const published = join(data, "warehouse.duckdb");
  renameSync(published, join(folder, "before.duckdb"));
  expect(await rebuildHere(data)).toMatchObject({ exitCode: 0, unmerged_files: [], broken_files: [] });
  expect(await differences(join(folder, "before.duckdb"), published)).toEqual([]);
  const [row] = await rowsOf(published, "select count(*) as n from ops.member_snapshots");
  expect(row).toEqual({ n: nights.length });
});

/** How many statements are sent to DuckDB until the test ends. */
function statementsSent(): () => number {
  const { runAndReadAll } = DuckDBConnection.prototype;
  let sent = 0;
  DuckDBConnection.prototype.runAndReadAll = function (...given) {
    sent++;
    return runAndReadAll.apply(this, given);
  };
  onTestFinished(() => {
    DuckDBConnection.prototype.runAndReadAll = runAndReadAll;
  });
  return () => sent;
}

it("hundreds of small files are rebuilt with a few statements each, and each is merged once", async () => {
  const data = emptyFolder();
  const page = (key: string, rows: unknown[], at: Date) => ({
    number: 1,
    page: slicePage(Buffer.from(JSON.stringify({ [key]: rows })), key, at),
  });
  for (let run = 0; run < 200; run++) {
    const at = new Date(START + run * HOUR_MS);
    const store = new RawStore(data);
    const meta = {
      org: ORG,
      run_id: newRunId(at),
      read_at: at,
      window_from: at,
      window_to: at,
      kind: "snapshot",
    } as const;
    const members = Array.from({ length: 20 + Math.floor(run / 24) }, (_, n) => ({ id: `${n}`, username: `u${n}` }));
    const event = { account: ORG, action: "repo.tag.push", name: `${ORG}/a`, actor: "u1", timestamp: at.toISOString() };
    await store.write({ ...meta, stream: "invites" }, [page("data", [], at)]);
    await store.write({ ...meta, stream: "members" }, [page("results", members, at)]);
    const window = { kind: "window", stream: "auditlog", window_from: new Date(at.getTime() - HOUR_MS) } as const;
    await store.write({ ...meta, ...window }, [page("logs", [event], at)]);
  }
  const sent = statementsSent();
  const report = await rebuildHere(data);
  expect(report).toMatchObject({ exitCode: 0, raw_files: 600, facts: 200 });
  // marts, checks and migrations included
  expect(sent()).toBeLessThan(3 * 600);
  const published = join(data, "warehouse.duckdb");
  const [row] = await rowsOf(
    published,
    `select (select count(*) from ops.loaded_files) as files, (select count(*) from ops.member_snapshots) as snapshots,
       (select count(*) from dim_member where is_current) as people, (select count(distinct valid_from) from dim_member) as changes`,
  );
  expect(row).toEqual({ files: 600, snapshots: 200, people: 28, changes: 9 });
});

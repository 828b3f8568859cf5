import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { addEvent, addMember, emptyOrganization, type Organization } from "../../../demo/organization.ts";
import { rebuild } from "../../../pipelines/run/rebuild.ts";
import { differences, emptyFolder, filesBelow, hubOf, rowsOf, syncHere } from "../../kit/at-work.ts";

function organization(name: string): Organization {
  const made = emptyOrganization(name);
  addMember(made, { username: "boss", role: "Owner" });
  for (let n = 0; n < 30; n++) {
    const atMs = Date.now() - 60_000 - n * 20 * 3_600_000;
    addEvent(made, { action: "repo.tag.push", name: `${name}/app`, actor: "boss", atMs });
  }
  return made;
}

const PER_ORG = "select org, count(*) as n from fct_usage group by all order by all";
const rawFiles = (data: string) => filesBelow(join(data, "raw")).filter((file) => file.endsWith(".parquet"));

/** Writes a raw file again as version 0.1.0 wrote it: with a column for the organization, and a pair of metadata a field. */
async function asBefore(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `select decode(value) from parquet_kv_metadata('${path}') where decode(key) = 'docktally'`,
  );
  const meta = JSON.parse(String(reader.getRows()[0]![0])) as Record<string, unknown>;
  const pairs = Object.entries(meta).map(([key, value]) => `'docktally.${key}': '${value}'`);
  await connection.run(
    `copy (select '${meta.org}' as org, * from read_parquet('${path}', hive_partitioning = false))
     to '${path}.old' (format parquet, kv_metadata {${pairs.join(", ")}})`,
  );
  connection.closeSync();
  instance.closeSync();
  renameSync(`${path}.old`, path);
}

it("organizations whose names look like numbers, dates or nothing are read like any other", async () => {
  const orgs = ["20240101", "2024-01-01", "null", "true", "1e5", "acme"];
  const hub = await hubOf(orgs.map(organization));
  const folder = emptyFolder();
  for (let night = 0; night < 2; night++) {
    const report = await syncHere({ folder, hub, orgs });
    expect([report.exitCode, report.connections.map(({ status }) => status)]).toEqual([0, orgs.map(() => "ok")]);
  }
  const published = join(folder, "data/warehouse.duckdb");
  expect(await rowsOf(published, PER_ORG)).toEqual([...orgs].sort().map((org) => ({ org, n: 30 })));
  const actions = await rowsOf(
    published,
    "select distinct org from ops.loaded_files where stream = 'actions' order by all",
  );
  expect(actions.length).toBe(orgs.length);
});

it("a data folder below a folder that is called like another organization changes no name", async () => {
  const hub = await hubOf([organization("acme")]);
  const folder = join(emptyFolder(), "org=other", "stream=members", "payload=7");
  mkdirSync(folder, { recursive: true });
  expect((await syncHere({ folder, hub, orgs: ["acme"] })).exitCode).toBe(0);
  const published = join(folder, "data/warehouse.duckdb");
  expect(await rowsOf(published, PER_ORG)).toEqual([{ org: "acme", n: 30 }]);
  expect(await rowsOf(published, "select distinct org from seats")).toEqual([{ org: "acme" }]);
});

it("no raw file has a column that its folder's name gives already: programs that read whole folders refuse both", async () => {
  const hub = await hubOf([organization("acme")]);
  const folder = emptyFolder();
  expect((await syncHere({ folder, hub, orgs: ["acme"] })).exitCode).toBe(0);
  const data = join(folder, "data");
  for (const file of rawFiles(data)) {
    const names = await rowsOf(
      join(data, "warehouse.duckdb"),
      `select column_name as name from (describe from read_parquet('${file}', hive_partitioning = false))`,
    );
    expect(names.map(({ name }) => name)).not.toContain("org");
    expect(names.map(({ name }) => name)).toContain("payload");
  }
  const streams = await rowsOf(
    join(data, "warehouse.duckdb"),
    `select org, stream, count(*) > 0 as has from read_parquet('${data}/raw/*/*/*.parquet', hive_partitioning = true) group by all order by all`,
  );
  expect(streams.map(({ org, stream }) => `${org} ${stream}`)).toEqual([
    "acme actions",
    "acme auditlog",
    "acme members",
  ]);
});

it("raw files that version 0.1.0 wrote, with the organization as a column, load with the same facts, also beside new ones", async () => {
  const orgs = ["acme", "beta"];
  const hub = await hubOf(orgs.map(organization));
  const folder = emptyFolder();
  expect((await syncHere({ folder, hub, orgs })).exitCode).toBe(0);
  const data = join(folder, "data");
  const published = join(data, "warehouse.duckdb");
  const before = join(folder, "before.duckdb");
  const again = () => rebuild(data, new Date(), new AbortController().signal, () => {});
  renameSync(published, before);
  const files = rawFiles(data);
  const halves = [files.filter((_, n) => n % 2 === 0), files.filter((_, n) => n % 2 === 1)];
  for (const half of halves) {
    for (const file of half) await asBefore(file);
    expect(await again()).toMatchObject({ exitCode: 0, raw_files: files.length });
    expect(await differences(before, published, { relations: ["ops.warnings"] })).toEqual([]);
  }
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it, onTestFinished } from "vitest";
import { addEvent, addMember, emptyOrganization, type Organization, removeMember } from "../../../demo/organization.ts";
import {
  change,
  differences,
  docktally,
  emptyFolder,
  environmentOf,
  filesBelow,
  hubOf,
  MOST_MS,
  rowsOf,
  syncHere,
} from "../../kit/at-work.ts";

const ORG = "acme";

function acme(events = 3): Organization {
  const organization = emptyOrganization(ORG);
  addMember(organization, { username: "boss", role: "Owner" });
  for (let n = 0; n < events; n++) push(organization, Date.now() - (n + 1) * 60_000, n);
  return organization;
}

function push(organization: Organization, atMs: number, n: number): void {
  const data = { tag: `t${n}`, digest: "sha256:00" };
  addEvent(organization, { action: "repo.tag.push", name: `${ORG}/app`, actor: "boss", atMs, eventId: `e${n}`, data });
}

/** A folder in which an organization was synced once. */
async function synced(organization = acme()) {
  const hub = await hubOf([organization]);
  const cwd = emptyFolder();
  const report = await syncHere({ folder: cwd, hub, orgs: [ORG] });
  expect(report.exitCode).toBe(0);
  const env = { SECRET_0: "dckr_oat_demo-acme" };
  return {
    cwd,
    hub,
    organization,
    published: join(cwd, "data/warehouse.duckdb"),
    state: join(cwd, "data/state/warehouse.duckdb"),
    run: (...args: string[]) => docktally(args, { cwd, env }),
  };
}

it("another process that holds the warehouse: 5, the object names it, and the skipped run is in ops.runs later", async () => {
  const { hub, state, run, published } = await synced();
  const asked = hub.counts.total;
  const holder = await DuckDBInstance.create(state);
  const [sync, rebuild] = await Promise.all([run("sync", "--json"), run("rebuild")]);
  holder.closeSync();
  expect([sync.code, rebuild.code]).toEqual([5, 5]);
  expect(sync.json).toMatchObject({ status: "failed", requests: 0, connections: [] });
  expect(sync.json.message).toContain(`process ${process.pid} `);
  expect(sync.stderr).toContain(`process ${process.pid} `);
  expect(rebuild.stderr).toContain(`process ${process.pid} `);
  expect(hub.counts.total).toBe(asked);
  const next = await run("sync", "--json");
  expect(next.code).toBe(0);
  const skipped = await rowsOf(
    published,
    "select run_id, command, exit_code from ops.runs where status = 'skipped' order by command",
  );
  expect(skipped).toMatchObject([
    { command: "rebuild", exit_code: 5 },
    { run_id: sync.json.run_id, command: "sync" },
  ]);
});

it("a failing check: 6, not published, the check is named; the next good load is published again", async () => {
  const { state, published, run, organization } = await synced();
  const before = readFileSync(published);
  await change(state, "insert into fct_usage select * from fct_usage limit 1");
  push(organization, Date.now() - 1000, 99);
  const bad = await run("sync", "--json");
  expect([bad.code, bad.json.status]).toEqual([6, "failed"]);
  expect(bad.json.message).toMatch(/facts_are_unique.*not published|not published.*facts_are_unique/s);
  expect(readFileSync(published).equals(before)).toBe(true);
  const mended = await run("rebuild", "--json");
  expect([mended.code, mended.json.facts]).toEqual([0, 4]);
  const runs = await rowsOf(published, "select command, status, exit_code from ops.runs order by started_at");
  expect(runs.map(({ command, status, exit_code }) => `${command} ${status} ${exit_code}`)).toEqual([
    "sync ok 0",
    "sync failed 6",
    "rebuild ok 0",
  ]);
});

it("a warehouse from a newer version: 2, both versions named, nothing changed", async () => {
  const { state, run, hub } = await synced();
  await change(state, "insert into schema_migrations values (9999, '9999_later.sql', now()::timestamp, '7.8.9')");
  const asked = hub.counts.total;
  const own = JSON.parse(readFileSync("package.json", "utf8")).version;
  for (const command of ["sync", "rebuild"]) {
    const ran = await run(command, "--json");
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain("docktally 7.8.9");
    expect(ran.stderr).toContain(`docktally ${own}`);
  }
  expect(hub.counts.total).toBe(asked);
});

it("a warehouse that an older version published: reports say what to do, 2; a question in SQL is still answered", async () => {
  const { published, run } = await synced();
  await change(published, "delete from schema_migrations where version > 13");
  for (const command of [
    ["report", "licenses"],
    ["explain", "ann"],
  ]) {
    const { code, stderr } = await run(...command);
    expect([code, stderr]).toEqual([2, expect.stringContaining("has schema version 13")]);
    expect(stderr).toContain('Run "docktally sync"');
  }
  expect((await run("query", "select 1 as one")).code).toBe(0);
});

it("a data folder that cannot be written: 2 and an empty standard output, before any request", async () => {
  const hub = await hubOf([acme()]);
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "file"), "");
  const env = environmentOf(hub, ORG);
  const { code, stdout, stderr } = await docktally(["sync", "--json", "--data", "file/data"], { cwd, env });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("file/data cannot be written");
  expect(hub.counts.total).toBe(0);
});

it("a raw zone that cannot be written: 2, and what is published stays", async () => {
  const { cwd, run, published } = await synced();
  const before = readFileSync(published);
  rmSync(join(cwd, "data/raw"), { recursive: true });
  writeFileSync(join(cwd, "data/raw"), "");
  const { code, stdout, stderr } = await run("sync", "--json");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/data folder/);
  expect(readFileSync(published).equals(before)).toBe(true);
});

it("`rebuild` with a broken raw file: 4, the file named, the others there; the next sync reads its window again", async () => {
  const { cwd, run, published } = await synced();
  // the largest is the one with rows
  const files = filesBelow(join(cwd, "data/raw/auditlog")).sort((a, b) => statSync(b).size - statSync(a).size);
  const file = files[0]!;
  writeFileSync(file, readFileSync(file).subarray(0, 500));
  const name = file.slice(join(cwd, "data/").length);
  const { code, json, stderr } = await run("rebuild", "--json");
  expect([code, json.status, json.broken_files]).toEqual([4, "partial", [name]]);
  expect(stderr).toContain(name);
  expect(await rowsOf(published, "select count(*) as n from seats")).toEqual([{ n: 1 }]);
  const next = await run("sync", "--json");
  expect(next.json.connections[0].streams.auditlog.facts_new).toBe(3);
  expect(await rowsOf(published, "select count(*) as n from fct_usage")).toEqual([{ n: 3 }]);
});

it("a deleted writer's warehouse takes runs and settings over from the published one", async () => {
  const { cwd, run, published } = await synced();
  rmSync(join(cwd, "data/state"), { recursive: true });
  const { code, stderr } = await run("sync");
  expect([code, stderr]).toEqual([0, expect.stringContaining("building it from")]);
  const runs = await rowsOf(published, "select command, status from ops.runs order by started_at");
  expect(runs).toEqual([
    { command: "sync", status: "ok" },
    { command: "sync", status: "ok" },
  ]);
});

it("a reader of the published file never errs and never sees half a load, whatever is synced meanwhile", async () => {
  const { cwd, organization, hub, published } = await synced();
  const script = `
    const { DuckDBInstance } = require("@duckdb/node-api");
    let stop = false, opened = 0;
    process.stdin.on("data", () => { stop = true; });
    (async () => {
      const kept = await DuckDBInstance.create(${JSON.stringify(published)}, { access_mode: "READ_ONLY" });
      const old = await kept.connect();
      while (!stop) {
        const instance = await DuckDBInstance.create(${JSON.stringify(published)}, { access_mode: "READ_ONLY" });
        const connection = await instance.connect();
        const sums = "select (select count(*) from fct_usage) as facts, (select coalesce(sum(facts), 0) from org_day) as days, (select sum(facts) from ops.loaded_files) as files";
        const [row] = (await connection.runAndReadAll(sums)).getRowObjectsJson();
        if (row.facts !== row.days || row.facts !== row.files) throw new Error(JSON.stringify(row));
        const [first] = (await old.runAndReadAll(sums)).getRowObjectsJson();
        if (first.facts !== "3") throw new Error("the old file changed: " + JSON.stringify(first));
        connection.closeSync(); instance.closeSync();
        opened++;
      }
      console.log(opened);
      process.exit(0);
    })().catch((error) => { console.error(error.message); process.exit(1); });`;
  const reader = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "pipe"], timeout: MOST_MS });
  onTestFinished(() => void reader.kill("SIGKILL"));
  let said = "";
  reader.stdout.on("data", (part) => (said += part));
  reader.stderr.on("data", (part) => (said += part));
  for (let n = 0; n < 4; n++) {
    for (let k = 0; k < 50; k++) push(organization, Date.now() - 500 - k, 100 + n * 50 + k);
    expect((await syncHere({ folder: cwd, hub, orgs: [ORG] })).exitCode).toBe(0);
  }
  reader.stdin.write("stop\n");
  const [code] = (await once(reader, "close")) as [number];
  expect([code, Number(said) > 3], said).toEqual([0, true]);
  expect(await rowsOf(published, "select count(*) as n from fct_usage")).toEqual([{ n: 203 }]);
});

it("a warehouse that is no DuckDB file: sync says 2 and rebuild; rebuild makes it anew", async () => {
  const { state, run, published, cwd } = await synced();
  copyFileSync(published, join(cwd, "before.duckdb"));
  writeFileSync(
    state,
    "this is no database, but it is long enough to be taken for one by somebody careless".repeat(100),
  );
  const { code, stdout, stderr } = await run("sync", "--json");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("docktally rebuild");
  expect((await run("rebuild")).code).toBe(0);
  expect(await rowsOf(published, "select count(*) as n from fct_usage")).toEqual([{ n: 3 }]);
});

it("the shrink guard ends with 4 and says how to go on; --accept-shrink does, and a rebuild refuses what was refused", async () => {
  const organization = acme();
  const leaving = ["ann", "cid", "dora", "eve", "fay"];
  for (const username of [...leaving, "bob"]) addMember(organization, { username });
  const { run, cwd, published } = await synced(organization);
  for (const username of leaving) removeMember(organization, username);
  const refused = await run("sync", "--json");
  const { members, auditlog } = refused.json.connections[0].streams;
  expect([refused.code, refused.json.status, members.status, auditlog.status]).toEqual([4, "partial", "failed", "ok"]);
  expect(members.message).toMatch(/5 of 7 .*--accept-shrink/);
  const current = "select username from dim_member where is_current order by all";
  expect(await rowsOf(published, current)).toHaveLength(7);
  expect((await run("sync", "--accept-shrink")).code).toBe(0);
  expect(await rowsOf(published, current)).toEqual([{ username: "bob" }, { username: "boss" }]);
  copyFileSync(published, join(cwd, "before.duckdb"));
  expect((await run("rebuild")).code).toBe(0);
  expect(await differences(join(cwd, "before.duckdb"), published)).toEqual([]);
});

it("an organization with one owner and no event has one seat and no gap", async () => {
  const { published, run } = await synced(acme(0));
  expect(await rowsOf(published, "select username, status, protected_reason from seats")).toMatchObject([
    { username: "boss", protected_reason: "last_owner" },
  ]);
  const { code, json } = await run("status", "--json");
  expect([code, json.oldest_event_at, json.gaps]).toEqual([0, null, []]);
  const again = await run("sync", "--json");
  expect([again.code, again.json.connections[0].streams.auditlog.facts_new]).toEqual([0, 0]);
});

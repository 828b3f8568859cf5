import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoHub, startHub } from "../../../demo/hub.ts";
import { eventTextsOf } from "../../../demo/organization.ts";
import { demoOrganizations } from "../../../demo/organizations.ts";
import { openReader } from "../../../load/warehouse/open.ts";
import { demoConfigText, demoEnvironment } from "../../../pipelines/commands/demo-hub.ts";
import { toCsv } from "../../../pipelines/reports/csv.ts";
import { toJson } from "../../../pipelines/reports/json.ts";
import { reportNamed, runReport } from "../../../pipelines/reports/named.ts";
import { differences, docktally, filesWith, type Ran, rowsOf } from "../../kit/at-work.ts";

let cwd: string;
let hub: DemoHub;
let first: Ran;
let asked: number;
const env = demoEnvironment();
const published = () => join(cwd, "data/warehouse.duckdb");
const run = (...args: string[]) => docktally(args, { cwd, env });
const said: Ran[] = [];

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "docktally-test-"));
  hub = await startHub({ organizations: demoOrganizations(new Date()) });
  writeFileSync(join(cwd, "docktally.yaml"), demoConfigText(hub.url));
  first = await run("sync", "--json");
  said.push(first);
  asked = hub.counts.total;
});

afterAll(async () => {
  await hub.close();
  rmSync(cwd, { recursive: true, force: true });
});

describe("the first sync of two organizations of one file", () => {
  it("prints one JSON object with the keys that were promised, and nothing else", () => {
    expect(first.code).toBe(0);
    const { json } = first;
    expect(json).toMatchObject({ status: "ok", run_id: expect.stringMatching(/^\d{8}T\d{9}Z-[0-9a-f]+$/) });
    for (const key of ["run_id", "status", "started_at", "finished_at", "requests", "connections"])
      expect(json).toHaveProperty(key);
    expect(Date.parse(json.started_at)).toBeLessThanOrEqual(Date.parse(json.finished_at));
    expect(json.connections.map(({ name, org, status }: Record<string, string>) => [name, org, status])).toEqual([
      ["northwind", "northwind-labs", "ok"],
      ["harbor", "harbor-tools", "ok"],
    ]);
    for (const { streams } of json.connections) {
      expect(Object.keys(streams)).toEqual(["members", "auditlog", "pulls", "groups", "repositories", "tokens"]);
      for (const stream of Object.values(streams)) {
        const wanted = ["status", "records", "facts_new", "rejected", "windows", "message"];
        expect(Object.keys(stream as object)).toEqual(expect.arrayContaining(wanted));
        expect(stream).not.toHaveProperty("failure");
      }
    }
  });

  it("counts the requests as the hub does, logins included", () => {
    expect(first.json.requests).toBe(asked);
  });

  it.each(["northwind-labs", "harbor-tools"])("turns every event of %s into one fact, byte for byte", async (org) => {
    const rows = await rowsOf(
      published(),
      `select raw.payload from fct_usage as fact
       join read_parquet('${join(cwd, "data/raw/auditlog/*/*.parquet")}', filename = true, file_row_number = true, hive_partitioning = false) as raw
         on ends_with(raw.filename, fact.raw_file) and raw.file_row_number = fact.raw_row
       where fact.org = '${org}' and fact.source = 'auditlog'`,
    );
    const organization = hub.organizations.find(({ name }) => name === org)!;
    expect(rows.map(({ payload }) => String(payload)).sort()).toEqual([...eventTextsOf(organization)].sort());
  });

  it("lets facts add up in the report of streams, in the warehouse and at the hub", async () => {
    const counts = await rowsOf(
      published(),
      "select org, source, count(*) as n from fct_usage group by all order by 1",
    );
    const found = Object.fromEntries(counts.map(({ org, source, n }) => [`${org} ${source}`, n]));
    for (const { org, streams } of first.json.connections) {
      const events = hub.organizations.find(({ name }) => name === org)!.events.count;
      expect([found[`${org} auditlog`], streams.auditlog.facts_new, streams.auditlog.records]).toEqual(
        Array(3).fill(events),
      );
      expect(found[`${org} member_insights`] ?? 0).toBe(streams.members.facts_new);
    }
  });

  it("writes no colour and no control characters where nobody looks on", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    for (const { stdout, stderr } of said) expect(`${stdout}${stderr}`).not.toMatch(/\u001b/);
  });
});

describe("what can be asked of it, without a credential", () => {
  const ask = (...args: string[]) => docktally(args, { cwd });

  it("`report` lists the reports: name, two spaces, what it answers", async () => {
    const { code, stdout } = await ask("report");
    const lines = stdout.trimEnd().split("\n");
    expect(code).toBe(0);
    expect(lines.length).toBeGreaterThanOrEqual(6);
    for (const line of lines) expect(line).toMatch(/^[a-z_]+ {2}\S.*\?$/);
    expect(lines[0]).toMatch(/^licenses {2}/);
  });

  it("`report licenses` has one row a seat, with the columns of seats, in csv and to a file", async () => {
    const { code, stdout } = await ask("report", "licenses", "--format", "csv", "--out", "seats.csv");
    expect([code, stdout]).toEqual([0, ""]);
    const csv = readFileSync(join(cwd, "seats.csv"), "utf8");
    expect(statSync(join(cwd, "seats.csv")).mode & 0o777).toBe(0o600);
    const [header, ...rows] = parse(csv) as string[][];
    const seats = await rowsOf(published(), "select * from seats");
    expect(header).toEqual(Object.keys(seats[0]!));
    const keys = (at: number) => rows.map((row) => row[at]).sort();
    expect(keys(header!.indexOf("member_key"))).toEqual(seats.map((seat) => seat.member_key).sort());
    expect(csv.charCodeAt(0)).not.toBe(0xfeff);
  });

  it("each named report answers in every format", async () => {
    const names = (await ask("report")).stdout.match(/^[a-z_]+/gm) ?? [];
    const warehouse = await openReader(join(cwd, "data"));
    for (const name of names) {
      const answer = await runReport(warehouse, await reportNamed(name), ["harbor-tools"]);
      const rows = parse(toCsv(answer)) as string[][];
      expect(rows.length, name).toBeGreaterThan(1);
      expect(JSON.parse(toJson(answer)).length, name).toBe(rows.length - 1);
    }
    warehouse.close();
    const { code, stdout } = await ask("report", "tokens", "--format", "csv", "--connection", "harbor");
    expect([code, stdout.includes("northwind-labs"), stdout.includes("harbor-tools")]).toEqual([0, false, true]);
  });

  it("`query` answers as a table, as csv with a header, and as a JSON array of objects", async () => {
    const sql = "select org, count(*) as n, min(occurred_at) as since from fct_usage group by all order by org";
    const [table, csv, json, quick] = await Promise.all([
      ask("query", sql),
      ask("query", sql, "--format", "csv"),
      ask("query", sql, "--format", "json"),
      ask("query", sql, "--json"),
    ]);
    expect(table.stdout).toMatch(/^org +n +since/);
    expect(csv.stdout).toMatch(/^org,n,since\nharbor-tools,\d+,\d{4}-[\dT:.-]+Z\nnorthwind-labs,.*\n$/);
    const rows = JSON.parse(json.stdout) as Record<string, unknown>[];
    expect(rows.map((row) => row.org)).toEqual(["harbor-tools", "northwind-labs"]);
    expect(rows[0]!.n).toBeTypeOf("number");
    expect(quick.stdout).toBe(json.stdout);
  });

  it("`query -` reads the question from standard input; one that is wrong ends with 2", async () => {
    const { code, stdout } = await docktally(["query", "-", "--format", "csv"], { cwd, input: "select 41 + 1 as n" });
    expect([code, stdout]).toEqual([0, "n\n42\n"]);
    const wrong = await ask("query", "select nothing from nowhere", "--json");
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  });

  it("refuses every statement that writes, with 2, and nothing is written", async () => {
    const before = readFileSync(published());
    const victim = join(cwd, "victim.csv");
    const statements = [
      "insert into seats select * from seats",
      `copy fct_usage to '${victim}'`,
      `explain analyze copy (select 1) to '${victim}'`,
      `attach '${join(cwd, "other.duckdb")}' as other`,
    ];
    await Promise.all(
      statements.map(async (statement) => {
        const { code, stdout } = await ask("query", statement, "--json");
        expect([code, stdout], statement).toEqual([2, ""]);
      }),
    );
    expect(readFileSync(published()).equals(before)).toBe(true);
    expect(readdirSync(cwd)).not.toEqual(expect.arrayContaining(["victim.csv"]));
    expect(readdirSync(cwd)).not.toEqual(expect.arrayContaining(["other.duckdb"]));
  });

  it("`status --json` has coverage, gaps, the oldest event and freshness", async () => {
    const { code, json } = await ask("status", "--json");
    expect(code).toBe(0);
    expect(Object.keys(json)).toEqual(expect.arrayContaining(["coverage", "gaps", "oldest_event_at", "freshness"]));
    expect(json.gaps).toEqual([]);
    expect(new Set(json.coverage.map((row: { stream: string }) => row.stream))).toEqual(
      new Set(["members", "auditlog", "groups", "repositories"]),
    );
    const oldest = Math.min(...hub.organizations.map(({ events }) => events.atMs(0)));
    expect(Date.parse(json.oldest_event_at)).toBe(oldest);
    expect(json.freshness.age_hours).toBeLessThan(1);
  });

  it("an --out that cannot be written ends with 2 and leaves nothing behind", async () => {
    const { code, stdout, stderr } = await ask("report", "summary", "--out", "docktally.yaml/summary.txt");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--out");
  });
});

describe("and then", () => {
  it("a second sync at once adds nothing and costs twelve requests a connection at most", async () => {
    const before = hub.counts.total;
    const again = await run("sync", "--json");
    said.push(again);
    expect([again.code, again.json.status]).toEqual([0, "ok"]);
    expect(again.json.requests).toBe(hub.counts.total - before);
    expect(again.json.requests).toBeLessThanOrEqual(24);
    for (const { streams } of again.json.connections)
      expect([streams.members.facts_new, streams.auditlog.facts_new, streams.auditlog.status]).toEqual([0, 0, "ok"]);
    const [sum] = await rowsOf(published(), "select count(*) as facts, count(distinct fact_id) as ids from fct_usage");
    const all = first.json.connections.flatMap(({ streams }: { streams: Record<string, { facts_new: number }> }) =>
      Object.values(streams).map((stream) => stream.facts_new),
    );
    const facts = all.reduce((a: number, b: number) => a + b, 0);
    expect(sum).toEqual({ facts, ids: facts });
  });

  it("--from and --to read just that range of one connection again, add nothing and leave the watermark alone", async () => {
    const marks =
      "select org, max(window_to) as mark from ops.loaded_files where kind = 'window' group by org order by org";
    const before = await rowsOf(published(), marks);
    const log = () => hub.requests.filter(({ path }) => path.endsWith("/auditlogs/harbor-tools")).length;
    const earlier = log();
    const from = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
    const to = new Date(Date.now() - 10 * 86_400_000).toISOString();
    const range = await run("sync", "--json", "--connection", "harbor", "--from", from, "--to", to);
    expect([range.code, range.json.connections.length]).toEqual([0, 1]);
    expect(range.json.connections[0].streams.auditlog).toMatchObject({ status: "ok", facts_new: 0 });
    expect(range.json.connections[0].streams.auditlog.records).toBeGreaterThan(0);
    const asked = hub.requests.filter(({ path }) => path.endsWith("/auditlogs/harbor-tools")).slice(earlier);
    for (const { query } of asked) {
      const sent = new URLSearchParams(query);
      expect(Date.parse(sent.get("from")!)).toBeGreaterThanOrEqual(Date.parse(from) - 1000);
      expect(Date.parse(sent.get("to")!)).toBeLessThanOrEqual(Date.parse(to));
    }
    expect(await rowsOf(published(), marks)).toEqual(before);
  });

  it("`rebuild` makes the same warehouse again, row for row, without a request", async () => {
    const copy = join(cwd, "before.duckdb");
    copyFileSync(published(), copy);
    const before = hub.counts.total;
    const rebuilt = await docktally(["rebuild", "--json"], { cwd });
    said.push(rebuilt);
    expect([rebuilt.code, rebuilt.json.status]).toEqual([0, "ok"]);
    expect(hub.counts.total).toBe(before);
    expect(await differences(copy, published())).toEqual([]);
  });

  it("a deleted writer's warehouse is built again from raw by the next sync, which says so", async () => {
    const copy = join(cwd, "before.duckdb");
    copyFileSync(published(), copy);
    rmSync(join(cwd, "data/state"), { recursive: true });
    const again = await run("sync", "--json");
    said.push(again);
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(/building it from \d+ raw files/);
    expect(again.json.requests).toBeLessThanOrEqual(24);
    for (const { streams } of again.json.connections) expect(streams.auditlog.facts_new).toBe(0);
    const facts = "select * exclude (run_id) from fct_usage order by all";
    expect(await rowsOf(published(), facts)).toEqual(await rowsOf(copy, facts));
  });

  it("no secret and no bearer is in any output or file", () => {
    const secrets = [...Object.values(env), "eyJhbGciOi", "Bearer "];
    for (const { stdout, stderr } of said)
      for (const secret of secrets) expect(`${stdout}${stderr}`).not.toContain(secret);
    expect(filesWith(join(cwd, "data"), secrets)).toEqual([]);
  });
});

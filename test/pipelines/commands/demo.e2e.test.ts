import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeYear } from "../../../pipelines/commands/demo-year.ts";
import { docktally, type Ran, rowsOf } from "../../kit/at-work.ts";

let cwd: string;
let demo: Ran;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "docktally-test-"));
  demo = await docktally(["demo"], { cwd });
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const ask = (sql: string) => rowsOf(join(cwd, "data/warehouse.duckdb"), sql);
const confidences = async (org: string) =>
  (await ask(`select distinct confidence from seats where org = '${org}'`)).map(({ confidence }) => confidence);

describe("the quickstart", () => {
  it("shows people who only pull as active in the Business organization, by its pull reports", async () => {
    expect(demo.code).toBe(0);
    const seats = await ask(
      `select username, status, last_activity, last_activity_source, 'pulls' in sources_observed as is_observed
       from seats where username in ('nina.petrova', 'o.mensah') order by username`,
    );
    const pulled = { status: "active", last_activity: "repo.pull", last_activity_source: "pull_report" };
    expect(seats).toEqual(["nina.petrova", "o.mensah"].map((username) => ({ username, ...pulled, is_observed: true })));
    expect(await confidences("northwind-labs")).toEqual(["high"]);
    for (const { username } of seats) expect(demo.stdout).toMatch(new RegExp(`${username} +member +active`));
  });

  it("knows tokens, people who are no members and nobody at all among those who pull", async () => {
    const [found] = await ask(
      `select count(*) filter (token_label = 'CI') > 0 as tokens, count(*) filter (token_label = 'generated') as clients,
         count(*) filter (actor = 'partner.build') > 0 as strangers, count(*) filter (actor is null) > 0 as nobody
       from fct_usage where source = 'pull_report'`,
    );
    expect(found).toEqual({ tokens: true, clients: 0, strangers: true, nobody: true });
  });

  it("has a year to show: weeks of a trend, seats that were given up, how a seat stood before", async () => {
    const years = await ask(
      `select org, (select count(distinct week_end_date) from seat_trend as weeks where weeks.org = seat_summary.org) >= 52 as trend,
         saving_realized_year > 0 as saved,
         (select count(previous_status) from seats where seats.org = seat_summary.org) > 0 as changed
       from seat_summary order by org`,
    );
    const year = { trend: true, saved: true, changed: true };
    expect(years).toEqual(["harbor-tools", "northwind-labs"].map((org) => ({ org, ...year })));
    expect(await ask("select * from ops.gaps")).toEqual([]);
  });

  it("a start where there are raw files writes no year again", async () => {
    expect(await writeYear(join(cwd, "data"), { orgs: ["northwind-labs"], now: new Date() })).toBe(0);
  });

  it("ends with a tour whose commands do what they say: page and workbook, seats explained, the first questions", async () => {
    const lines = [...demo.stdout.matchAll(/^ {2}npx docktally ((?!import).+)$/gm)].map(([, words]) => words!);
    const steps = lines.map((line) =>
      [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!),
    );
    expect(steps.map(([command]) => command)).toEqual([
      ...["report", "report", "explain", "explain", "report", "status", "query", "report"],
    ]);
    const ran = await Promise.all(steps.map((words) => docktally(words, { cwd })));
    expect(ran.map(({ code }) => code)).toEqual(steps.map(() => 0));
    for (const file of ["seats.html", "seats.xlsx"]) expect(existsSync(join(cwd, file)), file).toBe(true);
    expect(ran[2]!.stdout).toMatch(/reclaim/);
    expect(ran[3]!.stdout).toContain("repo.pull");
    expect(ran.at(-1)!.stdout).toMatch(/nina.petrova +member +never_active/);
  });
});

describe("the Team organization of the quickstart", () => {
  it("has low confidence, and high once the export is imported by the command that is printed", async () => {
    expect(await confidences("harbor-tools")).toEqual(["low"]);
    const step = /npx docktally (import pulls .+) \\\n +(--connection .+)/.exec(demo.stdout)!;
    const imported = await docktally(`${step[1]} ${step[2]}`.split(" "), { cwd });
    expect([imported.stderr, imported.code]).toEqual([expect.any(String), 0]);
    expect(await confidences("harbor-tools")).toEqual(["high"]);
    expect(await ask("select status, last_activity_source from seats where username = 'mira.solis'")).toEqual([
      { status: "active", last_activity_source: "usage_export" },
    ]);
  });

  it("has medium confidence after the import where no audit log was read", async () => {
    rmSync(join(cwd, "data/raw/auditlog"), { recursive: true });
    expect((await docktally(["rebuild"], { cwd })).code).toBe(0);
    expect(await confidences("harbor-tools")).toEqual(["medium"]);
  });
});

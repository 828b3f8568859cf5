import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { DemoHub } from "../../../demo/hub.ts";
import {
  demoSecret,
  emptyOrganization,
  type Organization,
  type PullReport,
  readScopes,
} from "../../../demo/organization.ts";
import { csvOf } from "../../../demo/reports.ts";
import type { Scenario } from "../../../demo/scenario.ts";
import { emptyFolder, hubOf, rowsOf, syncHere } from "../../kit/at-work.ts";

const ORG = "acme";
const DAY_MS = 86_400_000;
const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
/** The day so many days ago. */
const dayOf = (ago: number) => new Date(today - ago * DAY_MS).toISOString().slice(0, 10);

const COLUMNS = ["day", "image_repository", "tag", "event_count", "hub_username", "namespace"];
const report = (ago: number, csv: string | Buffer, key = `usage_pulls/${dayOf(ago)}.csv`): PullReport => ({
  ...{ date: dayOf(ago), key },
  body: typeof csv === "string" ? Buffer.from(csv) : csv,
});
const plain = (ago: number, pulls = 3) => csvOf(COLUMNS, [[dayOf(ago), "api", "latest", pulls, "Ann", ORG]]);

function business(pullReports: PullReport[], parts: Partial<Organization> = {}): Organization {
  const tokens = [{ secret: demoSecret(ORG), label: "all", scopes: [...readScopes, "scope-report-read"] }];
  return emptyOrganization(ORG, { plan: "Business", tokens, pullReports, ...parts });
}

interface At {
  readonly hub: DemoHub;
  readonly folder: string;
  run(): Promise<{ exitCode: number; pulls: Record<string, unknown> }>;
  facts(): Promise<Record<string, unknown>[]>;
  /** Requests to addresses that end so. */
  count(ending: RegExp): number;
}

async function at(organization: Organization, scenario?: Scenario): Promise<At> {
  const hub = await hubOf([organization], scenario ? { scenario } : {});
  const folder = emptyFolder();
  const more = { [ORG]: [`enterprise_url: ${hub.url}`] };
  return {
    hub,
    folder,
    run: async () => {
      const { exitCode, connections } = await syncHere({ folder, hub, orgs: [ORG], more });
      return { exitCode, pulls: connections[0]!.streams.pulls as unknown as Record<string, unknown> };
    },
    facts: () =>
      rowsOf(
        `${folder}/data/warehouse.duckdb`,
        `select cast(occurred_at as varchar) as at, actor, resource, tag, quantity, source from fct_usage
         where action = 'repo.pull' order by all`,
      ),
    count: (ending) => hub.requests.filter(({ path }) => ending.test(path)).length,
  };
}

describe("pull reports", () => {
  it("of both namings, in any order of columns, packed, quoted and empty, become facts once; no later sync asks for them again", async () => {
    const other = csvOf(
      ["Pull_Count", " repository ", "hub_username", "event_date"],
      [
        [4, `${ORG}/web`, "", dayOf(3)],
        [5, `${ORG}/web`, "bo", dayOf(3)],
      ],
    );
    const reports = [
      report(5, `\ufeff${csvOf(COLUMNS, [[dayOf(5), "api", 'a\n"b"', 2, "ANN", ORG]])}`),
      report(4, gzipSync(plain(4))),
      report(3, other),
      report(2, csvOf(COLUMNS, [])),
      report(1, ""),
    ];
    const { run, facts, count, hub, folder } = await at(business(reports));
    expect(await run()).toMatchObject({ exitCode: 0, pulls: { status: "ok", windows: 5, records: 4, facts_new: 4 } });
    const fact = { tag: "latest", source: "pull_report", resource: `${ORG}/api`, actor: "ann" };
    expect(await facts()).toEqual([
      { ...fact, at: `${dayOf(5)} 00:00:00`, tag: 'a\n"b"', quantity: 2 },
      { ...fact, at: `${dayOf(4)} 00:00:00`, quantity: 3 },
      { ...fact, at: `${dayOf(3)} 00:00:00`, actor: "bo", resource: `${ORG}/web`, tag: null, quantity: 5 },
      { ...fact, at: `${dayOf(3)} 00:00:00`, actor: null, resource: `${ORG}/web`, tag: null, quantity: 4 },
    ]);
    const covered = await rowsOf(
      `${folder}/data/warehouse.duckdb`,
      "select cast(window_from as date)::varchar as day from ops.coverage where stream = 'pulls' order by day",
    );
    expect(covered.map(({ day }) => day)).toEqual([5, 4, 3, 2, 1].map(dayOf));
    // the bearer stays with the API; what is pre-signed is fetched without it
    expect(hub.requests.filter(({ foreign }) => foreign).map(({ authorized }) => authorized)).toEqual(
      Array(5).fill(false),
    );
    expect(await run()).toMatchObject({ exitCode: 0, pulls: { status: "ok", windows: 0, records: 0 } });
    expect([count(/\/download$/), count(/\/schema$/)]).toEqual([5, 1]);
  });

  it("that were issued again replace their day's facts and no other's; days that leave the list keep theirs", async () => {
    const organization = business([report(3, plain(3, 30)), report(2, plain(2, 20)), report(1, plain(1, 10))]);
    const { run, facts, count } = await at(organization);
    await run();
    organization.pullReports = [report(2, plain(2, 21), "usage_pulls/again.csv"), report(1, plain(1, 10))];
    expect(await run()).toMatchObject({ exitCode: 0, pulls: { windows: 1 } });
    expect((await facts()).map(({ quantity }) => quantity)).toEqual([30, 21, 10]);
    expect(count(/\/download$/)).toBe(4);
  });

  it("are listed to the end, page after page", async () => {
    const days = Array.from({ length: 130 }, (_, n) => report(n + 1, csvOf(COLUMNS, [])));
    const { run, count } = await at(business(days));
    expect(await run()).toMatchObject({ exitCode: 0, pulls: { windows: 130 } });
    expect(count(/\/usage_pulls\/daily$/)).toBe(2);
  });

  it.each([
    ["day or event_date", ["image_repository", "event_count", "hub_username"]],
    ["hub_username", ["day", "repository", "pull_count"]],
  ])("without the column %s fail the stream and claim nothing; the other days load", async (column, columns) => {
    const bad = csvOf(columns, [["x", "y", "z"]]);
    const { run, facts, folder } = await at(business([report(2, bad), report(1, plain(1))]));
    const { exitCode, pulls } = await run();
    expect([exitCode, pulls.status, pulls.windows]).toEqual([4, "failed", 1]);
    expect(pulls.message).toContain(`no column ${column}`);
    expect(await facts()).toHaveLength(1);
    const sql = "select 1 from ops.coverage where stream = 'pulls'";
    expect(await rowsOf(`${folder}/data/warehouse.duckdb`, sql)).toHaveLength(1);
  });
});

const text = plain(2).repeat(50);
const ways: Record<string, NonNullable<Scenario["before"]>> = {
  expired: () => ({ status: 403, headers: {}, body: "<Error>Request has expired</Error>", delivery: "whole" }),
  "cut off": () => ({ status: 200, headers: {}, body: text, delivery: { cutAt: 60 } }),
  "cut off while packed": () => {
    const body = gzipSync(text);
    return { status: 200, headers: {}, body: body.subarray(0, body.length - 12), delivery: "whole" };
  },
  "cut off in a row": ({ query }) => ({
    status: 200,
    headers: {},
    body: `${text}${query.get("day")},api`,
    delivery: "whole",
  }),
  "cut off in quotes": () => ({ status: 200, headers: {}, body: `${text}"2026-`, delivery: "whole" }),
};
/** One report for each way, the n-th of 2n + 2 days ago, and one that is well between them. */
const astray = (names: readonly string[]) =>
  names.flatMap((_, n) => [report(2 * n + 2, plain(2 * n + 2)), report(2 * n + 1, plain(2 * n + 1))]);

/** A hub at which the first so many downloads of each of these reports go wrong in its way. */
function leadingAstray(names: readonly string[], times: number): Scenario {
  const led = new Map<string, number>();
  return {
    name: "downloads lead astray",
    before: (call) => (call.path.startsWith("/astray/") ? ways[names[Number(call.path.slice(8))]!]!(call) : undefined),
    after: (reply, { stream, path, hub }) => {
      const n = names.findIndex((_, nth) => path.includes(dayOf(2 * nth + 2)));
      if (stream !== "reportDownload" || n < 0 || (led.get(path) ?? 0) >= times) return reply;
      led.set(path, (led.get(path) ?? 0) + 1);
      const location = `${hub.url}/astray/${n}?day=${dayOf(2 * n + 2)}&signature=hush`;
      return { ...reply, headers: { ...reply.headers, location } };
    },
  };
}

describe("a report whose link expired, or whose download was cut off", () => {
  const all = Object.keys(ways);
  const some = ["expired", "cut off"];

  it("is asked for again and loaded once", async () => {
    const { run, facts, count } = await at(business(astray(all)), leadingAstray(all, 1));
    expect(await run()).toMatchObject({ exitCode: 0, pulls: { status: "ok", windows: 10, facts_new: 10 } });
    expect(await facts()).toHaveLength(10);
    expect(count(/\/download$/)).toBe(15);
  });

  it("each time is given up after a few tries, and no part of it is loaded; the others are", async () => {
    const { run, facts, count } = await at(business(astray(some)), leadingAstray(some, 99));
    const { exitCode, pulls } = await run();
    expect([exitCode, pulls.status, pulls.windows]).toEqual([4, "failed", 2]);
    expect(await facts()).toHaveLength(2);
    for (const n of some.keys()) expect(count(new RegExp(`${dayOf(2 * n + 2)}/download$`))).toBeLessThanOrEqual(8);
    expect(JSON.stringify(pulls)).not.toContain("hush");
  });
});

describe("where pull reports are not within reach, the run is none the worse", () => {
  it.each([
    ["the plan has none", { plan: "Team" }],
    ["the token lacks its scope", { tokens: [{ secret: demoSecret(ORG), label: "some", scopes: [...readScopes] }] }],
  ])("since %s", async (_, parts) => {
    const { run } = await at(business([report(1, plain(1))], parts));
    const { exitCode, pulls } = await run();
    expect([exitCode, pulls.status]).toEqual([0, "unavailable"]);
    for (const word of ["Business", "Report Read", "organization access token"]) expect(pulls.message).toContain(word);
  });
});

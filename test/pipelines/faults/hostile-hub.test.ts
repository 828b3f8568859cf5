import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scenarioOf, scenarios } from "../../../demo/faults.ts";
import { eventTextsOf } from "../../../demo/organization.ts";
import { combine } from "../../../demo/scenario.ts";
import { REPORTED, type ReportedName } from "../../../extract/streams.ts";
import { type ConnectionReport, syncExitCode } from "../../../pipelines/run/outcome.ts";
import type { RunReport } from "../../../pipelines/run/run.ts";
import type { Row } from "../../kit/at-work.ts";
import { contentOf, type FaultyHub, FaultyHubs } from "../../kit/faulty-hubs.ts";

/** How the first run under a fault ends; what is not given is that of a good run. */
interface End {
  readonly code?: 0 | 3 | 4;
  readonly members?: string;
  readonly auditlog?: string;
  /** What the stream that was not ok must say. */
  readonly says?: RegExp;
  /** Whole only after a second run, without the fault: where the first said so, or where events came late. */
  readonly again?: boolean;
  /** How exactly the hub told the time. */
  readonly stepMs?: number;
  /** Reasons for which records were rejected. */
  readonly rejects?: readonly string[];
}

const noMembers = (says: RegExp): End => ({ code: 4, members: "failed", says, again: true });
const noEvents = (says: RegExp): End => ({ code: 4, auditlog: "unavailable", says, again: true });
const noLogin = (says: RegExp): End => ({ code: 3, members: "failed", auditlog: "failed", says, again: true });
const noInvitations: End = { says: /invitations could not be read/ };

const ends: Readonly<Record<string, End>> = {
  // a redirect is refused and not tried again; so is a page that is not there, and a wait longer than max_wait_seconds
  "redirect-301": noMembers(/[Rr]edirect/),
  "redirect-302": noMembers(/[Rr]edirect/),
  "redirect-307": noMembers(/[Rr]edirect/),
  "html-404-once": noMembers(/no organization/),
  "429-retry-after-a-day": noMembers(/rate limit/),
  "403-members": noMembers(/scope-member-read/),
  "403-auditlogs": noEvents(/scope-activity-read/),
  "500-auditlogs-for-ever": noEvents(/try again later/),
  "range-ignored": { code: 4, auditlog: "failed", says: /ignores from and to/, again: true },
  "429-token": noLogin(/locked/),
  "401-for-ever": noLogin(/./),
  "403-invites": noInvitations,
  "html-404-invites": noInvitations,
  "second-timestamps": { stepMs: 1000 },
  "unknown-actions": { rejects: ["missing_action"] },
  // no text in UTF-8 can hold half a pair
  "lone-surrogates": { rejects: ["malformed_json"] },
  // an event that reaches the log after its window was read is found by the look-back, and nobody could know before
  "late-events": { again: true },
  "page-drift": { again: true },
};

const combinations: Readonly<Record<string, readonly [parts: readonly string[], end?: End]>> = {
  "tokens that live two seconds, and rate limits": [["token-of-two-seconds", "429-retry-after-seconds"]],
  "drifting pages without ids": [["page-drift", "no-event-id"], { again: true }],
  "ties in changing order without ids": [["unstable-order", "no-event-id"]],
  "ties in changing order, without ids, in seconds": [
    ["unstable-order", "no-event-id", "second-timestamps"],
    { stepMs: 1000 },
  ],
  "alike events without ids, on clamped pages": [["identical-events", "no-event-id", "page-size-clamped"]],
  "clamped pages and deep windows": [["page-size-clamped", "deep-offset-refused"]],
  "ignored page sizes and deep windows": [["page-size-ignored", "deep-offset-refused"]],
  "a clock ahead, and seconds only": [["clock-ahead", "second-timestamps", "no-event-id"], { stepMs: 1000 }],
  "a clock behind, and offsets": [["clock-behind", "offset-timestamps"]],
  "gzip, members as an array, and foreign links": [["members-as-array", "next-foreign-host", "gzip"]],
  "odd texts of all kinds": [
    ["sql-names", "formula-names", "control-characters", "emoji", "lone-surrogates"],
    { rejects: ["malformed_json"] },
  ],
  "numbers and strings too large, cut off once": [["huge-numbers", "megabyte-strings", "reset-in-body"]],
  "a revoked token under failures": [["401-mid-run", "503-empty", "429-plain-text"]],
};

interface Case {
  readonly title: string;
  readonly parts: readonly string[];
  readonly end: End;
  /** The organization that stands for it. */
  readonly org: string;
}

/** Every status and every form of a failing body has its case here; the soak plays all their products. */
const ALIKE = /^(500-(html|empty)|502-(json|empty)|503-(json|html)|504-(html|empty)|redirect-302)$/;
const isOwnKind = (name: string): boolean => !ALIKE.test(name);

const cases: readonly Case[] = [
  ...Object.keys(scenarios)
    .filter(isOwnKind)
    .map((name) => ({ title: name, parts: [name], end: ends[name] ?? {} })),
  ...Object.entries(combinations).map(([title, [parts, end]]) => ({ title, parts, end: end ?? {} })),
].map((one, n) => ({ ...one, org: `org${n}` }));

/** What one run after the other left of the cases that share a data folder. */
interface TwoRuns {
  readonly hubs: FaultyHubs;
  readonly first: Seen;
  readonly second: Seen;
}

interface Seen {
  readonly connections: readonly ConnectionReport[];
  readonly facts: readonly Row[];
  readonly rejected: readonly Row[];
  readonly people: readonly Row[];
  readonly gaps: readonly Row[];
  readonly read: readonly Row[];
}

async function seen(hubs: FaultyHubs, connections: readonly ConnectionReport[]): Promise<Seen> {
  return {
    connections,
    facts: await hubs.facts(),
    rejected: await hubs.rows("select org, stream, reason, payload from ops.rejected order by all"),
    people: await hubs.rows("select org, lower(coalesce(username, email)) as who from dim_member where is_current"),
    gaps: await hubs.rows("select * from ops.gaps"),
    read: await hubs.rows(
      "select org, epoch_ms(max(window_to)) as to_ms from ops.coverage where stream = 'auditlog' group by org",
    ),
  };
}

/** So many data folders share the faults among them: what a run costs by itself is paid once a folder, and waits pass side by side. */
const FOLDERS = 4;
let runs: TwoRuns[] = [];

/** What is no fault but how a hub writes: it stays. */
const staying = ["no-event-id", "second-timestamps"];

async function runTwice(some: readonly Case[], asProcess: boolean): Promise<TwoRuns> {
  const faults = some.map(({ org, parts }) => [org, combine(...parts.map((part) => scenarioOf(part)))] as const);
  const hubs = await FaultyHubs.start(Object.fromEntries(faults));
  const sync = async (orgs: readonly string[]) => {
    const flags = orgs.flatMap((org) => ["--connection", org]);
    return asProcess ? withFailures((await hubs.run("sync", "--json", ...flags)).json) : hubs.sync(orgs);
  };
  const first = await seen(hubs, (await sync([])).connections);
  const again = some.filter(({ end }) => end.again).map(({ org }) => org);
  if (again.length === 0) return { hubs, first, second: first };
  for (const { org, parts } of some)
    hubs.endFaults(
      org,
      parts.filter((part) => staying.includes(part)),
    );
  return { hubs, first, second: await seen(hubs, (await sync(again)).connections) };
}

/** What is printed does not say which streams are optional, and do not count. */
function withFailures(report: RunReport): RunReport {
  for (const { streams } of report.connections)
    for (const { name, isOptional } of REPORTED)
      if (isOptional && streams[name as ReportedName].status === "unavailable")
        streams[name as ReportedName].failure = "optional";
  return report;
}

const byProcess = cases.filter(({ title }) => /^(403-auditlogs|redirect-302|gzip$)/.test(title));
const inHere = cases.filter((one) => !byProcess.includes(one));
const shares = [
  byProcess,
  ...Array.from({ length: FOLDERS }, (_, n) => inHere.filter((_case, at) => at % FOLDERS === n)),
];

beforeAll(async () => {
  runs = await Promise.all(shares.map((share, n) => runTwice(share, n === 0)));
});

afterAll(() => Promise.all(runs.map(({ hubs }) => hubs.close())));

/** Facts and rejected records together are the hub's events up to where it was read, as multisets; the people are its people. */
function expectWhole(
  { facts, rejected, people, gaps, read }: Seen,
  { org, organization }: FaultyHub,
  stepMs = 1,
): void {
  const of = (rows: readonly Row[]) => rows.filter((row) => row.org === org);
  const events = of(rejected).filter(({ stream }) => stream === "auditlog");
  const kept = [...of(facts), ...events].map(({ payload }) => contentOf(String(payload), stepMs)).sort();
  const to = Number(of(read)[0]?.to_ms);
  const texts = [...eventTextsOf(organization)].filter((_, n) => organization.events.atMs(n) < to);
  expect(texts.length).toBeGreaterThanOrEqual(60);
  expect(kept).toEqual(texts.map((text) => contentOf(text, stepMs)).sort());
  for (const { payload, at_ms, source_action } of of(facts)) {
    const { timestamp, action } = JSON.parse(String(payload)) as Record<string, string>;
    expect([at_ms, source_action]).toEqual([Date.parse(timestamp!), action]);
  }
  const invited = organization.invites.map(({ invitee }) => invitee);
  const there = [...organization.members.map(({ username }) => username.toLowerCase()), ...invited];
  expect(
    of(people)
      .map(({ who }) => who)
      .sort(),
  ).toEqual(there.sort());
  expect(of(gaps)).toEqual([]);
}

describe("after one run, or one more where the first could not be whole, facts are the hub's events", () => {
  it.each(cases)("$title", (one) => {
    const { hubs, first, second } = runs[shares.findIndex((share) => share.includes(one))]!;
    const { org, end } = one;
    const faulty = hubs.all.find((each) => each.org === org)!;
    const of = (run: Seen) => run.connections.find((connection) => connection.org === org)!;
    const { members, auditlog } = of(first).streams;
    const said = `${members.message}\n${auditlog.message}`;
    expect([syncExitCode([of(first)]), members.status, auditlog.status], said).toEqual([
      end.code ?? 0,
      end.members ?? "ok",
      end.auditlog ?? "ok",
    ]);
    if (end.says) expect(said).toMatch(end.says);
    if (end.again)
      expect([of(second).status, syncExitCode([of(second)])], JSON.stringify(of(second))).toEqual(["ok", 0]);
    expectWhole(second, faulty, end.stepMs);
    const reasons = second.rejected.filter((row) => row.org === org).map(({ reason }) => reason);
    expect(reasons).toEqual(end.rejects ?? []);
    // nothing but GET and the login's POST was sent, none of it elsewhere, and the bearer with GET only
    const odd = faulty.hub.requests.filter(
      ({ method, path, foreign, authorized }) =>
        foreign || method !== (path === "/v2/auth/token" ? "POST" : "GET") || authorized !== (method === "GET"),
    );
    expect(odd).toEqual([]);
  });
});

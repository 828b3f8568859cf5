import { auditReply } from "../../demo/auditlog.ts";
import { listedRepositories, listedTeams } from "../../demo/listings.ts";
import { invitesReply, membersReply } from "../../demo/lists.ts";
import type { Organization } from "../../demo/organization.ts";
import { demoOrganizations, demoReport, reportDays } from "../../demo/organizations.ts";
import { slicePage } from "../../extract/page.ts";
import type { RawFileMeta } from "../../extract/raw/meta.ts";
import { newRunId, RawStore } from "../../extract/raw/store.ts";
import { FLOOR_MS } from "../../extract/windows.ts";

const DAY_MS = 86_400_000;
/** Weeks before the newest of these runs: one run a week in the last month, before that one in four, three months ago too. */
const WEEKS_AGO = Array.from({ length: 54 }, (_, n) => 53 - n).filter((weeks) => weeks < 4 || weeks % 4 === 1);
/** How far back the first of these runs could read. */
const FIRST_DAYS = 30;
/** Teams and repositories were read in some of the runs only: that is enough to see them grow. */
const hasLists = (weeksAgo: number) => weeksAgo % 8 === 1;

/** One of the runs: the instant, and that of the one before it; the first run reads all that was before it. */
interface EarlierRun {
  readonly at: Date;
  readonly before: Date | null;
  readonly runId: string;
  readonly hasLists: boolean;
}

/** A raw file to be written: records below a key of a body, as the hub sends them. */
interface Sent extends Pick<RawFileMeta, "stream" | "kind"> {
  readonly body: string;
  readonly key: string;
  readonly window?: readonly [from: Date, to: Date];
  readonly version?: string;
}

/**
 * What runs of the last year would have left in the data folder, as raw files that were never merged: the demo's own
 * run merges them first. Gives their number; nothing is written where there are raw files.
 */
export async function writeYear(
  dataDir: string,
  { orgs, now }: { orgs: readonly string[]; now: Date },
): Promise<number> {
  const store = new RawStore(dataDir);
  if ((await store.list()).length > 0) return 0;
  const logs = demoOrganizations(now, { historyDays: WEEKS_AGO[0]! * 7 + FIRST_DAYS, reportDays: 0 });
  let files = 0;
  for (const run of earlierRuns(now)) {
    const lists = demoOrganizations(run.at, { historyDays: 0, reportDays: 0 });
    const found = lists.flatMap((list, at) => {
      if (!orgs.includes(list.name)) return [];
      return sentTo(run, { list, log: logs[at]!, now }).map((sent) => ({ list, sent }));
    });
    await Promise.all(found.map(({ list, sent }) => write(store, run, { org: list.name, sent })));
    files += found.length;
  }
  return files;
}

/** On Mondays at five o'clock, the oldest first. */
function earlierRuns(now: Date): EarlierRun[] {
  const today = Math.floor(now.getTime() / DAY_MS);
  const monday = today - ((today + 3) % 7);
  const last = at5(monday) < now ? monday : monday - 7;
  return WEEKS_AGO.map((weeksAgo, n) => {
    const at = at5(last - 7 * weeksAgo);
    const before = n === 0 ? null : at5(last - 7 * WEEKS_AGO[n - 1]!);
    return { at, before, runId: newRunId(at), hasLists: hasLists(weeksAgo) };
  });
}

const at5 = (day: number) => new Date((day + 5 / 24) * DAY_MS);

interface Asked {
  readonly list: Organization;
  /** The same organization with all its events. */
  readonly log: Organization;
  readonly now: Date;
}

/** What the hub sent to a run. */
function sentTo(run: EarlierRun, { list, log, now }: Asked): Sent[] {
  const everybody = new URLSearchParams({ type: "all", invites: "true" });
  const members = membersReply(list, everybody, { page: 1, size: 100 }, { emails: true, self: "" });
  const sent: Sent[] = [
    { stream: "members", kind: "snapshot", body: textOf(members.body), key: "results" },
    { stream: "invites", kind: "snapshot", body: textOf(invitesReply(list).body), key: "data" },
    windowOf(run, log),
  ];
  if (run.hasLists) {
    const lists = { groups: listedTeams(list), repositories: listedRepositories(list) };
    for (const [stream, results] of Object.entries(lists))
      sent.push({ stream, kind: "snapshot", body: JSON.stringify({ results }), key: "results" });
  }
  return list.plan === "Business" ? [...sent, ...reportsOf(run, now)] : sent;
}

const textOf = (body: string | Buffer) => body.toString();

function windowOf({ at, before }: EarlierRun, log: Organization): Sent {
  const from = before ?? new Date(FLOOR_MS);
  const asked = new URLSearchParams({ from: from.toISOString(), to: at.toISOString() });
  const bounds = { fromInclusive: true, toInclusive: false };
  const { body } = auditReply(log, asked, { page: 1, size: log.events.count }, { bounds, scenario: undefined });
  return { stream: "auditlog", kind: "window", body: textOf(body), key: "logs", window: [from, at] };
}

/** The reports of the days since the run before. */
function reportsOf({ at, before }: EarlierRun, now: Date): Sent[] {
  const [first, end] = [before ?? at, at].map((instant) => Math.floor(instant.getTime() / DAY_MS)) as [number, number];
  const days = Array.from({ length: end - first }, (_, n) => first + n);
  return days.filter((day) => day >= Math.floor(now.getTime() / DAY_MS) - reportDays).map(reportSent);
}

function reportSent(day: number): Sent {
  const { records, key, body: csv } = demoReport(day);
  const window = [new Date(day * DAY_MS), new Date((day + 1) * DAY_MS)] as const;
  const version = `${key} ${csv.length}`;
  return { stream: "pulls", kind: "report", body: JSON.stringify({ records }), key: "records", window, version };
}

async function write(store: RawStore, { at, runId }: EarlierRun, { org, sent }: { org: string; sent: Sent }) {
  const { stream, kind, body, key, window: [window_from, window_to] = [at, at], version } = sent;
  const meta: RawFileMeta & { version?: string } = {
    ...{ org, stream, kind, run_id: runId, read_at: at, window_from, window_to },
    ...(version === undefined ? {} : { version }),
  };
  const page = slicePage(Buffer.from(body), key, at);
  await store.write(meta, [{ page, number: 1 }]);
}

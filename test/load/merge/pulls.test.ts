import { describe, expect, it, onTestFinished } from "vitest";
import { slicePage } from "../../../extract/page.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { runChecks } from "../../../load/checks.ts";
import { buildMarts } from "../../../load/marts.ts";
import { loadActionRules } from "../../../load/merge/actions.ts";
import { mergeRawFiles } from "../../../load/merge/merge.ts";
import { clearForRebuild } from "../../../load/rebuild.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { emptyFolder } from "../../kit/at-work.ts";
import { type Row, rowsOf } from "../../kit/rows.ts";

const DAY_MS = 86_400_000;
const FACTS = `select occurred_at, actor, resource, tag, token_label, via_token, quantity, source from fct_usage order by all`;

type Sent = Readonly<Record<string, string>>;

interface Given {
  readonly stream: "pulls" | "usage_export";
  /** The first day, and how many. */
  readonly day: string;
  readonly days?: number;
  readonly rows: readonly Sent[];
}

/** A warehouse of its own and raw files for it, each of a later run than the one before. */
async function atWork() {
  const folder = emptyFolder();
  const warehouse = await openWriter(folder, { memoryLimit: "128MB" });
  onTestFinished(() => warehouse.close());
  await migrate(warehouse, "0.0.0");
  await loadActionRules(warehouse);
  const store = new RawStore(folder);
  let runs = 0;
  const write = ({ stream, day, days = 1, rows }: Given): Promise<string> => {
    const read_at = new Date(Date.parse("2026-11-24T06:00:00Z") + runs++ * 1000);
    const window_from = new Date(day);
    const window = { window_from, window_to: new Date(window_from.getTime() + days * DAY_MS) };
    const meta = { org: "acme", stream, kind: stream === "pulls" ? "report" : "import", version: "v" } as const;
    const page = slicePage(Buffer.from(JSON.stringify({ rows })), "rows", read_at);
    return store.write({ ...meta, ...window, read_at, run_id: newRunId(read_at) }, [{ page, number: 1 }]);
  };
  const merge = async (names: readonly string[]) => {
    const { broken, unmerged, counts } = await mergeRawFiles(warehouse, names);
    expect([broken, unmerged]).toEqual([[], []]);
    await buildMarts(warehouse);
    expect((await runChecks(warehouse)).failed).toEqual([]);
    return counts;
  };
  const rows = (query: string): Promise<Row[]> => rowsOf(warehouse.connection, query);
  const clear = async () => {
    await clearForRebuild(warehouse);
    await loadActionRules(warehouse);
  };
  return { write, merge, rows, clear };
}

const exported = (hour: string, user: string, counts: readonly [number, number], more: Sent = {}): Sent => ({
  ...{ datehour: hour, user_name: user, repository: "acme/api", access_token_name: "", ips: "192.0.2.1" },
  ...{ repository_privacy: "private", tag: "1.0", digest: "sha256:0", ...more },
  ...{ version_checks: String(counts[0]), pulls: String(counts[1]) },
});

describe("pull reports", () => {
  it("give one fact a day, actor, resource, tag and token, in both namings and with keys in any capitals", async () => {
    const { write, merge, rows } = await atWork();
    const documented = { day: "2026-11-20", namespace: "acme", image_repository: "acme/api", tag: "1.0" };
    const first = await write({
      stream: "pulls",
      day: "2026-11-20",
      rows: [
        { ...documented, hub_username: "Ann", access_token_name: "", event_count: "2", extra: "x" },
        { ...documented, hub_username: "ann", access_token_name: "Generated", event_count: "3", extra: "y" },
        { ...documented, hub_username: "ann", access_token_name: "ci", event_count: "5", extra: "" },
        { ...documented, hub_username: "", access_token_name: "", event_count: "7", extra: "" },
        { ...documented, day: "", hub_username: "a", access_token_name: "", event_count: "7", extra: "" },
        { ...documented, hub_username: "b", access_token_name: "", event_count: "-1", extra: "" },
        { ...documented, image_repository: " ", hub_username: "b", access_token_name: "", event_count: "1", extra: "" },
      ],
    });
    const second = await write({
      stream: "pulls",
      day: "2026-11-21",
      rows: [
        { Event_Date: "2026-11-21T00:00:00Z", Repository: "web", HUB_USERNAME: "bob", Pull_Count: "1", Tag: "" },
        { Event_Date: "2026/11/21", Repository: "library/nginx", HUB_USERNAME: "bob", Pull_Count: "4", Tag: "" },
      ],
    });
    const counts = await merge([first, second]);
    expect(counts.map(({ facts, rejected, duplicates }) => [facts, rejected, duplicates])).toEqual([
      [3, 3, 1],
      [2, 0, 0],
    ]);
    const common = { occurred_at: "2026-11-20", resource: "acme/api", tag: "1.0", source: "pull_report" };
    const bob = { occurred_at: "2026-11-21", actor: "bob", tag: null, token_label: null, via_token: false };
    expect(await rows(FACTS)).toEqual([
      { ...common, actor: "ann", token_label: "ci", via_token: true, quantity: 5 },
      { ...common, actor: "ann", token_label: null, via_token: false, quantity: 5 },
      { ...common, actor: null, token_label: null, via_token: false, quantity: 7 },
      { ...bob, resource: "acme/web", quantity: 1, source: "pull_report" },
      { ...bob, resource: "library/nginx", quantity: 4, source: "pull_report" },
    ]);
    expect(await rows("select reason, payload ->> 'hub_username' as who from ops.rejected order by all")).toEqual([
      { reason: "missing_repository", who: "b" },
      { reason: "unreadable_count", who: "b" },
      { reason: "unreadable_day", who: "a" },
    ]);
    expect(await rows("select distinct action, source_action, category, verb from fct_usage")).toEqual([
      { action: "repo.pull", source_action: "usage_pulls", category: "repo", verb: "pull" },
    ]);
  });

  it("that are issued again take the place of their day's facts and of no others, whichever is merged first", async () => {
    const { write, merge, rows, clear } = await atWork();
    const row = (day: string, user: string, count: number): Sent => ({
      ...{ day, image_repository: "acme/api", hub_username: user, event_count: String(count), tag: "" },
    });
    const day = await write({ stream: "pulls", day: "2026-11-20", rows: [row("2026-11-20", "ann", 1)] });
    const other = await write({ stream: "pulls", day: "2026-11-21", rows: [row("2026-11-21", "ann", 1)] });
    const again = await write({ stream: "pulls", day: "2026-11-20", rows: [row("2026-11-20", "bob", 9)] });
    const empty = await write({ stream: "pulls", day: "2026-11-19", rows: [] });
    await merge([day, other]);
    await merge([again, empty]);
    const facts = await rows(FACTS);
    expect(facts.map(({ actor, occurred_at, quantity }) => [actor, occurred_at, quantity])).toEqual([
      ["bob", "2026-11-20", 9],
      ["ann", "2026-11-21", 1],
    ]);
    const covered = "select stream, window_from, window_to, records from ops.coverage order by all";
    expect((await rows(covered)).map(({ window_from, records }) => [window_from, records])).toEqual([
      ["2026-11-19", 0],
      ["2026-11-20", 1],
      ["2026-11-21", 1],
    ]);
    // nobody waits for what is switched off
    await rows("set variable status_at = timestamp '2026-12-10 06:00:00'");
    const gaps = "select gap_from, gap_to from ops.gaps";
    expect(await rows(gaps)).toEqual([{ gap_from: "2026-11-22", gap_to: "2026-12-07" }]);
    await rows(
      "insert into ops.connections (org, name, audit_log, lookback_hours, pulls) values ('acme', 'a', true, 48, false)",
    );
    expect(await rows(gaps)).toEqual([]);
    await clear();
    for (const name of [empty, again, other, day]) await merge([name]);
    expect(await rows(FACTS)).toEqual(facts);
    expect(await rows("select facts, duplicates from ops.loaded_files order by raw_file")).toEqual([
      { facts: 0, duplicates: 1 },
      { facts: 1, duplicates: 0 },
      { facts: 1, duplicates: 0 },
      { facts: 0, duplicates: 0 },
    ]);
  });
});

describe("exports of the usage page", () => {
  it("that overlap count each row once with the larger numbers, and not on days of a report, in any order", async () => {
    const { write, merge, rows, clear } = await atWork();
    const twice = exported("2026/11/18/05", "ann", [1, 1]);
    const first = await write({
      ...{ stream: "usage_export", day: "2026-11-18", days: 2 },
      rows: [twice, twice, exported("2026/11/19/23", "Bob", [2, 3]), exported("2026/11/19/23", "bob", [1, 0])],
    });
    const second = await write({
      ...{ stream: "usage_export", day: "2026-11-19", days: 2 },
      rows: [
        exported("2026/11/19/23", "Bob", [0, 30]),
        exported("2026/11/20/00", "bob", [1, 1], { access_token_name: "generated" }),
        exported("2026/11/20/01", "bob", [1, 1], { access_token_name: "ci" }),
      ],
    });
    const report = await write({
      ...{ stream: "pulls", day: "2026-11-20" },
      rows: [{ day: "2026-11-20", image_repository: "acme/api", hub_username: "bob", event_count: "3", tag: "1.0" }],
    });
    const sums = "select occurred_at, actor, token_label, quantity, source from fct_usage order by all";
    await merge([first]);
    await merge([second]);
    const before = await rows(sums);
    expect(before.map((row) => Object.values(row).join(" "))).toEqual([
      "2026-11-18 ann  4 usage_export",
      "2026-11-19 bob  33 usage_export",
      "2026-11-20 bob ci 2 usage_export",
      "2026-11-20 bob  2 usage_export",
    ]);
    await merge([report]);
    const whole = await rows("select * exclude (run_id) from fct_usage order by all");
    expect((await rows(sums)).slice(2).map((row) => Object.values(row).join(" "))).toEqual([
      "2026-11-20 bob  3 pull_report",
    ]);
    const files = await rows("select * exclude (loaded_at) from ops.loaded_files order by raw_file");
    for (const order of [
      [report, second, first],
      [second, report, first],
    ]) {
      await clear();
      for (const name of order) await merge([name]);
      expect(await rows("select * exclude (run_id) from fct_usage order by all")).toEqual(whole);
      expect(await rows("select * exclude (loaded_at) from ops.loaded_files order by raw_file")).toEqual(files);
    }
  });
});

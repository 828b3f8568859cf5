import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBConnection } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { writeFacts } from "../../../bench/generated-history.ts";
import { slicePage } from "../../../extract/page.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { mergeRawFiles } from "../../../load/merge/merge.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { renewFacts } from "../../../pipelines/run/renew-facts.ts";
import { emptyFolder } from "../../kit/at-work.ts";

const ORG = "bulk";
const UNTIL = new Date("2026-03-01T00:00:00Z");
const EVENTS = 50;
/** The engine keeps so many rows together, and passes over all of them or none. */
const GROUP = 122_880;

interface Operator {
  readonly operator_rows_scanned?: number;
  readonly extra_info?: { readonly Table?: string };
  readonly children?: readonly Operator[];
}

/** What was read of the facts by one statement, as the engine's own profile of it tells. */
const scannedBy = ({ children = [], ...operator }: Operator): number =>
  (operator.extra_info?.Table?.endsWith("main.fct_usage") ? (operator.operator_rows_scanned ?? 0) : 0) +
  children.reduce((sum, child) => sum + scannedBy(child), 0);

/** Lets the engine profile each statement of `work`; gives how many facts each has read, those aside that read none. */
async function factsRead(folder: string, connection: DuckDBConnection, work: () => Promise<unknown>) {
  const file = join(folder, "profile.json");
  await connection.run("pragma enable_profiling = 'json'");
  await connection.run(`set profiling_output = '${file}'`);
  const read: { text: string; rows: number }[] = [];
  let last = "";
  /** The profile of a statement is whole once the next one begins. */
  const note = (next: string) => {
    try {
      const rows = scannedBy(JSON.parse(readFileSync(file, "utf8")) as Operator);
      if (rows > 0) read.push({ text: last, rows });
      rmSync(file);
    } catch {
      // a statement without a plan has no profile
    }
    last = next;
  };
  const { run, stream } = DuckDBConnection.prototype;
  DuckDBConnection.prototype.run = function (this: DuckDBConnection, text, ...rest) {
    note(text);
    return run.call(this, text, ...rest);
  };
  DuckDBConnection.prototype.stream = function (this: DuckDBConnection, text, ...rest) {
    note(text);
    return stream.call(this, text, ...rest);
  };
  try {
    await work();
    await connection.run("select 1");
  } finally {
    Object.assign(DuckDBConnection.prototype, { run, stream });
  }
  return read;
}

/** Merges the same few events of one hour, half a day after so long a history. */
async function mergeAfter(facts: number) {
  const folder = emptyFolder();
  const data = join(folder, "data");
  const warehouse = await openWriter(data);
  try {
    const store = new RawStore(data);
    await migrate(warehouse, "test");
    await renewFacts(warehouse, store, () => {});
    await warehouse.connection.run("set threads = 1");
    await writeFacts(warehouse.connection, { org: ORG, facts, night: GROUP, members: 30, until: UNTIL });
    await warehouse.connection.run("checkpoint");
    const readAt = new Date(UNTIL.getTime() + 43_200_000);
    const logs = Array.from({ length: EVENTS }, (_, i) => ({
      ...{
        event_id: `${(i * 15_000).toString(16).padStart(8, "0")}-new`,
        account: ORG,
        action: "repo.tag.push",
        name: `${ORG}/service-1`,
        actor: "user00001",
      },
      ...{ data: { tag: `v${i}` }, timestamp: new Date(readAt.getTime() - i * 60_000).toISOString() },
    }));
    const page = slicePage(Buffer.from(JSON.stringify({ logs })), "logs", readAt);
    const times = { read_at: readAt, window_from: UNTIL, window_to: readAt };
    const meta = { org: ORG, stream: "auditlog" as const, kind: "window" as const, run_id: newRunId(readAt), ...times };
    const file = await store.write(meta, [{ page, number: 1 }]);
    return await factsRead(folder, warehouse.connection, async () => {
      const { counts } = await mergeRawFiles(warehouse, [file]);
      expect(counts).toMatchObject([{ records: EVENTS, facts: EVENTS }]);
    });
  } finally {
    warehouse.close();
  }
}

it("a merge reads as many facts however long the history, but for one look at all ids", async () => {
  const [short, long] = [await mergeAfter(2 * GROUP), await mergeAfter(6 * GROUP)];
  const looksAtIds = ({ text }: { text: string }) => text.startsWith('create or replace temp table "incoming_met"');
  // which ids come again long after is asked of the whole history: once, and of nothing but org and id
  expect(short.filter(looksAtIds).map(({ rows }) => rows)).toEqual([2 * GROUP]);
  expect(long.filter(looksAtIds).map(({ rows }) => rows)).toEqual([6 * GROUP]);
  const others = (read: typeof short) =>
    read.filter((one) => !looksAtIds(one)).reduce((sum, { rows }) => sum + rows, 0);
  expect(others(short)).toBeGreaterThan(0);
  expect(others(long)).toBe(others(short));
});

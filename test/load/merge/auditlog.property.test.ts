import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { eventText } from "../../../demo/event-log.ts";
import { slicePage } from "../../../extract/page.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { mergeRawFiles } from "../../../load/merge/merge.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../../load/warehouse/open.ts";
import { readRows } from "../../../load/warehouse/rows.ts";

const BASE = Date.parse("2026-06-01T00:00:00Z");
const MINUTE = 60_000;
/** A reading asks from a second before its window. */
const OVERLAP = 1000;

/** When it happened and when the log showed it, in seconds; what it says is one of few, so that some are truly alike. */
interface Happening {
  readonly at: number;
  readonly late: number;
  readonly what: number;
  readonly copies: number;
}

interface Story {
  readonly withIds: boolean;
  readonly happenings: readonly Happening[];
  /** Readings in their order: the instant of each and where its windows begin, in seconds. */
  readonly readings: readonly { readonly instant: number; readonly cuts: readonly number[]; readonly dies: boolean }[];
}

const SPAN = 120;
const story: fc.Arbitrary<Story> = fc.record({
  withIds: fc.boolean(),
  happenings: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: SPAN - 1 }),
      late: fc.integer({ min: 0, max: SPAN }),
      what: fc.integer({ min: 0, max: 2 }),
      copies: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 25 },
  ),
  readings: fc.array(
    fc.record({
      instant: fc.integer({ min: 1, max: SPAN }),
      cuts: fc.uniqueArray(fc.integer({ min: 1, max: SPAN - 1 }), { maxLength: 2 }),
      dies: fc.boolean(),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

interface True {
  readonly text: string;
  readonly atMs: number;
  readonly seenMs: number;
}

function eventsOf({ withIds, happenings }: Story): True[] {
  return happenings.flatMap(({ at, late, what, copies }, h) =>
    Array.from({ length: copies }, (_, copy) => {
      const atMs = BASE + at * 1000;
      const draft = { account: "acme", action: "repo.tag.push", name: "acme/app", actor: "ann", atMs };
      const eventId = withIds ? `e-${h}-${copy}` : undefined;
      // copies of one happening reach the log together, as those of one second do
      const text = eventText({ ...draft, eventId, data: { tag: `t${what}`, at, late } });
      return { text, atMs, seenMs: atMs + late * 1000 };
    }),
  );
}

/** What a reading leaves: a raw file a window, each with what the log showed of it at that instant. */
async function read(store: RawStore, events: readonly True[], instant: number, cuts: readonly number[]) {
  const to = BASE + instant * 1000;
  const edges = [BASE, ...cuts.map((cut) => BASE + cut * 1000).filter((at) => at < to), to].sort((a, b) => a - b);
  const files: string[] = [];
  const run_id = newRunId(new Date(to));
  for (let n = edges.length - 1; n > 0; n--) {
    const [from, end] = [edges[n - 1]!, edges[n]!];
    const shown = events.filter(({ atMs, seenMs }) => atMs >= from - OVERLAP && atMs < end && seenMs <= to);
    const body = Buffer.from(`{"logs":[${shown.map(({ text }) => text).join(",")}]}`);
    const times = { read_at: new Date(to), window_from: new Date(from), window_to: new Date(end) };
    const meta = { org: "acme", stream: "auditlog", kind: "window", run_id, ...times } as const;
    files.push(await store.write(meta, [{ page: slicePage(body, "logs", new Date(to)), number: 1 }]));
  }
  return files;
}

async function within<T>(act: (warehouse: WarehouseFile, store: RawStore) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "docktally-property-"));
  const warehouse = await openWriter(folder);
  try {
    await migrate(warehouse, "0.0.0");
    return await act(warehouse, new RawStore(folder));
  } finally {
    warehouse.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const CONTENT = "select * exclude (fact_id, run_id, raw_file, raw_row, event_id), fact_id from fct_usage order by all";
const contentOf = async ({ connection }: WarehouseFile) =>
  JSON.stringify((await readRows(connection, CONTENT)).rows, text);
const text = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

async function empty({ connection }: WarehouseFile): Promise<void> {
  for (const table of ["fct_usage", "ops.loaded_files", "ops.rejected"]) await connection.run(`delete from ${table}`);
}

it(
  "facts are the distinct true events, whatever the windows, late arrivals, crashes and the order of merging",
  () =>
    within(async (warehouse, store) => {
      const property = fc.asyncProperty(story, fc.infiniteStream(fc.nat({ max: 1000 })), async (told, shuffle) => {
        await empty(warehouse);
        const events = eventsOf(told);
        const files: string[] = [];
        let waiting: string[] = [];
        const last = { instant: SPAN * 2 + 1, cuts: [37, 64], dies: false };
        for (const { instant, cuts, dies } of [...told.readings, last]) {
          waiting.push(...(await read(store, events, instant, cuts)));
          // one that dies between raw and merge leaves its files to the next
          if (dies) continue;
          files.push(...waiting);
          expect((await mergeRawFiles(warehouse, waiting)).broken).toEqual([]);
          waiting = [];
        }
        const { rows } = await readRows(
          warehouse.connection,
          `select epoch_ms(occurred_at), data ->> '$.tag', data ->> '$.late' from fct_usage`,
        );
        const facts = rows.map((row) => row.map(String).join(" ")).sort();
        const truth = events.map(({ text: event, atMs }) => {
          const { data } = JSON.parse(event) as { data: Record<string, unknown> };
          return `${atMs} ${data.tag} ${data.late}`;
        });
        expect(facts).toEqual(truth.sort());
        // merging a file again, and merging all of them in another order, changes nothing
        const before = await contentOf(warehouse);
        await empty(warehouse);
        const order = files.map((file) => [shuffle.next().value as number, file] as const).sort((a, b) => a[0] - b[0]);
        await mergeRawFiles(
          warehouse,
          order.map(([, file]) => file),
        );
        expect(await contentOf(warehouse)).toBe(before);
      });
      await fc.assert(property, { numRuns: 8, endOnFailure: true });
    }),
  MINUTE,
);

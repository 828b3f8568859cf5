import { expect, it, onTestFinished } from "vitest";
import { slicePage } from "../../../extract/page.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { mergeRawFiles } from "../../../load/merge/merge.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { readRows } from "../../../load/warehouse/rows.ts";
import { emptyFolder } from "../../kit/at-work.ts";

const AT = Date.parse("2026-06-01T00:00:00Z");
const PAGE = 1000;
/** Some seconds on an idle machine. */
const MOST_MS = 240_000;

const flat = (i: number) => ({
  tag: `v1.${i}`,
  digest: `sha256:${i.toString(16).padStart(64, "0")}`,
  access_token_label: "nightly",
  size: i,
  os: "linux",
  arch: "amd64",
  ip: "192.0.2.1",
  is_signed: false,
  note: null,
});

interface Told {
  readonly data: unknown;
  readonly event_id?: string;
}

/** Raw files of `records` events each, and what their merge in one batch adds. */
async function factsOf(records: number, told: (i: number, file: number) => Told, files = 1): Promise<number> {
  const folder = emptyFolder();
  const warehouse = await openWriter(folder);
  onTestFinished(() => warehouse.close());
  await migrate(warehouse, "0.0.0");
  const times = { read_at: new Date(AT), window_from: new Date(AT - records * 1000), window_to: new Date(AT) };
  const meta = { org: "acme", stream: "auditlog", kind: "window", run_id: newRunId(new Date(AT)), ...times } as const;
  const names: string[] = [];
  for (let f = 0; f < files; f++) {
    const pages = Array.from({ length: records / PAGE }, (_, p) => {
      const logs = Array.from({ length: PAGE }, (_, n) => {
        const i = p * PAGE + n;
        const said = { account: "acme", action: "repo.tag.push", name: `acme/app-${i % 50}`, actor: `ann${i % 300}` };
        return JSON.stringify({ ...said, ...told(i, f), timestamp: new Date(AT - i * 1000).toISOString() });
      });
      return { page: slicePage(Buffer.from(`{"logs":[${logs.join(",")}]}`), "logs", new Date(AT)), number: p + 1 };
    });
    const from = new Date(AT - records * 1000 - f);
    names.push(await new RawStore(folder).write({ ...meta, window_from: from }, pages));
  }
  const { counts, broken, unmerged } = await mergeRawFiles(warehouse, names);
  const { rows } = await readRows(
    warehouse.connection,
    "select current_setting('memory_limit'), (select count(distinct loaded_at)::int from ops.loaded_files)",
  );
  expect([broken, unmerged, rows]).toEqual([[], [], [["244.1 MiB", 1]]]);
  expect(counts.reduce((sum, { records: n }) => sum + n, 0)).toBe(records * files);
  return counts.reduce((sum, { facts }) => sum + facts, 0);
}

it(
  "250 000 events without an event_id are merged in one batch within the engine's 256 MB",
  async () => {
    expect(await factsOf(250_000, (i) => ({ data: flat(i) }))).toBe(250_000);
  },
  MOST_MS,
);

it(
  "120 000 events with an event_id that two windows of a batch bring are, too, with other contents and without",
  async () => {
    const told = (i: number, file: number) => ({
      event_id: `0b1f${i.toString(16).padStart(32, "0")}`,
      data: file === 1 && i % 100 === 0 ? { ...flat(i), size: -1 } : flat(i),
    });
    expect(await factsOf(120_000, told, 2)).toBe(120_000);
  },
  MOST_MS,
);

it(
  "48 000 events with 2.5 kB of data each are, too",
  async () => {
    expect(await factsOf(48_000, (i) => ({ data: { ...flat(i), text: "x".repeat(2500) } }))).toBe(48_000);
  },
  MOST_MS,
);

it(
  "and so are 40 000 events with nested data",
  async () => {
    const labels = Array.from({ length: 20 }, (_, n) => ({ key: `org.example.${n}`, value: "x".repeat(20) }));
    expect(await factsOf(40_000, (i) => ({ data: { ...flat(i), labels } }))).toBe(40_000);
  },
  MOST_MS,
);

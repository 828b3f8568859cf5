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

/** One raw file of `records` events without an event_id, and what its merge adds. */
async function factsOf(records: number, dataOf: (i: number) => unknown): Promise<number> {
  const folder = emptyFolder();
  const warehouse = await openWriter(folder);
  onTestFinished(() => warehouse.close());
  await migrate(warehouse, "0.0.0");
  const pages = Array.from({ length: records / PAGE }, (_, p) => {
    const logs = Array.from({ length: PAGE }, (_, n) => {
      const i = p * PAGE + n;
      const said = { account: "acme", action: "repo.tag.push", name: `acme/app-${i % 50}`, actor: `ann${i % 300}` };
      return JSON.stringify({ ...said, data: dataOf(i), timestamp: new Date(AT - i * 1000).toISOString() });
    });
    return { page: slicePage(Buffer.from(`{"logs":[${logs.join(",")}]}`), "logs", new Date(AT)), number: p + 1 };
  });
  const times = { read_at: new Date(AT), window_from: new Date(AT - records * 1000), window_to: new Date(AT) };
  const meta = { org: "acme", stream: "auditlog", kind: "window", run_id: newRunId(new Date(AT)), ...times } as const;
  const file = await new RawStore(folder).write(meta, pages);
  const { counts, broken } = await mergeRawFiles(warehouse, [file]);
  const { rows } = await readRows(warehouse.connection, "select current_setting('memory_limit')");
  expect([broken, rows]).toEqual([[], [["244.1 MiB"]]]);
  return counts[0]!.facts;
}

it(
  "250 000 events without an event_id are merged in one batch within the engine's 256 MB",
  async () => {
    expect(await factsOf(250_000, flat)).toBe(250_000);
  },
  MOST_MS,
);

it(
  "48 000 events with 2.5 kB of data each are, too",
  async () => {
    expect(await factsOf(48_000, (i) => ({ ...flat(i), text: "x".repeat(2500) }))).toBe(48_000);
  },
  MOST_MS,
);

it(
  "and so are 40 000 events with nested data",
  async () => {
    const labels = Array.from({ length: 20 }, (_, n) => ({ key: `org.example.${n}`, value: "x".repeat(20) }));
    expect(await factsOf(40_000, (i) => ({ ...flat(i), labels }))).toBe(40_000);
  },
  MOST_MS,
);

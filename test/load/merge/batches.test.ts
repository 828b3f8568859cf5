import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { slicePage } from "../../../extract/page.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { batchesOf, filesOf } from "../../../load/merge/batches.ts";
import { mergeRawFiles } from "../../../load/merge/merge.ts";
import { describeRawFiles, type RawFileInfo } from "../../../load/merge/raw-files.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../../load/warehouse/open.ts";
import { readRows } from "../../../load/warehouse/rows.ts";
import { emptyFolder } from "../../kit/at-work.ts";

const ORG = "acme";
const START = Date.parse("2026-05-01T00:00:00Z");
const HOUR_MS = 3_600_000;
const MIB = 1024 * 1024;

async function writer(folder: string, memoryLimit?: string): Promise<WarehouseFile> {
  const warehouse = await openWriter(folder, memoryLimit ? { memoryLimit } : {});
  onTestFinished(() => warehouse.close());
  await migrate(warehouse, "0.0.0");
  return warehouse;
}

/** Windows of an hour, each with so many events, the data of each with so many entries below an entry. */
async function windows(folder: string, files: number, events: number, entries: number): Promise<string[]> {
  const at = new Date(START + files * HOUR_MS);
  const store = new RawStore(folder);
  const meta = { org: ORG, stream: "auditlog", kind: "window", run_id: newRunId(at), read_at: at } as const;
  const names: string[] = [];
  for (let f = 0; f < files; f++) {
    const [from, to] = [START + f * HOUR_MS, START + (f + 1) * HOUR_MS];
    const logs = Array.from({ length: events }, (_, n) => ({
      account: ORG,
      action: "repo.tag.push",
      name: `${ORG}/app`,
      actor: `u${n % 20}`,
      timestamp: new Date(from + n * 10).toISOString(),
      data: {
        tag: `t${f}-${n}`,
        more: Object.fromEntries(Array.from({ length: entries }, (_, k) => [`k${k}`, n * k])),
      },
    }));
    const page = slicePage(Buffer.from(JSON.stringify({ logs })), "logs", at);
    const window = { window_from: new Date(from), window_to: new Date(to) };
    names.push(await store.write({ ...meta, ...window }, [{ page, number: 1 }]));
  }
  return names;
}

it("a batch that the engine has no memory for is halved until it has, and no file is named", async () => {
  const folder = emptyFolder();
  const names = await windows(folder, 8, 1000, 24);
  const warehouse = await writer(folder, "128MB");
  const { broken, unmerged } = await mergeRawFiles(warehouse, names);
  expect([broken, unmerged]).toEqual([[], []]);
  const { rows } = await readRows(
    warehouse.connection,
    "select count(*)::int, sum(facts)::int, count(distinct loaded_at) > 1 from ops.loaded_files",
  );
  expect(rows).toEqual([[8, 8000, true]]);
});

/** Only what batches are made by. */
const file = (parts: Partial<RawFileInfo>): RawFileInfo => ({
  name: "f",
  path: "f",
  org: ORG,
  first_org: ORG,
  stream: "auditlog",
  kind: "window",
  run_id: "r1",
  read_at: new Date(START),
  window_from: new Date(START),
  window_to: new Date(START),
  oldest_event_at: null,
  accept_shrink: false,
  version: null,
  records: 100,
  bytes: 1000,
  ...parts,
});

it("batches are bounded by bytes, records and files; what is heavier alone is a batch alone", () => {
  const sizes = (files: RawFileInfo[]) => batchesOf(files).map((batch) => filesOf(batch).length);
  const many = (length: number, parts: Partial<RawFileInfo>) => Array.from({ length }, () => file(parts));
  expect(sizes(many(10, { bytes: 8 * MIB }))).toEqual([4, 4, 2]);
  expect(sizes([...many(2, { bytes: 90 * MIB }), ...many(3, {})])).toEqual([1, 1, 3]);
  expect(sizes(many(5, { records: 200_000 }))).toEqual([2, 2, 1]);
  expect(sizes(many(600, {}))).toEqual([512, 88]);
});

it("of small records a batch takes as many as it may, whatever their bytes; of larger ones, as many bytes as it may", () => {
  const sizes = (bytes: number) =>
    batchesOf(Array.from({ length: 10 }, () => file({ records: 50_000, bytes: 50_000 * bytes }))).map(
      (batch) => filesOf(batch).length,
    );
  expect(sizes(500)).toEqual([9, 1]);
  expect(sizes(512)).toEqual([9, 1]);
  expect(sizes(600)).toEqual(Array(10).fill(1));
  expect(sizes(2500)).toEqual(Array(10).fill(1));
});

it("snapshots of one organization share a batch with their own invitations, in the order of their reading", () => {
  const members = (org: string, run_id: string) => file({ stream: "members", org, run_id, name: `${org} ${run_id}` });
  const invites = (org: string, run_id: string) => file({ stream: "invites", org, run_id, name: `? ${org} ${run_id}` });
  const infos = [
    invites("a", "1"),
    members("a", "1"),
    file({}),
    members("b", "1"),
    members("a", "2"),
    invites("b", "3"),
  ];
  const named = batchesOf(infos).map((batch) => [batch.stream, ...filesOf(batch).map(({ name }) => name)]);
  expect(named).toEqual([
    ["members", "? a 1", "a 1", "a 2"],
    ["members", "b 1"],
    ["invites", "? b 3"],
    ["auditlog", "f"],
  ]);
});

it("what a file says of its size is what its records take, however well they were packed", async () => {
  const folder = emptyFolder();
  const names = await windows(folder, 2, 500, 24);
  const { infos } = await describeRawFiles(await writer(folder), names);
  expect(infos.map(({ records }) => records)).toEqual([500, 500]);
  for (const { bytes } of infos) expect(bytes).toBeGreaterThan(500 * 300);
});

it("one file that cannot be read is found among many, and what the others say is kept in their order", async () => {
  const folder = emptyFolder();
  const names = await windows(folder, 20, 1, 2);
  writeFileSync(join(folder, names[7]!), "rubbish");
  const { infos, broken } = await describeRawFiles(await writer(folder), names);
  expect(broken.map((error) => error.file)).toEqual([names[7]]);
  expect(infos.map(({ name }) => name)).toEqual(names.filter((_, n) => n !== 7));
});

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as zlib from "node:zlib";
import { bulkOrganization } from "../demo/bulk.ts";
import { eventTextsOf } from "../demo/organization.ts";
import { type Page, slicePage } from "../extract/page.ts";
import { rawParquet } from "../extract/raw/parquet.ts";

/**
 * Which Parquet writer for the raw zone: Arrow batches through parquet-wasm, or hyparquet-writer. Each writes the same
 * records, in files of 20 000, in a process of its own. Usage: `npm run bench:parquet [-- RECORDS]`.
 * ZSTD for hyparquet-writer comes from node:zlib where Node has it (22.15 and later); before, it writes Snappy.
 */
const [records = "200000", writer] = process.argv.slice(2);
const FILE_RECORDS = 20_000;
const at = new Date();
const META = {
  org: "bulk-works",
  stream: "auditlog",
  kind: "window" as const,
  run_id: "bench",
  read_at: at,
  window_from: at,
  window_to: new Date(at.getTime() - 1),
};

if (writer === undefined) compare();
else process.stdout.write(`${JSON.stringify(await measure(writer))}\n`);

function compare(): void {
  for (const name of ["parquet-wasm", "hyparquet-writer"]) {
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), records, name], { encoding: "utf8" });
    if (child.status !== 0) throw new Error(child.stderr);
    const { ms, bytes, peakMb, codec } = JSON.parse(child.stdout);
    const rate = Math.round((Number(records) / ms) * 1000).toLocaleString("en");
    process.stdout.write(
      `${name.padEnd(17)} ${codec.padEnd(7)} ${rate.padStart(9)} rows/s  ${(bytes / 1e6).toFixed(1).padStart(6)} MB  peak RSS ${peakMb} MB\n`,
    );
  }
}

async function measure(name: string) {
  const write = name === "parquet-wasm" ? wasmWriter() : await hyparquetWriter();
  let ms = 0;
  let bytes = 0;
  for (const page of pages()) {
    const started = performance.now();
    bytes += write.write(page);
    ms += performance.now() - started;
  }
  return { ms, bytes, peakMb: Math.round(process.resourceUsage().maxRSS / 1024), codec: write.codec };
}

function* pages(): Generator<Page> {
  const organization = bulkOrganization("bulk-works", Number(records));
  let texts: string[] = [];
  for (const text of eventTextsOf(organization)) {
    if (texts.push(text) < FILE_RECORDS) continue;
    yield slicePage(Buffer.from(`{"logs":[${texts.join(",")}]}`), "logs", new Date());
    texts = [];
  }
}

function wasmWriter() {
  return { codec: "SNAPPY", write: (page: Page) => rawParquet(META, [{ page, number: 1 }]).byteLength };
}

async function hyparquetWriter() {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const zstd = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array }).zstdCompressSync;
  const write = (page: Page) => {
    const rows = page.starts.length;
    const same = (value: string) => new Array<string>(rows).fill(value);
    const time = new Array<Date>(rows).fill(at);
    const payload = page.starts.map((start, i) => page.bytes.toString("utf8", start, page.ends[i]));
    const columnData = [
      { name: "org", data: same(META.org), type: "STRING" as const },
      { name: "stream", data: same(META.stream), type: "STRING" as const },
      { name: "window_from", data: time, type: "TIMESTAMP" as const },
      { name: "window_to", data: time, type: "TIMESTAMP" as const },
      { name: "page", data: new Int32Array(rows).fill(1), type: "INT32" as const },
      { name: "ordinal", data: Int32Array.from({ length: rows }, (_, i) => i), type: "INT32" as const },
      { name: "fetched_at", data: time, type: "TIMESTAMP" as const },
      { name: "run_id", data: same(META.run_id), type: "STRING" as const },
      { name: "payload", data: payload, type: "STRING" as const },
    ];
    const options = zstd ? { codec: "ZSTD" as const, compressors: { ZSTD: (bytes: Uint8Array) => zstd(bytes) } } : {};
    return parquetWriteBuffer({ columnData, ...options }).byteLength;
  };
  return { codec: zstd ? "ZSTD" : "SNAPPY", write };
}

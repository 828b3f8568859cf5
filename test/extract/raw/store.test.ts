import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { slicePage } from "../../../extract/page.ts";
import type { RawFileMeta } from "../../../extract/raw/meta.ts";
import type { PageRows } from "../../../extract/raw/parquet.ts";
import { newRunId, ORG_NAME, RawStore } from "../../../extract/raw/store.ts";

const at = (text: string) => new Date(`2026-03-${text}Z`);
const runId = newRunId(at("04T05:06:07.089"));
const meta: RawFileMeta = {
  org: "acme",
  stream: "auditlog",
  kind: "window",
  run_id: runId,
  read_at: at("04T05:06:07.089"),
  window_from: at("01T00:00:00"),
  window_to: at("04T05:06:07.089"),
};
const records = ['{"a" : 1}', '{"b":"🐳 \\ud83d \\u0000 }"}', '{"n":12345678901234567890}', '{"last":[]}'];
const page = (texts: readonly string[], time: string) =>
  slicePage(Buffer.from(`{"logs":[${texts.join(" ,\n")}]}`), "logs", at(time));
const pages: PageRows[] = [
  { page: page(records.slice(0, 3), "04T05:06:08.001"), number: 1, only: [2, 0, 1] },
  { page: page(records.slice(3), "04T05:06:09"), number: 2 },
];

let data: string;
let duck: DuckDBInstance;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "docktally-raw-"));
  duck = await DuckDBInstance.create(":memory:");
});
afterAll(async () => {
  duck.closeSync();
  await rm(data, { recursive: true, force: true });
});

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await duck.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
  }
}

/** A store of its own with nothing in it. */
const fresh = async () => {
  const folder = await mkdtemp(join(data, "store-"));
  return { folder, store: new RawStore(folder) };
};

describe("a raw file", () => {
  const columns = "stream window_from window_to page ordinal fetched_at run_id payload".split(" ");

  it("holds the documented columns, in order and by type", async () => {
    const { folder, store } = await fresh();
    const path = join(folder, await store.write(meta, pages));
    const described = await ask(`describe select * from read_parquet('${path}', hive_partitioning = false)`);
    expect(described.map((row) => row.column_name)).toEqual(columns);
    const text = "VARCHAR";
    const time = "TIMESTAMP";
    expect(described.map((row) => row.column_type)).toEqual([text, time, time, "INTEGER", "INTEGER", time, text, text]);
    expect(await ask(`select distinct compression from parquet_metadata('${path}')`)).toEqual([
      { compression: "ZSTD" },
    ]);
  });

  it("holds each record byte for byte, where it stood and when it was fetched", async () => {
    const { folder, store } = await fresh();
    const path = join(folder, await store.write(meta, pages));
    const rows = await ask(`select * from read_parquet('${path}', hive_partitioning = false)`);
    expect(rows.map((row) => row.payload)).toEqual([records[2], records[0], records[1], records[3]]);
    expect(rows.map((row) => [row.page, row.ordinal])).toEqual([
      [1, 2],
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
    expect(rows[0]).toEqual({
      stream: "auditlog",
      window_from: "2026-03-01 00:00:00",
      window_to: "2026-03-04 05:06:07.089",
      page: 1,
      ordinal: 2,
      fetched_at: "2026-03-04 05:06:08.001",
      run_id: runId,
      payload: records[2],
    });
  });

  it("says in its metadata what a file without rows must still say", async () => {
    const { folder, store } = await fresh();
    const path = join(folder, await store.write({ ...meta, kind: "horizon", oldest_event_at: at("02T00:00:00") }, []));
    expect(await ask(`select count(*)::int as n from read_parquet('${path}', hive_partitioning = false)`)).toEqual([
      { n: 0 },
    ]);
    expect((await ask(`describe select * from read_parquet('${path}', hive_partitioning = false)`)).length).toBe(8);
    const pairs = await ask(`select decode(key) as k, decode(value) as v from parquet_kv_metadata('${path}')`);
    const own = pairs.filter(({ k }) => String(k).startsWith("docktally"));
    expect(own.map(({ k, v }) => [k, JSON.parse(String(v))])).toEqual([
      [
        "docktally",
        {
          org: "acme",
          stream: "auditlog",
          kind: "horizon",
          run_id: runId,
          read_at: "2026-03-04T05:06:07.089Z",
          window_from: "2026-03-01T00:00:00.000Z",
          window_to: "2026-03-04T05:06:07.089Z",
          oldest_event_at: "2026-03-02T00:00:00.000Z",
        },
      ],
    ]);
  });

  it("of some megabytes of an older time is written quickly, of the run's own time small, and both are whole", async () => {
    const texts = Array.from({ length: 5 }, (_, n) => JSON.stringify({ n, text: "x".repeat(1024 * 1024) }));
    for (const [window_to, compression] of [
      [at("03T00:00:00"), "SNAPPY"],
      [meta.window_to, "ZSTD"],
    ] as const) {
      const { folder, store } = await fresh();
      const file = await store.write({ ...meta, window_to }, [{ page: page(texts, "04T05:06:08"), number: 1 }]);
      const path = join(folder, file);
      expect(await ask(`select distinct compression from parquet_metadata('${path}')`)).toEqual([{ compression }]);
      const rows = await ask(`select payload, stream, run_id from read_parquet('${path}', hive_partitioning = false)`);
      expect(rows).toEqual(texts.map((payload) => ({ payload, stream: "auditlog", run_id: runId })));
    }
  });

  it("of many rows is whole", async () => {
    const texts = Array.from({ length: 130_000 }, (_, n) => `{"n":${n}}`);
    const { folder, store } = await fresh();
    const path = join(folder, await store.write(meta, [{ page: page(texts, "04T05:06:08"), number: 1 }]));
    const [row] = await ask(
      `select count(*)::int as n, sum((payload->>'n')::bigint)::varchar as total, max(ordinal) as last from read_parquet('${path}', hive_partitioning = false)`,
    );
    expect(row).toEqual({ n: 130_000, total: String((130_000 * 129_999) / 2), last: 129_999 });
  });
});

describe("the raw zone", () => {
  it("names a file after its run, number and window, under its stream and organization", async () => {
    const { store } = await fresh();
    expect(await store.write(meta, pages)).toBe(
      `raw/auditlog/org=acme/${runId}-0001_20260301T000000000Z_20260304T050607089Z.parquet`,
    );
    expect(runId).toMatch(/^20260304T050607089Z-[0-9a-f]{6}$/);
  });

  it("is for its owner's eyes only", async () => {
    const { folder, store } = await fresh();
    const path = await store.write(meta, pages);
    const mode = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8);
    expect(await mode(path)).toBe("600");
    for (const name of ["raw", "raw/auditlog", "raw/auditlog/org=acme"]) expect(await mode(name)).toBe("700");
  });

  it("lists files in the order in which they were written, over streams, organizations and runs", async () => {
    const { folder } = await fresh();
    const written: string[] = [];
    for (const run of ["20260304T000000000Z-ffffff", "20260305T000000000Z-000000"]) {
      const store = new RawStore(folder);
      for (let n = 0; n < 12; n++) {
        const stream = ["members", "auditlog", "invites"][n % 3]!;
        const from = new Date(meta.window_from.getTime() - n * 86_400_000);
        written.push(
          await store.write({ ...meta, run_id: run, stream, org: n % 2 ? "acme" : "beta", window_from: from }, []),
        );
      }
    }
    expect(await new RawStore(folder).list()).toEqual(written);
  });

  it("shows no file under its final name before it is complete", async () => {
    const { folder, store } = await fresh();
    const target = join(folder, "raw/auditlog/org=acme");
    const seen = new Set<string>();
    let writing = true;
    const watching = (async () => {
      while (writing) for (const name of await readdir(target).catch(() => [])) seen.add(name);
    })();
    const big = Array.from({ length: 20_000 }, (_, n) => `{"n":${n},"x":"${"y".repeat(n % 99)}"}`);
    const path = await store.write(meta, [{ page: page(big, "04T05:06:08"), number: 1 }]);
    writing = false;
    await watching;
    const name = path.slice(path.lastIndexOf("/") + 1);
    expect([...seen].filter((one) => one !== name && one !== `${name}.tmp`)).toEqual([]);
    expect(await readdir(target)).toEqual([name]);
  });

  it("leaves nothing behind where a file cannot be put in place, and says so", async () => {
    const { folder, store } = await fresh();
    const name = `${runId}-0001_20260301T000000000Z_20260304T050607089Z.parquet`;
    const target = join(folder, "raw/auditlog/org=acme");
    await mkdir(join(target, name, "in the way"), { recursive: true });
    await expect(store.write(meta, pages)).rejects.toThrow();
    expect(await readdir(target)).toEqual([name]);
  });

  it("drops what a killed run left unfinished and nothing else", async () => {
    const { folder, store } = await fresh();
    const path = await store.write(meta, pages);
    const target = join(folder, "raw/auditlog/org=acme");
    await writeFile(join(target, "x.parquet.tmp"), "half a file");
    await writeFile(join(target, "y.parquet.broken"), "set aside");
    expect(await store.list()).toEqual([path]);
    await store.dropUnfinished();
    expect((await readdir(target)).sort()).toEqual([path.slice(path.lastIndexOf("/") + 1), "y.parquet.broken"]);
  });

  it("takes a broken file out of the way without losing it", async () => {
    const { folder, store } = await fresh();
    const path = await store.write(meta, pages);
    expect(await store.setAside(path)).toBe(`${path}.broken`);
    expect(await store.list()).toEqual([]);
    expect((await stat(join(folder, `${path}.broken`))).size).toBeGreaterThan(0);
  });

  it("is empty before anything was written", async () => {
    const { store } = await fresh();
    expect(await store.list()).toEqual([]);
    await store.dropUnfinished();
  });

  it("that cannot be read is an error and no empty one", async () => {
    const { folder, store } = await fresh();
    await writeFile(join(folder, "raw"), "no folder");
    await expect(store.list()).rejects.toThrow("ENOTDIR");
    await expect(store.dropUnfinished()).rejects.toThrow("ENOTDIR");
  });

  it.each([
    "",
    ".",
    "..",
    "../acme",
    "a/b",
    "a\\b",
    "a b",
    "-acme",
    ".acme",
    "acme\n",
    "a'b",
    "a=b",
    "x".repeat(129),
    "é",
  ])("refuses %j as an organization's name and writes nothing", async (org) => {
    const { folder, store } = await fresh();
    await expect(store.write({ ...meta, org }, pages)).rejects.toThrow("cannot be an organization's name");
    expect(await readdir(folder)).toEqual([]);
    expect(ORG_NAME.test(org)).toBe(false);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { QueryRows } from "../../../load/warehouse/rows.ts";
import { toArrow, toParquet } from "../../../pipelines/reports/arrow.ts";
import { nothingLoaded, twoOrganizations } from "../../kit/license-fixture.ts";

const every: QueryRows = {
  columns: [
    { name: "words", type: "text" },
    { name: "figure", type: "number" },
    { name: "yes", type: "boolean" },
    { name: "moment", type: "timestamp" },
    { name: "day", type: "date" },
    { name: "names", type: "list" },
    { name: "rest", type: "json" },
  ],
  rows: [
    ["=1+1 🦭", 12n, true, "2026-09-30T12:00:00.250Z", "2027-03-01", ["a", "b; c"], { a: true }],
    [null, null, null, null, null, null, null],
    ["", 0.1, false, "1969-12-31T23:59:59Z", "1969-12-31", [], "[]"],
  ],
};
const types = ["VARCHAR", "DOUBLE", "BOOLEAN", "TIMESTAMP", "DATE", "VARCHAR[]", "VARCHAR"];

describe("Arrow IPC", () => {
  it("holds the values, typed", () => {
    const table = tableFromIPC(toArrow(every));
    expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "words Utf8",
      "figure Float64",
      "yes Bool",
      "moment Timestamp<MILLISECOND>",
      "day Date32<DAY>",
      "names List<Utf8>",
      "rest Utf8",
    ]);
    const [first, empty, last] = table.toArray().map((row) => row.toJSON());
    expect([first.words, first.figure, first.yes, [...first.names], first.rest]).toEqual([
      "=1+1 🦭",
      12,
      true,
      ["a", "b; c"],
      '{"a":true}',
    ]);
    expect(new Date(first.moment).toISOString()).toBe("2026-09-30T12:00:00.250Z");
    expect(Object.values(empty)).toEqual([null, null, null, null, null, null, null]);
    expect(new Date(last.moment).toISOString()).toBe("1969-12-31T23:59:59.000Z");
  });

  it("has the same columns with no rows", () => {
    const names = (rows: QueryRows) => tableFromIPC(toArrow(rows)).schema.fields.map(String);
    expect(names(nothingLoaded.seats)).toEqual(names(twoOrganizations.seats));
    expect(tableFromIPC(toArrow(nothingLoaded.seats)).numRows).toBe(0);
  });
});

describe("Parquet", () => {
  let folder: string;
  let instance: DuckDBInstance;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "docktally-parquet-"));
    instance = await DuckDBInstance.create();
  });
  afterAll(async () => {
    instance.closeSync();
    await rm(folder, { recursive: true });
  });
  const query = async (rows: QueryRows, select: string) => {
    const file = join(folder, "rows.parquet");
    await writeFile(file, await toParquet(rows));
    const connection = await instance.connect();
    const answer = await connection.runAndReadAll(select.replace("$file", `'${file}'`));
    connection.closeSync();
    return answer.getRowsJson();
  };

  it("is read by DuckDB with the columns, types and values of the rows", async () => {
    const described = await query(every, "describe from $file");
    expect(described.map(([name, type]) => [name, type])).toEqual(every.columns.map(({ name }, i) => [name, types[i]]));
    expect(await query(every, "from $file")).toEqual([
      ["=1+1 🦭", 12, true, "2026-09-30 12:00:00.25", "2027-03-01", ["a", "b; c"], '{"a":true}'],
      [null, null, null, null, null, null, null],
      ["", 0.1, false, "1969-12-31 23:59:59", "1969-12-31", [], "[]"],
    ]);
  });

  it("is written with no rows, too", async () => {
    expect(await query(nothingLoaded.seats, "select count(*) from $file")).toEqual([["0"]]);
  });

  it("gives the report's own figures to a question in SQL", async () => {
    const answer = await query(
      twoOrganizations.seats,
      "select org, status, count(*)::int, sum(wasted_month) from $file group by all having status = 'idle' order by org",
    );
    expect(answer).toEqual([
      ["alpha", "idle", 2, 31],
      ["beta", "idle", 1, null],
    ]);
  });
});

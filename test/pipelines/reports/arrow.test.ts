import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, type QueryRows } from "../../../load/warehouse/rows.ts";
import { toArrow, toParquet } from "../../../pipelines/reports/arrow.ts";
import { nothingLoaded, twoOrganizations } from "../../kit/license-fixture.ts";
import { findPython, mayRun } from "../../kit/outside-program.ts";

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
const types = ["VARCHAR", "DOUBLE", "BOOLEAN", "TIMESTAMP WITH TIME ZONE", "DATE", "VARCHAR[]", "VARCHAR"];

describe("Arrow IPC", () => {
  it("holds the values, typed", () => {
    const table = tableFromIPC(toArrow(every));
    expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "words Utf8",
      "figure Float64",
      "yes Bool",
      "moment Timestamp<MICROSECOND, UTC>",
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
    const connection = await instance.connect();
    await connection.run("set global timezone = 'UTC'");
    connection.closeSync();
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
      ["=1+1 🦭", 12, true, "2026-09-30 12:00:00.25+00", "2027-03-01", ["a", "b; c"], '{"a":true}'],
      [null, null, null, null, null, null, null],
      ["", 0.1, false, "1969-12-31 23:59:59+00", "1969-12-31", [], "[]"],
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

/** A column of each type that a question can have; two rows, the second without values. */
const TYPED = `
  select unnest([9007199254740993, null])::bigint as whole, unnest([200, null])::utinyint as small,
    unnest([18446744073709551615, null])::ubigint as unsigned, unnest([-7, null])::integer as below,
    unnest([9007199254740993, null])::hugeint as summed,
    unnest(['-0.05', null])::decimal(18, 2) as money, unnest(['12345678901234567890.123456789', null])::decimal(38, 9) as exact,
    unnest([0.1, null])::double as ratio, unnest(['2026-09-30 12:00:00.123456', null])::timestamp as moment,
    unnest(['1969-12-31', null])::date as day, unnest([[1::bigint, null], null]) as whole_list,
    unnest([[], null])::varchar[] as names, unnest([[1.5::decimal(9, 1)], null]) as amounts,
    unnest([[timestamp '1969-12-31 23:59:59.5'], null]) as moments, unnest([{a: [1]}, null]) as nested, unnest(['x', null]) as words`;
const ENGINE_TYPES = [
  ...["BIGINT", "UTINYINT", "UBIGINT", "INTEGER", "DECIMAL(38,0)", "DECIMAL(18,2)", "DECIMAL(38,9)", "DOUBLE"],
  ...["TIMESTAMP WITH TIME ZONE", "DATE", "BIGINT[]", "VARCHAR[]", "DECIMAL(9,1)[]", "TIMESTAMP WITH TIME ZONE[]"],
  ...["VARCHAR", "VARCHAR"],
];
const VALUES = [
  ...["9007199254740993", 200, "18446744073709551615", -7, "9007199254740993", "-0.05"],
  ...["12345678901234567890.123456789", 0.1, "2026-09-30 12:00:00.123456+00", "1969-12-31", ["1", null], []],
  ...[["1.5"], ["1969-12-31 23:59:59.5+00"], '{"a":[1]}', "x"],
];

describe("a question's types", () => {
  let folder: string;
  let instance: DuckDBInstance;
  let rows: QueryRows;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "docktally-types-"));
    instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    await connection.run("set global timezone = 'UTC'");
    rows = await ask(connection, TYPED);
    connection.closeSync();
    await writeFile(join(folder, "rows.parquet"), await toParquet(rows));
    await writeFile(join(folder, "rows.arrow"), toArrow(rows));
  });
  afterAll(async () => {
    instance.closeSync();
    await rm(folder, { recursive: true });
  });

  it("stay in Parquet, value by value, as DuckDB reads it", async () => {
    const connection = await instance.connect();
    const read = await connection.runAndReadAll(`from '${join(folder, "rows.parquet")}'`);
    expect(read.columnTypes().map(String)).toEqual(ENGINE_TYPES);
    expect(read.getRowsJson()).toEqual([VALUES, VALUES.map(() => null)]);
    connection.closeSync();
  });

  const python = findPython("pyarrow");
  it.skipIf(!mayRun(python, "pyarrow", "pip install pyarrow"))(
    "stay in Parquet and Arrow as pyarrow reads them",
    () => {
      const read = `
import json, sys, pyarrow.feather, pyarrow.parquet
tables = [pyarrow.parquet.read_table(sys.argv[1]), pyarrow.feather.read_table(sys.argv[2])]
print(json.dumps([[[str(field.type) for field in table.schema], [str(table[name][0].as_py()) for name in table.column_names],
  [table[name].null_count for name in table.column_names]] for table in tables]))`;
      const files = ["rows.parquet", "rows.arrow"].map((name) => join(folder, name));
      const tables = JSON.parse(execFileSync(python!, ["-c", read, ...files], { encoding: "utf8" }));
      for (const [types, values, missing] of tables) {
        expect(types.map((type: string) => type.replace("element:", "item:"))).toEqual([
          ...[
            "int64",
            "uint8",
            "uint64",
            "int32",
            "decimal128(38, 0)",
            "decimal128(18, 2)",
            "decimal128(38, 9)",
            "double",
          ],
          ...["timestamp[us, tz=UTC]", "date32[day]", "list<item: int64>", "list<item: string>"],
          ...["list<item: decimal128(9, 1)>", "list<item: timestamp[us, tz=UTC]>", "string", "string"],
        ]);
        expect(values.slice(0, 10)).toEqual([
          ...["9007199254740993", "200", "18446744073709551615", "-7", "9007199254740993", "-0.05"],
          ...["12345678901234567890.123456789", "0.1", "2026-09-30 12:00:00.123456+00:00", "1969-12-31"],
        ]);
        expect(missing).toEqual(missing.map(() => 1));
      }
    },
  );
});

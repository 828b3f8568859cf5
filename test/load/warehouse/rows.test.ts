import { existsSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { ask, NotAQuestionError } from "../../../load/warehouse/rows.ts";
import { emptyFolder } from "../../kit/at-work.ts";

const connect = async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("create table t as select 1 as a");
  return connection;
};

it.each([
  "insert into t values (2)",
  "update t set a = 2",
  "delete from t",
  "drop table t",
  "alter table t add column b int",
  "create table u as select 1",
  "create temp view v as select 1",
  "copy t to 'FOLDER/t.csv'",
  "copy (select 1) to 'FOLDER/t.csv'",
  "export database 'FOLDER/t.csv'",
  "attach 'FOLDER/t.csv' as other",
  "explain insert into t values (2)",
  "explain analyze insert into t values (2)",
  "EXPLAIN /* x */ ANALYZE -- y\n copy (select 1) to 'FOLDER/t.csv'",
  "explain (analyze) copy (select 1) to 'FOLDER/t.csv'",
  "explain (analyze, format json) copy (select 1) to 'FOLDER/t.csv'",
  "set threads = 1",
  "reset threads",
  "pragma enable_profiling",
  "install httpfs",
  "load httpfs",
  "checkpoint",
  "vacuum",
  "begin",
  "call force_checkpoint()",
  "prepare p as select 1",
  "use memory",
  "select 1; select 2",
  "",
  "-- nothing",
])("a statement that is no single question is refused and does nothing: %s", async (statement) => {
  const connection = await connect();
  const folder = emptyFolder();
  const asked = ask(connection, statement.replace("FOLDER", folder));
  await expect(asked).rejects.toThrow(NotAQuestionError);
  expect(existsSync(join(folder, "t.csv"))).toBe(false);
  expect((await ask(connection, "select count(*) as n, sum(a) as s from t")).rows).toEqual([[1n, 1n]]);
  connection.closeSync();
});

it.each([
  "select a from t",
  "with x as (select * from t) select * from x;",
  "from t",
  "(select 1)",
  "values (1)",
  "describe t",
  "summarize t",
  "show tables",
  "explain select 1",
  "explain (select 1)",
  "explain analyze select * from t",
  "explain (format json) select 1",
  "/* why */ select 1 -- so",
  "pivot t on a in (1) using count(*)",
])("a question is answered: %s", async (question) => {
  const connection = await connect();
  const { columns } = await ask(connection, question);
  expect(columns.length).toBeGreaterThan(0);
  connection.closeSync();
});

it("values leave the engine as plain ones", async () => {
  const connection = await connect();
  const { columns, rows } = await ask(
    connection,
    `select 1::bigint as b, 1.50::decimal(9,2) as d, timestamp '2026-01-02 03:04:05.678' as t, date '2026-01-02' as day,
       ['x', null] as l, {'k': [1]} as s, '{"j":1}'::json as j, null as n, true as y, timestamptz '2026-01-02 03:04:05+02' as z`,
  );
  expect(columns.map(({ type }) => type)).toEqual(
    "number number timestamp date list json json number boolean timestamp".split(" "),
  );
  expect(rows[0]!.slice(0, 9)).toEqual([
    1n,
    1.5,
    "2026-01-02T03:04:05.678Z",
    "2026-01-02",
    ["x", null],
    { k: [1] },
    '{"j":1}',
    null,
    true,
  ]);
  connection.closeSync();
});

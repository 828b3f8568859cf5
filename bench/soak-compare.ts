import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { eventTextsOf, type Organization } from "../demo/organization.ts";

async function withFile<T>(path: string, use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const rowsOf = async (connection: DuckDBConnection, sql: string) =>
  (await connection.runAndReadAll(sql)).getRowsJson() as string[][];

/** What tells one true event from another: its id, or all of its text; the same instant may be written with another offset. */
function identity(text: string): string {
  const id = /^\{"event_id":"([^"]*)"/.exec(text)?.[1];
  return id ?? text.replace(/"timestamp":"([^"]*)"/, (_, instant: string) => `"timestamp":${Date.parse(instant)}`);
}

function tally(keys: Iterable<string>): Map<string, number> {
  const found = new Map<string, number>();
  for (const key of keys) found.set(key, (found.get(key) ?? 0) + 1);
  return found;
}

/** Events of the hub that are not exactly once in facts and rejected records together, and what is there that never was. */
export async function unlikeHub(data: string, organization: Organization): Promise<string[]> {
  const raw = `read_parquet('${data}/raw/auditlog/*/*.parquet', filename = true, file_row_number = true, hive_partitioning = false)`;
  const payloads = await withFile(join(data, "warehouse.duckdb"), (connection) =>
    rowsOf(
      connection,
      `select raw.payload from (
         select raw_file, raw_row from fct_usage where source = 'auditlog'
         union all
         select raw_file, raw_row from ops.rejected where stream = 'auditlog'
       ) as kept
       join ${raw} as raw on ends_with(raw.filename, kept.raw_file) and raw.file_row_number = kept.raw_row`,
    ),
  );
  const is = tally(payloads.map(([payload]) => identity(payload!)));
  const should = tally([...eventTextsOf(organization)].map(identity));
  return [...new Set([...is.keys(), ...should.keys()])]
    .filter((key) => is.get(key) !== should.get(key))
    .map((key) => `${is.get(key) ?? 0} facts instead of ${should.get(key) ?? 0}: ${key.slice(0, 400)}`);
}

const OF_A_RUN = ["run_id", "loaded_at", "checked_at", "applied_at", "warned_at", "program_version"];

/** Relations whose rows are others after a rebuild, runs aside. */
export async function unlikeRebuilt(data: string, rebuild: () => Promise<{ code: number | null }>): Promise<string[]> {
  const published = join(data, "warehouse.duckdb");
  const copy = join(data, "before.duckdb");
  await copyFile(published, copy);
  const { code } = await rebuild();
  const [before, after] = [await sumsOf(copy), await sumsOf(published)];
  await rm(copy);
  const unlike = [...before].filter(([name, sum]) => after.get(name) !== sum);
  const lines = unlike.map(([name, sum]) => `rebuilt ${name}: ${sum} became ${after.get(name)}`);
  return code === 0 ? lines : [`rebuild ended with ${code}`, ...lines];
}

/** Rows and a sum of hashes of each relation. */
async function sumsOf(path: string): Promise<Map<string, string>> {
  return withFile(path, async (connection) => {
    const relations = await rowsOf(
      connection,
      `select schema_name || '.' || table_name, string_agg('"' || column_name || '"', ', ' order by column_index)
       from duckdb_columns()
       where database_name = current_database() and schema_name in ('main', 'ops') and not internal
         and column_name not in (${OF_A_RUN.map((name) => `'${name}'`).join(", ")})
       group by all`,
    );
    const queries = relations
      .filter(([name]) => name !== "ops.runs")
      .map(([name, columns]) => `select '${name}', count(*) || ' ' || sum(hash(${columns})::hugeint) from ${name}`);
    return new Map((await rowsOf(connection, queries.join(" union all "))) as [string, string][]);
  });
}

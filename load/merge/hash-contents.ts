import { type Kysely, sql } from "kysely";
import { deepHashes, flatHashes } from "../../transform/identity.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { makeTemp } from "./temp-table.ts";

/** Makes the temp table `name`: one hash a row of `contents` (a query of sql/transform), the deep ones portion by portion. */
export async function hashInto(tx: Kysely<Warehouse>, name: string, contents: string): Promise<void> {
  const table = sql.table(name);
  await makeTemp(tx, name, flatHashes(contents));
  const { rows } = await sql<{ portion: bigint }>`
    select distinct portion from ${table} where portion is not null order by portion`.execute(tx);
  for (const { portion } of rows) {
    await sql`
      update ${table} as flat set hash = deep.hash
      from (${deepHashes(contents, name, portion)}) as deep
      where flat.key = deep.key`.execute(tx);
  }
}

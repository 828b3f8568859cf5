import { sql, type Transaction } from "kysely";
import { deepHashes, flatHashes, type Hashed } from "../../transform/identity.ts";
import type { Warehouse } from "../../transform/warehouse.ts";

/** Makes the temp table `name`: one hash a row of what is asked for, the deep ones portion by portion. */
export async function hashInto(tx: Transaction<Warehouse>, name: string, hashed: Hashed): Promise<void> {
  const table = sql.table(name);
  await sql`create or replace temp table ${table} as ${flatHashes(hashed)}`.execute(tx);
  const { rows } = await sql<{ portion: bigint }>`
    select distinct portion from ${table} where portion is not null order by portion`.execute(tx);
  for (const { portion } of rows) {
    await sql`
      update ${table} as flat set hash = deep.hash
      from (${deepHashes(name, portion, hashed)}) as deep
      where flat.key = deep.key`.execute(tx);
  }
}

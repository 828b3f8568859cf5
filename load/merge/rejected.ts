import { sql, type Transaction } from "kysely";
import type { Warehouse } from "../../transform/warehouse.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { makeTemp } from "./temp-table.ts";

/**
 * Keeps the records of a file that could not be read, out of `incoming_<stream>` (`raw_row`, `payload`, `reason`): of records
 * alike each one, of those known none. Gives how many are new.
 */
export async function addRejected(
  tx: Transaction<Warehouse>,
  { org, first_org, stream, name, run_id }: RawFileInfo,
): Promise<number> {
  const fresh = sql`
    with numbered as (
      select *, nullif(row_number() over (partition by payload order by raw_row), 1) as n
      from ${sql.table(`incoming_${stream}`)}
      where reason is not null
    )
    select md5(concat_ws(chr(31), ${first_org}, ${stream}, reason, payload, n)) as reject_id, ${org} as org, ${stream} as stream, reason,
      payload, ${name} as raw_file, raw_row, ${run_id} as run_id
    from numbered
    where reject_id not in (select reject_id from ops.rejected)`;
  await makeTemp(tx, "incoming_rejected", fresh);
  const added = await tx
    .insertInto("ops.rejected")
    .expression(tx.selectFrom("incoming_rejected").selectAll())
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows ?? 0n);
}

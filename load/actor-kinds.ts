import { sql } from "kysely";
import {
  formerMembers,
  knownPeople,
  movedActors,
  refreshActorDays,
  refreshActorKinds,
  staleActors,
} from "../transform/actor-kinds.ts";
import { makeTemp } from "./merge/temp-table.ts";
import { areAllTouched, withTouchedFacts } from "./touched-days.ts";
import type { Statements, WarehouseFile } from "./warehouse/open.ts";

/**
 * Brings what depends on the members as they are now up to date: facts of the touched days, which may be older than what the
 * members say, and all facts of actors of whom the members say something else than the last time.
 */
export async function refreshActors({ transaction }: Pick<WarehouseFile, "transaction">): Promise<void> {
  await transaction(async (tx) => {
    await makeTemp(tx, "known_people", knownPeople());
    await sql`insert into known_people by name ${formerMembers()}`.execute(tx);
    if (await areAllTouched(tx)) await makeTemp(tx, "stale_actors", staleActors());
    else {
      const told = { columns: "org, actor, actor_kind", withActors: true };
      await withTouchedFacts(tx, told, () => makeTemp(tx, "stale_actors", staleActors()));
      await sql`insert into stale_actors ${movedActors()}`.execute(tx);
    }
    if (!(await hasRow(tx, "stale_actors"))) return keepKinds(tx);
    await refreshActorKinds().execute(tx);
    if (await hasDays(tx)) await refreshActorDays().execute(tx);
    await keepKinds(tx);
  });
}

async function hasRow(tx: Statements, table: string): Promise<boolean> {
  const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(tx);
  return rows.length > 0;
}

/** A new warehouse has no days yet. */
async function hasDays(tx: Statements): Promise<boolean> {
  const { rows } = await sql`select 1 from duckdb_tables() where table_name = 'actor_day'`.execute(tx);
  return rows.length > 0;
}

/** Keeps what the members say, for the next time. */
async function keepKinds(tx: Statements): Promise<void> {
  await tx.deleteFrom("ops.actor_kinds").execute();
  await sql`insert into ops.actor_kinds by name from known_people`.execute(tx);
}

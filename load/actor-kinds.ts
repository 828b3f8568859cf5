import { sql } from "kysely";
import { knownPeople, refreshActorKinds } from "../transform/actor-kinds.ts";
import type { WarehouseFile } from "./warehouse/open.ts";

/** Brings what depends on the members as they are now up to date. */
export async function refreshActors({ db }: WarehouseFile): Promise<void> {
  await sql`create or replace temp table known_people as ${knownPeople()}`.execute(db);
  await refreshActorKinds().execute(db);
}

import { refreshActorKinds } from "../transform/actor-kinds.ts";
import type { WarehouseFile } from "./warehouse/open.ts";

/** Brings what depends on the members as they are now up to date. */
export async function refreshActors({ db }: WarehouseFile): Promise<void> {
  await refreshActorKinds().execute(db);
}

import { runChecks } from "../load/checks.ts";
import { refreshActors } from "../load/finish.ts";
import { buildMarts } from "../load/marts.ts";
import { spellAlike } from "../load/organizations.ts";
import { publish } from "../load/publish.ts";
import { DataFolderError, type WarehouseFile } from "../load/warehouse-file.ts";
import type { OnProgress } from "./progress.ts";

/** Why a load was not published; the last published warehouse stays. */
export interface Unpublished {
  readonly kind: "checks" | "disk";
  readonly message: string;
}

/** Marts, checks, publishing. Null where all went well; else why the load is not published. */
export async function finishLoad(warehouse: WarehouseFile, onProgress: OnProgress): Promise<Unpublished | null> {
  await spellAlike(warehouse.db);
  await refreshActors(warehouse);
  await buildMarts(warehouse);
  const { checks, failed } = await runChecks(warehouse);
  onProgress({ kind: "checks", checks, failed });
  if (failed.length > 0) {
    const list = failed.map(({ name, rows, first }) => `${name} (${rows} rows, first: ${first})`).join("; ");
    const message = `${failed.length} of ${checks} data checks failed, so this load was not published; readers keep the last good one: ${list}. The checks are sql/checks/*.sql; run them on ${warehouse.path}`;
    return { kind: "checks", message };
  }
  try {
    await publish(warehouse);
    return null;
  } catch (error) {
    if (!(error instanceof DataFolderError)) throw error;
    return { kind: "disk", message: `loaded, but not published: ${error.message}. The next run publishes it` };
  }
}

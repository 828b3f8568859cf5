import { runChecks } from "../load/checks.ts";
import { refreshActors } from "../load/finish.ts";
import { buildMarts } from "../load/marts.ts";
import { publish } from "../load/publish.ts";
import type { WarehouseFile } from "../load/warehouse-file.ts";
import type { OnProgress } from "./progress.ts";

/** Marts, checks, publishing. Null where all went well; else which checks failed, and the last published warehouse stays. */
export async function finishLoad(warehouse: WarehouseFile, onProgress: OnProgress): Promise<string | null> {
  await refreshActors(warehouse);
  await buildMarts(warehouse);
  const { checks, failed } = await runChecks(warehouse);
  onProgress({ kind: "checks", checks, failed });
  if (failed.length > 0) {
    const list = failed.map(({ name, rows, first }) => `${name} (${rows} rows, first: ${first})`).join("; ");
    return `${failed.length} of ${checks} data checks failed, so this load was not published; readers keep the last good one: ${list}. The checks are sql/checks/*.sql; run them on ${warehouse.path}`;
  }
  await publish(warehouse);
  return null;
}

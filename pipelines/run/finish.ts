import { refreshActors } from "../../load/actor-kinds.ts";
import { type FailedCheck, runChecks } from "../../load/checks.ts";
import { buildMarts } from "../../load/marts.ts";
import { spellAlike } from "../../load/organizations.ts";
import { recover } from "../../load/warehouse/engine-failure.ts";
import { DataFolderError, type WarehouseFile } from "../../load/warehouse/open.ts";
import { publish } from "../../load/warehouse/publish.ts";
import type { OnProgress } from "./progress.ts";

/** Why a load was not published; the last published warehouse stays. */
export interface Unpublished {
  readonly kind: "checks" | "disk";
  readonly message: string;
}

/** Marts, checks, publishing. Null where all went well; else why the load is not published. */
export async function finishLoad(warehouse: WarehouseFile, onProgress: OnProgress): Promise<Unpublished | null> {
  onProgress({ kind: "working", text: "judging the seats and checking the load" });
  const { checks, failed } = await judge(warehouse).catch(async (error) => {
    // out of memory: once more with all that the engine may have
    if ((await recover(warehouse, error)) !== "new engine") throw error;
    return judge(warehouse);
  });
  onProgress({ kind: "checks", checks, failed });
  if (failed.length > 0) return { kind: "checks", message: failedChecksText(checks, failed, warehouse.path) };
  onProgress({ kind: "working", text: "publishing" });
  try {
    await publish(warehouse);
    return null;
  } catch (error) {
    if (!(error instanceof DataFolderError)) throw error;
    return { kind: "disk", message: `loaded, but not published: ${error.message}. The next run publishes it` };
  }
}

/** Brings actors and marts up to date, and checks all of it; twice is as good as once. */
async function judge(warehouse: WarehouseFile): Promise<Awaited<ReturnType<typeof runChecks>>> {
  await spellAlike(warehouse.db);
  await refreshActors(warehouse);
  await buildMarts(warehouse);
  return runChecks(warehouse);
}

/** Which checks failed, the first row of each, and what to do: they find mistakes of docktally, which a person cannot correct by hand. */
function failedChecksText(checks: number, failed: readonly FailedCheck[], path: string): string {
  const failures = failed.map(
    ({ name, rows, first }) => `${name} (${rows} ${rows === 1 ? "row" : "rows"}, first: ${first})`,
  );
  const steps = [...new Set(failed.map(({ next }) => next))];
  return `${failed.length} of ${checks} data checks failed, so this load was not published; readers keep the last good one: ${failures.join("; ")}. Next: ${steps.join("; ")}. If it stays, it is a mistake of docktally: report it with this message (the checks are sql/checks/*.sql, run on ${path}); the raw files are whole`;
}

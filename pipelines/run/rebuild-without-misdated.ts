import { loadedFiles } from "../../load/coverage.ts";
import { loadActionRules } from "../../load/merge/actions.ts";
import { mergedMisdated } from "../../load/merge/misdated-files.ts";
import { clearForRebuild } from "../../load/rebuild.ts";
import type { Run, RunOptions } from "./run.ts";

/**
 * Makes the warehouse anew without the raw files that a wrong clock dated (more than a day ahead of their run, or of now), so
 * that they hold up nothing that is read from now on; the files are set aside. Only where a server's clock has confirmed ours,
 * and only where every raw file that was merged is still there.
 */
export async function rebuildWithoutMisdated(
  { warehouse, store, queue }: Run,
  { signal, onProgress }: Pick<RunOptions, "signal" | "onProgress">,
): Promise<void> {
  await queue.drain();
  const wrong = await mergedMisdated(warehouse, new Date());
  if (wrong.length > 0) {
    const there = new Set(await store.list());
    const gone = [...(await loadedFiles(warehouse))].filter((file) => !there.has(file));
    const what = `the warehouse holds ${wrong.length} raw files that a wrong clock dated (${wrong[0]}, say)`;
    if (gone.length > 0) {
      const why = `${gone.length} of the merged raw files are gone (${gone[0]}, say), so it is not made anew by itself`;
      onProgress({
        kind: "warning",
        text: `${what}, but ${why}: put them back, or run "docktally rebuild" without them`,
      });
    } else {
      onProgress({ kind: "step", text: `${what}: it is made anew without them` });
      await clearForRebuild(warehouse);
      await loadActionRules(warehouse);
      await queue.mergeLeftOver(signal);
    }
  }
  await queue.settleFutureDated(true);
}

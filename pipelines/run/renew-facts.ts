import type { RawStore } from "../../extract/raw/store.ts";
import { loadedFiles } from "../../load/coverage.ts";
import { loadActionRules } from "../../load/merge/actions.ts";
import { clearForRebuild } from "../../load/rebuild.ts";
import { noteRules, renameFacts, rulesChange } from "../../load/rules.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { VERSION } from "../version.ts";
import type { OnProgress } from "./progress.ts";

/**
 * Where the rules changed since the facts were made (another version of the program, newer or older), old facts get the names
 * that new ones get; where what makes a fact changed, they are made again from the raw files, by the merge of what is left over.
 */
export async function renewFacts(warehouse: WarehouseFile, store: RawStore, onProgress: OnProgress): Promise<void> {
  await loadActionRules(warehouse);
  const change = await rulesChange(warehouse);
  if (change === "none") return;
  const isWhole = change === "names" || (await hasAllRaw(warehouse, store, onProgress));
  if (change === "facts" && isWhole) {
    onProgress({ kind: "step", text: "what makes a fact changed with this version: making all of them again" });
    await clearForRebuild(warehouse);
    await loadActionRules(warehouse);
  }
  const renamed = await renameFacts(warehouse);
  if (renamed > 0) {
    const facts = renamed === 1 ? "1 fact has" : `${renamed.toLocaleString("en")} facts have`;
    onProgress({
      kind: "step",
      text: `the rules changed since the last run: ${facts} another action, category, verb or subject now`,
    });
  }
  // facts that could not be made again are tried again by the next run
  if (isWhole) await noteRules(warehouse, { programVersion: VERSION, factsRenamed: renamed });
}

/** Nothing is thrown away that the raw files cannot give back. */
async function hasAllRaw(warehouse: WarehouseFile, store: RawStore, onProgress: OnProgress): Promise<boolean> {
  const there = new Set(await store.list());
  const missing = [...(await loadedFiles(warehouse))].filter((file) => !there.has(file));
  if (missing.length === 0) return true;
  const text = `what makes a fact changed with this version, but ${missing.length} raw files are gone (first: ${missing[0]}): the facts stay as they are. Put the files back and run again`;
  onProgress({ kind: "warning", text });
  return false;
}

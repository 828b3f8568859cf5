import type { Transaction } from "kysely";
import type { Warehouse } from "../../transform/warehouse.ts";
import { underTheirNames } from "../organizations.ts";
import type { MergeCount } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import type { RawFileInfo } from "./raw-files.ts";

/** Merges the files of a batch one after the other, in one transaction, each under its organization's name in the warehouse. */
export function fileByFile(
  mergeFile: (tx: Transaction<Warehouse>, file: RawFileInfo) => Promise<MergeCount>,
): Merge["merge"] {
  return ({ transaction }, units) =>
    transaction(async (tx) => {
      const counts: MergeCount[] = [];
      const given = units.map(({ file }) => file);
      for (const file of await underTheirNames(tx, given)) counts.push(await mergeFile(tx, file));
      return counts;
    });
}

import { fileByFile } from "./file-by-file.ts";
import { recordFile } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";

export const mergePulls: Merge = {
  most: 1,
  beside: null,
  isByOrg: false,
  isRepetitive: false,
  tables: [],
  merge: fileByFile((tx, file) => recordFile(tx, file, file.kind, { facts: 0, rejected: 0 })),
};

import type { WarehouseFile } from "./open.ts";

/**
 * How a merge reacts to an error of the engine, which has words and no classes:
 * `ends run`, it was stopped or closed, or its disk is full, and no other file would fare better; `new engine`, it keeps memory
 * that nobody uses, or refuses every statement from now on; `other time`, it had too little of something, and fewer files at once may do.
 * What is none of these says something of the file.
 */
export type EngineFailure = "ends run" | "new engine" | "other time";

const WORDS: readonly (readonly [EngineFailure, RegExp])[] = [
  [
    "ends run",
    /^INTERRUPT|disconnected|connection (was )?closed|no space left|could not write|transaction is aborted/i,
  ],
  ["new engine", /out of memory|^FATAL|^INTERNAL|has been invalidated/i],
  ["other time", /too many open files|permission denied|input\/output error/i],
];

/** Which failure of the engine an error is; null where it is none. */
export function engineFailure(error: unknown): EngineFailure | null {
  if (!(error instanceof Error)) return null;
  return WORDS.find(([, words]) => words.test(error.message))?.[0] ?? null;
}

/**
 * Makes the engine fit for the next file after an error, and says which failure of it that was.
 * @throws the error, where it ends the run
 */
export async function recover(
  warehouse: Pick<WarehouseFile, "renew">,
  error: unknown,
): Promise<Exclude<EngineFailure, "ends run"> | null> {
  const failure = engineFailure(error);
  if (failure === "ends run") throw error;
  if (failure === "new engine") await warehouse.renew();
  return failure;
}

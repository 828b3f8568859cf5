#!/usr/bin/env node
import { CommanderError } from "commander";
import { program } from "./program.ts";

/** The one place that ends the process. */
async function main(): Promise<void> {
  try {
    await program().parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // a pager or head that was closed early is no failure
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
  throw error;
});

await main();

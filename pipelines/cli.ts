#!/usr/bin/env node
import { CommanderError } from "commander";
import { program } from "./program.ts";
import { EXIT } from "./run/outcome.ts";
import { complain } from "./screen.ts";
import { usageMessage } from "./usage-error.ts";

/** Runs the command line; whatever a command throws is printed here, in one line, and ends with the code of its kind. */
async function main(): Promise<number> {
  let code: number = EXIT.done;
  try {
    await program((ended) => {
      code = ended;
    }).parseAsync(process.argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      complain(usageMessage(error));
      return EXIT.usage;
    }
    const { failureOf } = await import("./failure.ts");
    const failure = failureOf(error);
    complain(failure.message);
    if (failure.code === EXIT.unexpected && process.env.DOCKTALLY_DEBUG && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
    return failure.code;
  }
}

// a stack of the bundled program names the sources
if (process.env.DOCKTALLY_DEBUG) process.setSourceMapsEnabled(true);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // a pager or head that was closed early is no failure; the command ends as it would have
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await main();

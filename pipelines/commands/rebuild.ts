import type { Command } from "commander";
import { EXIT_HELP } from "../run/outcome.ts";
import { complain } from "../screen.ts";
import { type CommonFlags, commonFlags, type End, helpEnd } from "./flags.ts";

const EXAMPLES = ["docktally rebuild", "docktally rebuild --data /var/lib/docktally"];

export function defineRebuild(root: Command, end: End): void {
  commonFlags(root.command("rebuild"))
    .description("make the warehouse anew from the raw files, without a request")
    .addHelpText("after", helpEnd(EXAMPLES, EXIT_HELP))
    .action(async (flags) => end(await runRebuild(flags)));
}

/** `docktally rebuild`; gives the exit code. */
async function runRebuild(flags: CommonFlags): Promise<number> {
  const startedAt = new Date();
  const { configOf, emit, jsonText, progressOf } = await import("./console.ts");
  const { Interrupt } = await import("../interrupt.ts");
  const { rebuild } = await import("../run/rebuild.ts");
  const progress = progressOf(flags);
  const interrupt = new Interrupt();
  try {
    const { dataDir } = configOf(flags, false);
    const report = await rebuild({ dataDir, startedAt, signal: interrupt.signal, onProgress: progress });
    progress.end();
    const { exitCode, ...plain } = report;
    if (report.message) complain(report.message);
    if (flags.json) await emit(jsonText(plain), undefined);
    else if (!flags.quiet)
      await emit(`rebuilt from ${report.raw_files} raw files: ${report.facts} facts (${report.status})\n`, undefined);
    return report.status === "interrupted" ? interrupt.exitCode : exitCode;
  } finally {
    progress.end();
  }
}

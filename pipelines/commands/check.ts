import type { Command } from "commander";
import { EXIT, EXIT_HELP } from "../run/outcome.ts";
import { ENVIRONMENT_HELP } from "./environment-help.ts";
import { type CommonFlags, commonFlags, type End, helpEnd } from "./flags.ts";

const EXAMPLES = ["docktally check", "docktally check --connection northwind --json"];

export function defineCheck(root: Command, end: End): void {
  commonFlags(root.command("check"))
    .description("try credentials and permissions with a few small requests; load nothing")
    .addHelpText("after", helpEnd(EXAMPLES, ENVIRONMENT_HELP, EXIT_HELP))
    .action(async (flags) => end(await runCheck(flags)));
}

/** `docktally check`; gives the exit code. */
async function runCheck(flags: CommonFlags): Promise<number> {
  const { configOf, emit, jsonText, say } = await import("./console.ts");
  const { Interrupt } = await import("../interrupt.ts");
  const { probeConnections } = await import("../run/probe.ts");
  const interrupt = new Interrupt();
  const { exitCode, ...report } = await probeConnections(configOf(flags, true), interrupt.signal);
  if (flags.json) {
    await emit(jsonText(report), undefined);
    return exitCode;
  }
  const { checkText } = await import("../reports/check-text.ts");
  const lines = checkText(report);
  const next = exitCode === EXIT.done ? ["Next: docktally sync"] : [];
  await say(`${[...lines, ...next].join("\n")}\n`);
  return exitCode;
}

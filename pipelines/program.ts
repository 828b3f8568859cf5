import { Command } from "commander";
import { defineCheck } from "./commands/check.ts";
import { defineCompletion } from "./commands/completion.ts";
import { defineDemo } from "./commands/demo.ts";
import { ENVIRONMENT_HELP } from "./commands/environment-help.ts";
import { defineExplain } from "./commands/explain.ts";
import { type End, helpEnd } from "./commands/flags.ts";
import { defineHelp, refuseCommand } from "./commands/help.ts";
import { defineImport } from "./commands/import.ts";
import { defineQuery } from "./commands/query.ts";
import { defineRebuild } from "./commands/rebuild.ts";
import { defineReport } from "./commands/report.ts";
import { defineStatus } from "./commands/status.ts";
import { defineSync } from "./commands/sync.ts";
import { wrapText } from "./reports/wrap.ts";
import { EXIT_HELP } from "./run/outcome.ts";
import { widthOf } from "./screen.ts";
import { VERSION } from "./version.ts";

const EXAMPLES = [
  "docktally demo",
  "docktally check",
  "docktally sync",
  "docktally report licenses",
  'docktally query "select action, count(*) from fct_usage group by all"',
];

/** The commands, in the order in which help lists them. */
const COMMANDS = [
  defineSync,
  defineCheck,
  defineReport,
  defineQuery,
  defineExplain,
  defineStatus,
  defineImport,
  defineRebuild,
  defineDemo,
  defineHelp,
  defineCompletion,
];

/** The whole command line; `end` is given the command's exit code. What a command needs is loaded when it runs: help is quick. */
export function program(end: End): Command {
  const root = new Command("docktally")
    .description("Tallies what a Docker Hub organization does and which of its paid seats are used.")
    .version(VERSION, "-v, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .addHelpText("after", helpEnd(EXAMPLES, ENVIRONMENT_HELP, EXIT_HELP))
    .exitOverride()
    .configureOutput(helpOutput())
    .argument("[COMMAND]")
    .allowExcessArguments()
    .usage("[options] [command]")
    .action((name?: string) => (name === undefined ? root.outputHelp() : refuseCommand(root, name)));
  for (const define of COMMANDS) define(root, end);
  return root;
}

/** Help is wrapped to the screen; what is wrong is said where the process ends. */
function helpOutput() {
  const width = widthOf(process.stdout);
  return {
    getOutHelpWidth: () => Math.min(width, 100),
    writeOut: (text: string) => void process.stdout.write(wrapText(text, width)),
    outputError: () => {},
  };
}

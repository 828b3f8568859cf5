import { Command } from "commander";
import { defineCheck } from "./commands/check.ts";
import { defineDemo } from "./commands/demo.ts";
import { ENVIRONMENT_HELP } from "./commands/environment-help.ts";
import { defineExplain } from "./commands/explain.ts";
import { type End, helpEnd } from "./commands/flags.ts";
import { defineImport } from "./commands/import.ts";
import { defineQuery } from "./commands/query.ts";
import { defineRebuild } from "./commands/rebuild.ts";
import { defineReport } from "./commands/report.ts";
import { defineStatus } from "./commands/status.ts";
import { defineSync } from "./commands/sync.ts";
import { EXIT_HELP } from "./run/outcome.ts";
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
];

/** The whole command line; `end` is given the command's exit code. What a command needs is loaded when it runs: help is quick. */
export function program(end: End): Command {
  const root = new Command("docktally")
    .description("Tallies what a Docker Hub organization does and which of its paid seats are used.")
    .version(VERSION, "--version", "show the version")
    .helpOption("--help", "show this help")
    .helpCommand(false)
    .addHelpText("after", helpEnd(EXAMPLES, ENVIRONMENT_HELP, EXIT_HELP))
    .exitOverride()
    .action(() => root.outputHelp());
  for (const define of COMMANDS) define(root, end);
  return root;
}

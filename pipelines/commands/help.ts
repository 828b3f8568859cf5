import type { Command } from "commander";
import { suggestion } from "../near-match.ts";
import { EXIT } from "../run/outcome.ts";
import { UsageError } from "../usage-error.ts";
import type { End } from "./flags.ts";

export function defineHelp(root: Command, end: End): void {
  root
    .command("help [COMMAND]")
    .description("show the help of a command")
    .helpOption("-h, --help", "show this help")
    .action((name?: string) => {
      if (name === undefined) root.outputHelp();
      else (commandNamed(root, name) ?? refuseCommand(root, name)).outputHelp();
      end(EXIT.done);
    });
}

const commandNamed = (root: Command, name: string) => root.commands.find((command) => command.name() === name);

/** @throws UsageError: there is no such command */
export function refuseCommand(root: Command, name: string): never {
  const names = root.commands.map((command) => command.name());
  throw new UsageError(`there is no command "${name}"${suggestion(name, names)}; there are: ${names.join(", ")}`);
}

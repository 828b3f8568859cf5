import { Argument, type Command } from "commander";
import { suggestion } from "../near-match.ts";
import { EXIT } from "../run/outcome.ts";
import { UsageError } from "../usage-error.ts";
import { type End, helpEnd } from "./flags.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

const EXAMPLES = [
  'eval "$(docktally completion bash)"',
  "docktally completion zsh > ~/.zfunc/_docktally",
  "docktally completion fish > ~/.config/fish/completions/docktally.fish",
];

export function defineCompletion(root: Command, end: End): void {
  root
    .command("completion")
    .addArgument(new Argument("<SHELL>").choices(SHELLS).argParser(shellOf))
    .description("print the completion of this command line for bash, zsh or fish")
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action(async (shell: Shell) => {
      const { emit } = await import("./console.ts");
      const { completionScript } = await import("../reports/completion.ts");
      const { namedReports } = await import("../reports/named.ts");
      const reports = (await namedReports()).map(({ name }) => name);
      await emit(completionScript(root, shell, { report: reports, import: ["pulls"] }), undefined);
      end(EXIT.done);
    });
}

function shellOf(word: string): Shell {
  const found = SHELLS.find((shell) => shell === word);
  if (found) return found;
  throw new UsageError(
    `there is no completion for "${word}"${suggestion(word, SHELLS)}; there is: ${SHELLS.join(", ")}`,
  );
}

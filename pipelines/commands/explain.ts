import type { Command } from "commander";
import { EXIT, EXIT_HELP } from "../run/outcome.ts";
import { UsageError } from "../usage-error.ts";
import { allFlag, commonFlags, type End, helpEnd, type JudgedFlags, judgedFlags } from "./flags.ts";

const EXAMPLES = ["docktally explain jdoe", "docktally explain jdoe --as-of 2026-09-30 --json"];

export function defineExplain(root: Command, end: End): void {
  allFlag(judgedFlags(commonFlags(root.command("explain <USER>"))))
    .description("the evidence behind the verdict on one seat, by username or e-mail address")
    .addHelpText("after", helpEnd(EXAMPLES, EXIT_HELP))
    .action(async (user, flags) => end(await runExplain(user, flags)));
}

/** `docktally explain USER`; gives the exit code. */
async function runExplain(user: string, flags: JudgedFlags): Promise<number> {
  const days = flags.idleAfter ?? [];
  if (days.length > 1)
    throw new UsageError(
      `explain judges by one threshold, and --idle-after ${days.join(",")} gives ${days.length}; give one, or set them side by side with docktally report licenses --idle-after ${days.join(",")}`,
    );
  const { emit, hasColor, jsonText, say } = await import("./console.ts");
  const { licenseQuestion, withWarehouse } = await import("./published.ts");
  const { explainSeat } = await import("../reports/explain.ts");
  const { explanationText } = await import("../reports/explanation-text.ts");
  await withWarehouse(flags, async (warehouse, config) => {
    const explained = await explainSeat(warehouse, user, await licenseQuestion(flags, warehouse, config));
    await (flags.json ? emit(jsonText(explained), undefined) : say(explanationText(explained, hasColor())));
  });
  return EXIT.done;
}

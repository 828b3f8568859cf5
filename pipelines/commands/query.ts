import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { FORMATS } from "../reports/format-names.ts";
import { EXIT, EXIT_HELP } from "../run/outcome.ts";
import { UsageError } from "../usage-error.ts";
import { commonFlags, type End, helpEnd, type OutputFlags, outputFlags } from "./flags.ts";

const EXAMPLES = [
  "docktally query \"select * from seats where status = 'idle'\"",
  'docktally query "select * from org_day" --format parquet --out days.parquet',
  "docktally query - < question.sql",
];

export function defineQuery(root: Command, end: End): void {
  outputFlags(
    commonFlags(root.command("query <SQL>")),
    FORMATS.filter((format) => format !== "xlsx" && format !== "html"),
  )
    .description("ask the published warehouse in SQL; only statements that read")
    .addHelpText("after", helpEnd(EXAMPLES, EXIT_HELP))
    .action(async (text, flags) => end(await runQuery(text, flags)));
}

/** `docktally query SQL`; gives the exit code. */
async function runQuery(query: string, flags: OutputFlags): Promise<number> {
  const { emit, screenOf } = await import("./console.ts");
  const { formatOf, withWarehouse } = await import("./published.ts");
  const { ask } = await import("../../load/warehouse/rows.ts");
  const { chosenOrgs, onlyOrgs } = await import("../reports/named.ts");
  const { render } = await import("../reports/render.ts");
  const { onlyColumns } = await import("../reports/columns.ts");
  const [format, screen] = [formatOf(flags), screenOf(flags)];
  await withWarehouse(flags, async (warehouse, config) => {
    const text = query === "-" ? readFileSync(0, "utf8") : query;
    const answer = await ask(warehouse.connection, text).catch((error: Error) => {
      throw new UsageError(`the query failed: ${error.message}`, { cause: error });
    });
    const orgs = await chosenOrgs(warehouse, { names: flags.connection ?? [], all: true, config });
    const rows = onlyColumns(onlyOrgs(answer, orgs), flags.columns);
    await emit(await render(rows, format, screen, { defuse: false }), flags.out);
  });
  return EXIT.done;
}

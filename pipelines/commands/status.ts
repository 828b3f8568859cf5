import type { Command } from "commander";
import { EXIT, EXIT_HELP } from "../run/outcome.ts";
import { complain } from "../screen.ts";
import { UsageError } from "../usage-error.ts";
import { allFlag, type CommonFlags, commonFlags, type End, helpEnd } from "./flags.ts";

interface StatusFlags extends CommonFlags {
  readonly maxAge?: { readonly ms: number; readonly text: string };
  readonly all?: boolean;
}

const EXAMPLES = ["docktally status", "docktally status --json", "docktally status --max-age 36h"];

export function defineStatus(root: Command, end: End): void {
  allFlag(commonFlags(root.command("status")))
    .description("what was collected, what was not, and how fresh it is")
    .option(
      "--max-age <AGE>",
      "for a monitor: end with 6 when the newest load of a stream is older, or when there is none (36h, 90m, 2d)",
      parseAge,
    )
    .addHelpText("after", helpEnd(EXAMPLES, EXIT_HELP))
    .action(async (flags) => end(await runStatus(flags)));
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90m`, `36h`, `2d`. */
function parseAge(text: string): { ms: number; text: string } {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text) ?? [];
  const ms = Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (!(ms > 0 && Number.isFinite(ms)))
    throw new UsageError(`--max-age "${text}" is no span of time; write minutes, hours or days: 90m, 36h or 2d`);
  return { ms, text };
}

/** `docktally status`; gives the exit code: 6 where a stream's newest load is older than `--max-age`, or where there is none. */
async function runStatus({ maxAge, connection: names = [], all = false, ...flags }: StatusFlags): Promise<number> {
  const { configOf, emit, jsonText, say, screenOf } = await import("./console.ts");
  const { knownStatus } = await import("../reports/known-status.ts");
  const { statusText } = await import("../reports/status-text.ts");
  const { staleness } = await import("../reports/staleness.ts");
  const config = configOf(flags, false);
  const now = new Date();
  const question = { names, all, isMonitor: maxAge !== undefined };
  const { report, reads, expected } = await knownStatus(config, question, now);
  await (flags.json ? emit(jsonText(report), undefined) : say(statusText(report, now, screenOf({}))));
  const stale = maxAge === undefined ? null : staleness(reads, expected, { ...maxAge, now });
  if (stale === null) return EXIT.done;
  complain(stale);
  return EXIT.checkFailed;
}

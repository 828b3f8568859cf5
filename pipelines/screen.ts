import { NO_BREAK, wrapText } from "./reports/wrap.ts";

interface Stream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const USUAL = 80;

/** How wide a line may be: as wide as it is in a pipe; COLUMNS counts on a terminal that does not know its own width. */
export function widthOf({ isTTY, columns }: Stream): number {
  if (isTTY !== true) return Number.POSITIVE_INFINITY;
  const asked = Number(process.env.COLUMNS);
  return columns || (Number.isInteger(asked) && asked > 0 ? asked : USUAL);
}

/** Says on standard error what went wrong, or what a person should know of an answer. */
export function complain(message: string): void {
  const kept = message.replace(/did you mean \S+\?/g, (near) => near.replaceAll(" ", NO_BREAK));
  const text = wrapText(`docktally: ${kept}`, widthOf(process.stderr));
  process.stderr.write(`${text.replaceAll(NO_BREAK, " ")}\n`);
}

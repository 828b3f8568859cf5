import type { Comparison, Kept, Results } from "./results.ts";

/** Results as a table; with what was kept before, that stands beside them. */
export function tableOf(name: string, { size, figures, notes = [] }: Kept, before: Results): string {
  const kept = before[name]?.size === size ? before[name].figures : [];
  const rows = figures.map((figure) => {
    const old = kept.find((one) => one.name === figure.name);
    return [figure.name, said(figure.value), figure.unit, old ? `(${said(old.value)})` : ""];
  });
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]!.length)));
  const lines = rows.map((row) =>
    `  ${row[0]!.padEnd(widths[0]!)}  ${row[1]!.padStart(widths[1]!)} ${row[2]!.padEnd(widths[2]!)}  ${row[3]!.padStart(widths[3]!)}`.trimEnd(),
  );
  return `${[`${name}: ${size}`, ...lines, ...notes.map((note) => `  ${note}`)].join("\n")}\n`;
}

/** Three digits that count. */
function said(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function comparisonText({ worse, compared, unlike }: Comparison): string {
  const lines = worse.map(
    ({ name, figure, before }) =>
      `worse: ${name}, ${figure.name}: ${said(figure.value)} ${figure.unit}, was ${said(before)}`,
  );
  const end = `${compared} figures compared, ${worse.length} worse by more than 15 %`;
  return `${[...unlike.map((line) => `not compared: ${line}`), ...lines, end].join("\n")}\n`;
}

import type { Chart } from "./html-charts.ts";
import { escapeHtml, figureText } from "./html-text.ts";
import { labelOf } from "./labels.ts";

export interface FigureWords {
  readonly title: string;
  readonly note?: string;
  readonly hasLegend?: boolean;
  /** What the table of figures says where it is not what the chart shows. */
  readonly table?: Chart;
}

/** A chart with its title, its legend, and its figures as a table. */
export function figureBlock(
  chart: Chart,
  svg: string,
  { title, note = "", hasLegend = false, table = chart }: FigureWords,
): string {
  const used = new Set(chart.bars.filter(({ value }) => value > 0).map(({ part }) => part));
  const swatches = chart.parts
    .filter(([part]) => used.has(part))
    .map(([part, color]) => `<li><span class="swatch s-${color}"></span>${escapeHtml(labelOf(part))}</li>`);
  const key = hasLegend ? `<ul class="legend">${swatches.join("")}</ul>` : "";
  const small = note === "" ? "" : `<p class="note">${escapeHtml(note)}</p>`;
  return `<figure><figcaption>${escapeHtml(title)}</figcaption>${small}${svg}${key}${figuresOf(table, title)}</figure>`;
}

/** A chart that cannot be drawn says why. */
export function nothing(title: string, why: string): string {
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><p class="note">${escapeHtml(why)}</p></figure>`;
}

/** The chart's figures as a table, for those who cannot see it or want to read it exactly. */
function figuresOf({ bars, places, parts }: Chart, title: string): string {
  const values = new Map(bars.map((bar) => [JSON.stringify([bar.at, bar.part]), bar.value]));
  const simple = parts.every(([part]) => places.includes(part));
  const heads = simple ? ["Value"] : parts.map(([part]) => labelOf(part));
  const cells = (at: string) =>
    (simple ? [at] : parts.map(([part]) => part)).map((part) => {
      const value = values.get(JSON.stringify([at, part])) ?? 0;
      return `<td class="number">${figureText("", value, "")}</td>`;
    });
  const rows = places.map((at) => `<tr><th scope="row">${escapeHtml(at)}</th>${cells(at).join("")}</tr>`);
  return `<details class="figures"><summary>Figures</summary><div class="scroll" role="region" tabindex="0" aria-label="Figures: ${escapeHtml(title)}"><table>
<caption class="unseen">${escapeHtml(title)}</caption><thead><tr><td></td>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join("")}</tr></thead>
<tbody>${rows.join("")}</tbody></table></div></details>`;
}

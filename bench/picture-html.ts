const COLORS = ["#24292f", "#cf222e", "#116329", "#7d4e00", "#0550ae", "#8250df", "#1b7c83", "#57606a"];
const BRIGHT = 8;

const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** What a terminal shows, as a page: the command, then its lines with their colours. */
export function terminalHtml(command: string, lines: readonly string[]): string {
  const shown = lines.map(lineHtml).join("\n");
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #fff }
#picture { display: inline-block; background: #f6f8fa; border: 1px solid #d0d7de; border-radius: 8px; padding: 14px 18px }
pre { margin: 0; font: 13px/1.35 "DejaVu Sans Mono", monospace; color: #24292f }
</style><div id="picture"><pre><b>$ ${escaped(command)}</b>\n${shown}</pre></div>`;
}

/** How a terminal is told a colour: ESC, `[`, numbers, `m`. */
const SGR = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`);

/** A line's SGR codes (bold, dim, colours) as spans; each span is closed where its line ends. */
function lineHtml(line: string): string {
  let style: Record<string, string> = {};
  const parts = line.split(SGR);
  return parts
    .map((part, i) => {
      if (i % 2 === 1) {
        for (const code of part.split(";").map(Number)) style = styled(style, code);
        return "";
      }
      const css = Object.entries(style).map(([name, value]) => `${name}:${value}`);
      return css.length === 0 ? escaped(part) : `<span style="${css.join(";")}">${escaped(part)}</span>`;
    })
    .join("");
}

function styled(style: Record<string, string>, code: number): Record<string, string> {
  if (code === 0) return {};
  if (code === 1) return { ...style, "font-weight": "bold" };
  if (code === 2) return { ...style, opacity: "0.65" };
  if (code === 4) return { ...style, "text-decoration": "underline" };
  if (code === 22) return { ...style, "font-weight": "normal", opacity: "1" };
  if (code === 39) return { ...style, color: "inherit" };
  const hue = code >= 90 ? code - 90 : code - 30;
  return hue >= 0 && hue < BRIGHT ? { ...style, color: COLORS[hue]! } : style;
}

/** One sheet of a workbook that LibreOffice wrote as HTML, with the letters and numbers of a spreadsheet around it. */
export function workbookHtml(html: string, sheet: string): string {
  const names = [...html.matchAll(/<a name="table\d+"><h1>[^<]*<em>([^<]+)<\/em>/gi)].map((found) => found[1]!);
  const tables = [...html.matchAll(/<table[\s\S]*?<\/table>/gi)].map((found) => found[0]);
  const table = tables[tables.length - names.length + names.indexOf(sheet)] ?? "";
  const tabs = names.map((name) => `<span class="${name === sheet ? "open" : ""}">${escaped(name)}</span>`).join("");
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #fff; font: 12px "DejaVu Sans", sans-serif; color: #1f2328 }
#picture { display: inline-block; border: 1px solid #b8bec5 }
table { border-collapse: collapse }
td, th { border: 1px solid #d8dce0 !important; padding: 2px 5px; white-space: nowrap; vertical-align: top }
th { background: #eef0f2; font-weight: normal; color: #57606a; text-align: center }
tr:first-child th:nth-child(n + 4):nth-child(-n + 7) { min-width: 70px }
td.long { white-space: normal; min-width: 250px }
nav { background: #eef0f2; padding: 5px 4px 0 } nav span { padding: 4px 12px } nav .open { background: #fff; font-weight: bold }
</style><div id="picture">${table}<nav>${tabs}</nav></div><script>
const table = document.querySelector("table"), most = 10;
for (const group of table.querySelectorAll("colgroup")) group.remove();
for (const [r, row] of [...table.rows].entries()) {
  row.removeAttribute("height");
  for (const cell of [...row.cells].slice(most)) cell.remove();
  for (const cell of row.cells) { cell.removeAttribute("height"); if (cell.textContent.length > 45) cell.className = "long"; }
  row.insertAdjacentHTML("afterbegin", "<th>" + (r + 1) + "</th>");
}
table.insertAdjacentHTML("afterbegin", "<tr><th></th>" + [..."ABCDEFGHIJ"].map((letter) => "<th>" + letter + "</th>").join("") + "</tr>");
</script>`;
}

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { answer } from "./html-first.ts";
import { orgSection } from "./html-org.ts";
import { seatsTable } from "./html-seats.ts";
import { coverageTable, decisionsTable, teamsTable, whatIfTable } from "./html-tables.ts";
import { escapeHtml, isolated, momentText } from "./html-text.ts";
import { labelOf } from "./labels.ts";
import { DEFINITIONS, type LicenseDocument } from "./license-document.ts";
import { type RowRecord, textOf, toRecords } from "./records.ts";

export interface HtmlOptions {
  readonly title?: string;
}

/**
 * The report as one HTML page that needs nothing but itself: it asks no network, and its policy forbids it to.
 * The charts and all rows are written now; only sorting, filtering and turning pages run in the reader's browser.
 */
export async function toHtml(document: LicenseDocument, options: HtmlOptions = {}): Promise<string> {
  const title = options.title ?? "Docker Hub seats: who has them, who uses them";
  const [summary, seats, whatIf] = [document.summary, document.seats, document.whatIf].map(toRecords) as [
    RowRecord[],
    RowRecord[],
    RowRecord[],
  ];
  const every = document.every === undefined ? seats : toRecords(document.every);
  const sections = await Promise.all(
    orgParts(document, summary, every).map((parts, i) => orgSection(parts, `org-${i}`)),
  );
  const coverage = toRecords(document.coverage);
  const parts = [
    answer(document, summary),
    ...sections,
    whatIfTable(whatIf, summary),
    seatsTable(seats),
    decisionsTable(toRecords(document.decisions), summary),
    teamsTable(every, summary),
    coverageTable(coverage, every, summary),
    definitions(),
  ];
  return page(title, header(title, document, summary), parts.filter((part) => part !== "").join("\n"));
}

function orgParts(document: LicenseDocument, summary: readonly RowRecord[], seats: readonly RowRecord[]) {
  const [own, trend, activity] = [seats, toRecords(document.trend), toRecords(document.activity)].map(byOrg);
  return summary.map((row) => {
    const org = textOf(row.org);
    return {
      summary: row,
      seats: own!.get(org) ?? [],
      trend: trend!.get(org) ?? [],
      activity: activity!.get(org) ?? [],
    };
  });
}

function byOrg(rows: readonly RowRecord[]): Map<string, RowRecord[]> {
  const found = new Map<string, RowRecord[]>();
  for (const row of rows) {
    const org = textOf(row.org);
    const list = found.get(org);
    if (list === undefined) found.set(org, [row]);
    else list.push(row);
  }
  return found;
}

function header(title: string, { as_of, notes, whatIf }: LicenseDocument, summary: readonly RowRecord[]): string {
  const isLoaded = summary.length > 0;
  const links = [
    ...summary.map((row, i) => `<li><a href="#org-${i}">${isolated(row.org)}</a></li>`),
    ...[
      ["what-if", "What if", whatIf.rows.length > 0],
      ["seats", "Seats", true],
      ["teams", "Teams", isLoaded],
      ["coverage", "Coverage", isLoaded],
      ["words", "Words", true],
    ].flatMap(([id, label, there]) => (there ? [`<li><a href="#${id}">${label}</a></li>`] : [])),
  ];
  return `<h1>${escapeHtml(title)}</h1>
<p class="note">As of ${momentText(as_of)}. Times are UTC. Made by docktally.</p>
${notes.map((note) => `<p class="warn">${escapeHtml(note)}</p>`).join("\n")}
<nav aria-label="Parts of the report"><ul>${links.join("")}</ul></nav>`;
}

function definitions(): string {
  const words = DEFINITIONS.map(
    ([term, meaning]) => `<dt>${escapeHtml(labelOf(term))}</dt><dd>${escapeHtml(meaning)}</dd>`,
  );
  return `<section aria-labelledby="words"><h2 id="words">What the words mean</h2><dl class="words">${words.join("\n")}</dl></section>`;
}

/** The page's style and script, each in its own language, beside this file. */
const beside = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const STYLE = beside("page.css");
const SCRIPT = beside("page.js");

/** The policy lets in this style and this script, named by their hashes, and nothing else. */
function page(title: string, head: string, body: string): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
  const policy = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#seats">To the table of seats</a>
<header>${head}</header>
<main>
${body}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

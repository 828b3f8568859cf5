import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { QueryRows } from "../../load/warehouse/rows.ts";
import { orgSection } from "./html-org.ts";
import { seatsTable } from "./html-seats.ts";
import { escapeHtml, isolated, momentText, staticTable } from "./html-text.ts";
import { DEFINITIONS, type LicenseDocument } from "./license-document.ts";
import { type RowRecord, textOf, toRecords } from "./records.ts";

const WHAT_IF = { id: "what-if", title: "What if: other thresholds", caption: "What another threshold would say" };
const TEAMS = { id: "teams", title: "Teams", caption: "Seats by team; who is in two teams is counted in both" };
const COVERAGE = { id: "coverage", title: "Coverage", caption: "What was read, and what was not" };

export interface HtmlOptions {
  readonly title?: string;
}

/**
 * The report as one HTML page that needs nothing but itself: it asks no network, and its policy forbids it to.
 * The charts are drawn now; only sorting and filtering run in the reader's browser.
 */
export async function toHtml(document: LicenseDocument, options: HtmlOptions = {}): Promise<string> {
  const title = options.title ?? "Docker Hub seats: who has them, who uses them";
  const summary = toRecords(document.summary);
  const sections = await Promise.all(orgParts(document, summary).map((parts, i) => orgSection(parts, `org-${i}`)));
  const parts = [
    ...sections,
    summary.length === 0 ? '<p class="warn">Nothing was loaded yet.</p>' : "",
    moneyTable(document.whatIf, summary, WHAT_IF),
    seatsTable(toRecords(document.seats)),
    moneyTable(document.teams, summary, TEAMS),
    moneyTable(document.coverage, summary, COVERAGE),
    definitions(),
  ];
  return page(title, header(title, document, summary), parts.filter((part) => part !== "").join("\n"));
}

function orgParts(document: LicenseDocument, summary: readonly RowRecord[]) {
  const [seats, trend, activity] = [document.seats, document.trend, document.activity].map((rows) => byOrg(rows));
  return summary.map((row) => {
    const org = textOf(row.org);
    return {
      summary: row,
      seats: seats!.get(org) ?? [],
      trend: trend!.get(org) ?? [],
      activity: activity!.get(org) ?? [],
    };
  });
}

function byOrg(rows: QueryRows): Map<string, RowRecord[]> {
  const found = new Map<string, RowRecord[]>();
  for (const row of toRecords(rows)) {
    const org = textOf(row.org);
    const list = found.get(org);
    if (list === undefined) found.set(org, [row]);
    else list.push(row);
  }
  return found;
}

function header(
  title: string,
  { as_of, notes, whatIf, teams, coverage }: LicenseDocument,
  summary: readonly RowRecord[],
): string {
  const links = [
    ...summary.map((row, i) => `<li><a href="#org-${i}">${isolated(row.org)}</a></li>`),
    ...[
      ["what-if", "What if", whatIf.rows.length > 0],
      ["seats", "Seats", true],
      ["teams", "Teams", teams.rows.length > 0],
      ["coverage", "Coverage", coverage.rows.length > 0],
      ["words", "Words", true],
    ].flatMap(([id, label, there]) => (there ? [`<li><a href="#${id}">${label}</a></li>`] : [])),
  ];
  return `<h1>${escapeHtml(title)}</h1>
<p class="note">As of ${momentText(as_of)}. Times are UTC. Made by docktally.</p>${notes
    .map(
      (note) => `
<p class="warn">${escapeHtml(note)}</p>`,
    )
    .join("")}
<nav aria-label="Parts of the report"><ul>${links.join("")}</ul></nav>`;
}

interface TableWords {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
}

/** A table under a heading of its own; nothing where it has no rows. */
function moneyTable(rows: QueryRows, summary: readonly RowRecord[], { id, title, caption }: TableWords): string {
  if (rows.rows.length === 0) return "";
  const currencies = new Map(summary.map((row) => [textOf(row.org), textOf(row.currency)]));
  const org = rows.columns.findIndex(({ name }) => name === "org");
  const hidden = ["moment_id", "run_id", "connection", "as_of"];
  const kept = rows.columns.flatMap((column, i) => (hidden.includes(column.name) ? [] : [i]));
  const pick = (row: readonly unknown[]) => kept.map((i) => row[i]);
  const at = kept.indexOf(org);
  const table = staticTable(
    caption,
    { columns: kept.map((i) => rows.columns[i]!), rows: rows.rows.map(pick) },
    (row) => currencies.get(textOf(row[at])) ?? "",
  );
  const body = rows.rows.length > 30 ? `<details><summary>${rows.rows.length} rows</summary>${table}</details>` : table;
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(title)}</h2>${body}</section>`;
}

function definitions(): string {
  const words = DEFINITIONS.map(([term, meaning]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(meaning)}</dd>`);
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

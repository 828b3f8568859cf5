import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it } from "vitest";
import { toCsv } from "../../../pipelines/reports/csv.ts";
import { toHtml } from "../../../pipelines/reports/html.ts";
import { toJson } from "../../../pipelines/reports/json.ts";
import { labelOf } from "../../../pipelines/reports/labels.ts";
import { toXlsx } from "../../../pipelines/reports/xlsx.ts";
import {
  HOSTILE,
  PROTOTYPE_NAMES,
  prototypePeople,
  STATUS_NAMES,
  twoOrganizations,
} from "../../kit/license-fixture.ts";
import { readWorkbook } from "../../kit/read-workbook.ts";

type Records = readonly Readonly<Record<string, string>>[];
const { summary, seats } = twoOrganizations;
const fromCsv = (rows: typeof summary): Records =>
  parse(toCsv(rows, { defuseFormulas: true }), { columns: true }) as unknown as Records;

let html: string;
let workbook: ReturnType<typeof readWorkbook>;
beforeAll(async () => {
  [html, workbook] = [await toHtml(twoOrganizations), readWorkbook(await toXlsx(twoOrganizations))];
});

function fromXlsx(sheet: string): Records {
  const [head, ...rows] = workbook.get(sheet)!.rows;
  return rows.map((row) => Object.fromEntries(head!.map((cell, i) => [cell!.value, row[i]?.value ?? ""])));
}

/** The figures of each organization's section of the page: their values, or nothing where they are not known. */
function fromHtml(): Record<string, string>[] {
  const sections = html.split('<section aria-labelledby="org-').slice(1);
  return sections.map((section) =>
    Object.fromEntries(
      [...section.matchAll(/<(?:data|span) data-figure="(\w+)"(?: value="([^"]*)")?>/g)].map(([, name, value]) => [
        name!,
        value ?? "",
      ]),
    ),
  );
}

/** Text as the page's HTML says it. */
const plain = (text: string) =>
  text
    .replace(/<[^>]*>/g, "")
    .replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_, name: string) => ({ lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" })[name]!,
    );

/** The rows of the table of seats: each column by its name, the seat's own and the reason. */
function seatsOfPage(text: string): Record<string, string>[] {
  const table = /<table id="seat-table">(.*?)<\/table>/s.exec(text)![1]!;
  return [...table.matchAll(/<tbody>(.*?)<\/tbody>/gs)].map(([, body]) => ({
    seat: plain(/<th [^>]*><bdi>(.*?)<\/bdi>/s.exec(body!)![1]!),
    why: plain(/<td class="why"[^>]*>(.*?)<\/td>/s.exec(body!)![1]!),
    ...Object.fromEntries(
      [...body!.matchAll(/<td class="(?:number )?at-(\w+)">(.*?)<\/td>/gs)].map(([, name, html]) => [
        name!,
        plain(html!),
      ]),
    ),
  }));
}

describe("CSV, XLSX and HTML show the same figures", () => {
  it("of each organization: every number of the summary is in the workbook as in the CSV", () => {
    const sheet = fromXlsx("Summary");
    const numbers = summary.columns.filter(({ type }) => type === "number").map(({ name }) => name);
    const csv = fromCsv(summary).map((row) => numbers.map((name) => row[name]));
    expect(sheet.map((row) => numbers.map((name) => row[labelOf(name)]))).toEqual(csv);
    expect(csv.length).toBe(2);
  });

  it("of each organization: every headline figure of the page is as in the CSV", () => {
    const csv = fromCsv(summary);
    const figures = fromHtml();
    expect(figures.length).toBe(2);
    for (const [i, shown] of figures.entries()) {
      expect(Object.keys(shown).length).toBe(12);
      for (const [name, value] of Object.entries(shown)) expect(value, name).toBe(csv[i]![name]);
    }
  });

  it("of each seat: verdict and money", () => {
    const words = ["org", "status", "confidence", "recommendation"];
    const numbers = ["days_since_activity", "saving_year"];
    const names = [...words, ...numbers, "status_reason"];
    const csv = fromCsv(seats);
    const wanted = csv.map((row) => names.map((name) => row[name]));
    const shown = seatsOfPage(html).map((row) => [
      ...["org", "status", "confidence", "recommendation"].map((name) => row[name]!),
      ...numbers.map((name) => (row[name] === "–" ? "" : row[name]!.replaceAll(/\u00a0| USD/g, ""))),
      row.why!,
    ]);
    const labelled = csv.map((row) => [
      row.org!,
      ...["status", "confidence", "recommendation"].map((name) => labelOf(row[name]!)),
      ...[...numbers, "status_reason"].map((name) => row[name]!),
    ]);
    expect(shown.toSorted()).toEqual(labelled.toSorted());
    const heading = (name: string) => (name === "saving_year" ? "Saving" : labelOf(name));
    expect(fromXlsx("Seats").map((row) => names.map((name) => row[heading(name)]))).toEqual(wanted);
    expect(wanted.flat().join()).toContain(HOSTILE.formula);
  });

  it("of the chart and of the seats themselves: statuses add up to the seats assigned", () => {
    for (const row of fromCsv(summary)) {
      const own = fromCsv(seats).filter(({ org }) => org === row.org);
      const counts = STATUS_NAMES.map((status) => own.filter((seat) => seat.status === status).length);
      expect(STATUS_NAMES.map((status) => Number(row[status]))).toEqual(counts);
      expect(String(own.length)).toBe(row.seats_assigned);
      const told = STATUS_NAMES.map((status, i) => `${labelOf(status)} ${counts[i]}`).join(", ");
      expect(html).toContain(`aria-label="Seats by status: ${told}."`);
    }
  });
});

it("people and organizations that are called as every object's own parts stand in every format", async () => {
  expect(fromCsv(prototypePeople.seats).map(({ username }) => username)).toEqual(PROTOTYPE_NAMES);
  expect(seatsOfPage(await toHtml(prototypePeople)).map(({ seat }) => seat)).toEqual(PROTOTYPE_NAMES);
  const json = JSON.parse(toJson(prototypePeople.seats)) as { username: string }[];
  expect(json.map(({ username }) => username)).toEqual(PROTOTYPE_NAMES);
});

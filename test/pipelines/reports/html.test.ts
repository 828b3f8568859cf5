import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { toHtml } from "../../../pipelines/reports/html.ts";
import { HOSTILE, manySeats, nothingLoaded, twoOrganizations } from "../../kit/license-fixture.ts";

let html: string;
beforeAll(async () => {
  html = await toHtml(twoOrganizations);
});

const between = (text: string, from: RegExp, to: string) => {
  const start = from.exec(text)!;
  const begin = start.index + start[0].length;
  return text.slice(begin, text.indexOf(to, begin));
};
const sha256 = (text: string) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

describe("the page", () => {
  it("lets no name become markup", () => {
    expect(html).not.toContain("<img");
    expect(html.match(/<script/g)?.length).toBe(1);
    expect(html).not.toContain(HOSTILE.script);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).toContain("&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;");
  });

  it("forbids itself the network, and every script and style but its own two", () => {
    const policy = between(html, /http-equiv="Content-Security-Policy" content="/, '"').replaceAll("&#39;", "'");
    const style = between(html, /<style>/, "</style>");
    const script = between(html, /<\/main>\n<script>/, "</script>");
    expect(policy).toBe(
      `default-src 'none'; style-src ${sha256(style)}; script-src ${sha256(script)}; base-uri 'none'; form-action 'none'`,
    );
    expect(html).not.toMatch(/\sstyle="/);
    expect(html).not.toMatch(/\b(?:src|action|xlink:href)="/);
    expect([...html.matchAll(/\bhref="([^"]*)"/g)].filter(([, to]) => !to!.startsWith("#"))).toEqual([]);
    expect([...html.matchAll(/https?:[^"'\s<]*/g)].map(([url]) => url).filter((url) => !url.endsWith("/svg"))).toEqual(
      [],
    );
  });

  it("can be read by ear: language, title, one h1, captions, scopes, a text for every chart", () => {
    expect(html).toContain('<html lang="en">');
    expect(html).toMatch(/<title>[^<]+<\/title>/);
    expect(html.match(/<h1/g)?.length).toBe(1);
    expect(html.match(/<caption/g)?.length).toBe(html.match(/<table/g)?.length);
    expect([...html.matchAll(/<th(?=[ >])(?![^>]*\bscope=)[^>]*>/g)]).toEqual([]);
    const charts = [...html.matchAll(/<svg [^>]*>/g)].map(([tag]) => tag);
    expect(charts.length).toBe(7);
    for (const chart of charts) expect(chart).toMatch(/ role="img" aria-label="[^"]{20,}"/);
    expect(html).toContain(
      'aria-label="Seats by status: Active 2, New 1, Idle 2, Never used 1, Pending invite 0, No data 0."',
    );
  });

  it("says so where there is no price, no activity and nothing at all", async () => {
    expect(html).toContain("No price is configured.");
    expect(html).toContain("No activity was collected.");
    expect(await toHtml(nothingLoaded)).toContain("Nothing was loaded yet.");
  });

  it("shows seats over-assigned where there are some", async () => {
    expect(html).not.toContain("Seats over-assigned</dt>");
    const { columns, rows } = twoOrganizations.summary;
    const at = columns.findIndex(({ name }) => name === "seats_over_assigned");
    const over = rows.map((row) => row.map((value, i) => (i === at ? 3 : value)));
    expect(await toHtml({ ...twoOrganizations, summary: { columns, rows: over } })).toContain(
      "Seats over-assigned</dt>",
    );
  });

  it("says what it always said (golden)", async () => {
    const words = html
      .replace(/<style>.*?<\/style>/s, "<style></style>")
      .replace(/(<\/main>\n<script>).*?(<\/script>)/s, "$1$2")
      .replace(/sha256-[^&]*/g, "sha256");
    await expect(words).toMatchFileSnapshot("golden/licenses.html");
  });

  it("answers first: what to do and what it saves, then the sums over all organizations, then each", () => {
    const order = [
      '<p class="answer">2 seats can go now (372\u00a0USD a year from 2027-03-01), 2 to ask about, 2 were never assigned',
      "<b><bdi>alpha</bdi></b>: 2 seats can go now",
      "<b><bdi>beta</bdi></b>: No seat can go now",
      "All organizations</th>",
      '<h2 id="org-0">',
      '<h2 id="org-1">',
    ].map((text) => html.indexOf(text));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("names the denominators, and tells savings apart by how sure they are", () => {
    expect(html).toContain("2 active of 6 assigned");
    expect(html).toContain("a month: 8 bought ÷ 2 active");
    const tiles = [...html.split('id="org-1"')[0]!.matchAll(/data-figure="(\w+)"/g)].map(([, name]) => name);
    expect(tiles.slice(0, 5)).toEqual(["spare", "high", "medium", "low", "invites"].map((of) => `saving_year_${of}`));
    expect(html).toContain("Wasted a month, medium confidence</th>");
  });

  it("shows a trend only where there is more than one week, and marks the week that is not over", async () => {
    expect(html).toContain("Seats by status, week by week");
    expect(html).not.toContain("not over");
    const { columns, rows } = twoOrganizations.trend;
    const current = rows.map((row) => row.map((value) => (value === "2026-09-27" ? "2026-09-30" : value)));
    const begun = await toHtml({ ...twoOrganizations, trend: { columns, rows: current } });
    expect(begun).toContain("The pale bar is the current week, which is not over.");
    expect(begun).toContain("30 Sep, Active: 2 (not a whole week)</title>");
    const oneWeek = rows.filter(([, week]) => week === "2026-09-27");
    const short = await toHtml({ ...twoOrganizations, trend: { columns, rows: oneWeek } });
    expect(short).not.toContain("Seats by status, week by week");
  });

  it("says of another threshold what is idle, what it saves and how that differs", () => {
    const table = between(html, /id="what-if">/, "</section>");
    expect(table).toMatch(/Threshold \(days\)<.*Idle<.*Difference<.*Saving a year, high confidence<.*Difference</s);
    expect(table).toContain("60 (this report)");
  });

  it("says why a seat is excluded, what was decided of one, and what became of a decision", async () => {
    const { columns, rows } = twoOrganizations.seats;
    const more = ["protected_until", "protected_note", "decision", "decision_by", "decision_until", "decision_note"];
    const values = ["2027-01-01", "on <leave>", "keep", "Ana", "2027-02-01", "asked"];
    const at = columns.findIndex(({ name }) => name === "protected_reason");
    const seats = {
      columns: [...columns, ...more.map((name) => ({ name, type: "text" as const }))],
      rows: rows.map((row) => [...row.with(at, "excluded"), ...values]),
    };
    const decisions = {
      columns: ["org", "username", "decision", "outcome"].map((name) => ({ name, type: "text" as const })),
      rows: [["alpha", "gone", "remove", "still_there"]],
    };
    const decided = await toHtml({ ...twoOrganizations, seats, decisions });
    expect(decided).toContain("Excluded until 2027-01-01: <bdi>on &lt;leave&gt;</bdi>.");
    expect(decided).toContain("Decided: keep by <bdi>Ana</bdi> until 2027-02-01: <bdi>asked</bdi>.");
    expect(decided).toContain("<td>Remove</td><td>Still there</td>");
  });

  it("sums the organizations over all seats, also where only some are listed", async () => {
    const { columns, rows } = twoOrganizations.seats;
    const seats = { columns, rows: rows.slice(0, 1) };
    const some = await toHtml({ ...twoOrganizations, every: { columns, rows }, seats });
    expect(some.match(/<td class="why"/g)?.length).toBe(1);
    expect(some.split('id="what-if"')[0]).toBe(html.split('id="what-if"')[0]);
  });

  it("has one line of coverage an organization, and names what is missing below", () => {
    const section = between(html, /id="coverage">/, "</section>");
    expect(section.match(/<tr><th scope="row">/g)?.length).toBe(2);
  });

  it("holds every one of 5 000 seats as a row, with its reason, in a file that can still be sent", async () => {
    const large = await toHtml(manySeats(5000));
    expect(large.match(/<td class="why"/g)!.length).toBe(5000);
    expect(large.length).toBeLessThan(4_000_000);
  });
});

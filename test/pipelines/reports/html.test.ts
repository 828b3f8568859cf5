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
    expect(html.match(/<script/g)?.length).toBe(2);
    expect(html).not.toContain(HOSTILE.script);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    const data = JSON.parse(between(html, /id="seat-data">/, "</script>"));
    expect(JSON.stringify(data)).toContain(HOSTILE.closing);
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
    expect(charts.length).toBe(8);
    for (const chart of charts) expect(chart).toMatch(/ role="img" aria-label="[^"]{20,}"/);
    expect(html).toContain(
      'aria-label="Seats by status: Active 2, New 1, Idle 2, Never active 1, Pending invite 0, No data 0."',
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

  it("holds 5 000 seats as data, not as rows", async () => {
    const large = await toHtml(manySeats(5000));
    expect(JSON.parse(between(large, /id="seat-data">/, "</script>")).rows.length).toBe(5000);
    expect(large.match(/<tr/g)!.length).toBeLessThan(100);
    expect(large.length).toBeLessThan(2_000_000);
  });
});

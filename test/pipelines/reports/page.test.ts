import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parse } from "csv-parse/sync";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toHtml } from "../../../pipelines/reports/html.ts";
import { HOSTILE, manySeats, nothingLoaded, twoOrganizations } from "../../kit/license-fixture.ts";
import { findChromium, mayRun } from "../../kit/outside-program.ts";

const executablePath = findChromium();
const runs = mayRun(executablePath, "Chromium", "apt-get install chromium");
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Waits for so many seats in the table; asked from outside, since the page's policy lets nobody evaluate text in it. */
const rowsBecome = (page: Page, seats: number) =>
  expect.poll(() => page.locator("#seat-table tbody").count(), { timeout: 30_000 }).toBe(seats);

describe.skipIf(!runs)("the report in a real browser", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "docktally-html-"));
    await writeFile(join(folder, "two.html"), await toHtml(twoOrganizations));
    await writeFile(join(folder, "many.html"), await toHtml(manySeats(5000)));
    await writeFile(join(folder, "none.html"), await toHtml(nothingLoaded));
    browser = await chromium.launch({ executablePath: executablePath!, args, headless: true });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  /** Opens a report, does something with it, and checks that it was silent: no error, no warning, no request. */
  async function opened(
    name: string,
    width: number,
    act: (page: Page) => Promise<void>,
    scheme: "light" | "dark" = "light",
  ) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    const heard: string[] = [];
    const url = pathToFileURL(join(folder, name)).href;
    page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => heard.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => heard.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (request.url() !== url) heard.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    await act(page);
    await page.close();
    expect(heard).toEqual([]);
  }
  const names = (page: Page) => page.locator("#seat-table tbody th > bdi:first-child").allTextContents();
  const column = (page: Page, name: string) => page.locator(`#seat-table tbody td.at-${name}`).allTextContents();
  const showAll = (page: Page) => choice(page, "To do").selectOption("all");
  const header = (page: Page, label: string) =>
    page.locator("#seat-table thead th", { has: page.getByRole("button", { name: new RegExp(`^${label}`) }) });
  const choice = (page: Page, label: string) =>
    page.locator("#filters label", { hasText: new RegExp(`^${label}`) }).locator("select");
  const shown = (page: Page) => page.locator("#seat-table tbody").count();

  it("shows every seat, hostile names as the text that they are", async () => {
    await opened("two.html", 1400, async (page) => {
      await showAll(page);
      const all = await names(page);
      expect(all.length).toBe(9);
      expect(all).toEqual(expect.arrayContaining(Object.values(HOSTILE)));
      expect(await page.locator("#count").textContent()).toBe("9 seats");
    });
  });

  it("sorts by a click and by the keyboard, and says so", async () => {
    await opened("two.html", 1400, async (page) => {
      await showAll(page);
      const days = header(page, "Days");
      const values = () => column(page, "days_since_activity");
      await days.getByRole("button").click();
      expect(await days.getAttribute("aria-sort")).toBe("ascending");
      expect(await values()).toEqual(["0", "12", "75", "190", "400", "–", "–", "–", "–"]);
      await days.getByRole("button").press("Enter");
      expect(await days.getAttribute("aria-sort")).toBe("descending");
      expect(await values()).toEqual(["400", "190", "75", "12", "0", "–", "–", "–", "–"]);
      await header(page, "Confidence").getByRole("button").press("Space");
      expect(await days.getAttribute("aria-sort")).toBe("none");
      const words = await column(page, "confidence");
      expect(words).toEqual(["High", "High", "High", "High", "High", "Medium", "Low", "Low", "None"]);
    });
  });

  it("filters by text, status, to-do, confidence and organization, and goes back", async () => {
    await opened("two.html", 1400, async (page) => {
      await page.getByRole("searchbox").fill("cmd|");
      expect(await names(page)).toEqual([HOSTILE.formula]);
      expect(await page.locator("#count").textContent()).toBe("1 of 9 seats");
      await page.getByRole("searchbox").fill("");
      await choice(page, "Status").selectOption("idle");
      expect(await shown(page)).toBe(3);
      await choice(page, "Organization").selectOption("alpha");
      expect(await shown(page)).toBe(2);
      await choice(page, "To do").selectOption("review");
      expect(await names(page)).toEqual([HOSTILE.turning]);
      await choice(page, "Confidence").selectOption("high");
      expect(await shown(page)).toBe(0);
      expect(await page.locator("#empty").textContent()).toContain("No seat matches these filters");
      expect(await page.locator("#empty").isVisible()).toBe(true);
      await page.getByRole("button", { name: "Reset" }).click();
      await rowsBecome(page, 6);
      expect(await page.locator("#empty").isVisible()).toBe(false);
    });
  });

  it("shows first what is not to be kept, the dearest and surest first, each with its reason", async () => {
    await opened("two.html", 1400, async (page) => {
      expect(await page.locator("#count").textContent()).toBe("6 of 9 seats");
      expect(await column(page, "recommendation")).toEqual([
        ...["Reclaim", "Reclaim", "Review", "Cancel invite", "Review", "Collect"],
      ]);
      expect((await page.locator("#seat-table td.why").allTextContents())[0]).toContain("threshold 60 days");
    });
  });

  it("keeps the filters in its address: the link shows the same rows, and a nonsense link the first ones", async () => {
    await opened("two.html", 1400, async (page) => {
      await choice(page, "Organization").selectOption("alpha");
      await choice(page, "To do").selectOption("review");
      await page.getByRole("searchbox").fill("190");
      await page.getByRole("searchbox").fill("");
      const { hash } = new URL(page.url());
      expect(Object.fromEntries(new URLSearchParams(hash.slice(1)))).toEqual({ todo: "review", org: "alpha" });
      await page.goto("about:blank");
      await page.goto(`${pathToFileURL(join(folder, "two.html")).href}${hash}`);
      expect(await names(page)).toEqual([HOSTILE.turning]);
      await page.goto(`${pathToFileURL(join(folder, "two.html")).href}#todo=nonsense&x=1`);
      await rowsBecome(page, 6);
    });
  });

  it("saves the filtered rows as CSV, formulas defused", async () => {
    await opened("two.html", 1400, async (page) => {
      await choice(page, "To do").selectOption("reclaim");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download these as CSV" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("seats.csv");
      const rows = parse(await readFile(await download.path()), { columns: true }) as Record<string, string>[];
      expect(rows.map((row) => row.Seat)).toEqual([`'${HOSTILE.formula}`, HOSTILE.script]);
      expect(rows[0]).toMatchObject({
        "To do": "Reclaim",
        "Saving a year": "186",
        Currency: "USD",
        "Days since": "75",
      });
      expect(rows[0]!.Why).toContain("threshold 60 days");
    });
  });

  it.each([
    [400, "light"],
    [400, "dark"],
    [1400, "light"],
    [1400, "dark"],
  ] as const)(
    "is readable at %i pixels, %s: nothing sticks out, no letter is too small or too pale",
    async (width, scheme) => {
      const look = async (page: Page) => {
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        expect(await page.evaluate(SMALLEST_LETTER)).toBeGreaterThanOrEqual(8);
        expect(await page.evaluate(PALEST_TEXT)).toBeGreaterThanOrEqual(4.5);
      };
      await opened("two.html", width, look, scheme);
    },
  );

  it("stays quick with 5 000 seats: a hundred rows at a time, all on demand and on paper", async () => {
    await opened("many.html", 1400, async (page) => {
      await showAll(page);
      await rowsBecome(page, 100);
      expect(await page.locator("#page").textContent()).toBe("seats 1 to 100 of 5000");
      await page.getByRole("button", { name: "Next" }).click();
      expect(await page.locator("#page").textContent()).toBe("seats 101 to 200 of 5000");
      await page.getByRole("searchbox").fill("user-0499");
      await rowsBecome(page, 10);
      await page.getByRole("button", { name: "Reset" }).click();
      await showAll(page);
      await rowsBecome(page, 100);
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      await rowsBecome(page, 5000);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      await rowsBecome(page, 100);
      await page.getByRole("button", { name: "Show all" }).click();
      await rowsBecome(page, 5000);
    });
  });

  it("opens where nothing was loaded", async () => {
    await opened("none.html", 400, async (page) => expect(await page.locator("#count").textContent()).toBe("0 seats"));
  });

  it("is whole and readable without JavaScript: every seat with its reason, and no control that does nothing", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, "two.html")).href);
    expect(await names(page)).toEqual(expect.arrayContaining(Object.values(HOSTILE)));
    expect(await page.locator("#seat-table td.why").count()).toBe(9);
    expect(await page.locator("#filters").isVisible()).toBe(false);
    expect(await page.getByRole("button").count()).toBe(0);
    await context.close();
  });

  it.each(["two.html", "none.html"])("axe-core finds no barrier in %s, light and dark", async (name) => {
    const source = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({
        bypassCSP: true,
        colorScheme,
        viewport: { width: 1000, height: 900 },
      });
      const page = await context.newPage();
      await page.goto(pathToFileURL(join(folder, name)).href);
      await page.evaluate(source);
      const found = (await page.evaluate("axe.run().then(({ violations }) => violations)")) as AxeViolation[];
      expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      await context.close();
    }
  });

  it.each(["A4", "Letter"])("prints on %s lying, nothing cut and no letter below 9 points", async (format) => {
    const page = await browser.newPage({ viewport: PAPER[format]! });
    await page.goto(pathToFileURL(join(folder, "two.html")).href);
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(PAPER[format]!.width);
    expect(await page.evaluate(SMALLEST_LETTER)).toBeGreaterThanOrEqual(12);
    const pdf = await page.pdf({ format });
    const [, width, height] = /MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString("latin1"))!.map(Number);
    expect(width).toBeGreaterThan(height!);
    await page.close();
  });
});

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What a lying sheet leaves between margins of 10 mm, in pixels. */
const PAPER: Readonly<Record<string, { width: number; height: number }>> = {
  A4: { width: 1046, height: 718 },
  Letter: { width: 980, height: 740 },
};

/** The height in pixels of the smallest letters on the page, those of the charts as they are scaled. */
const SMALLEST_LETTER = `Math.min(...[...document.querySelectorAll("body *")]
  .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "") && each.getClientRects().length > 0
    && !["SCRIPT", "STYLE"].includes(each.tagName))
  .map((each) => parseFloat(getComputedStyle(each).fontSize) * (each.getScreenCTM ? Math.hypot(each.getScreenCTM().a, each.getScreenCTM().b) : 1)))`;

/** The least contrast of text with what is behind it (WCAG 2). */
const PALEST_TEXT = `(() => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => { const [r, g, b] = parts(color).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (each) => { for (; each; each = each.parentElement) { const color = getComputedStyle(each).backgroundColor; if (parts(color)[3] !== 0) return color; } return "rgb(255,255,255)"; };
  const texts = [...document.querySelectorAll("h1,h2,h3,p,dt,dd,th,td,bdi,a,button,label,figcaption,summary,li,caption,text")];
  return Math.min(...texts.map((each) => {
    const style = getComputedStyle(each), front = light(each.tagName === "text" ? style.fill : style.color), back = light(behind(each));
    return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  }));
})()`;

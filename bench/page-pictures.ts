import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

/**
 * The HTML report of the demo, and of an organization of 5 000 seats, as people may have it: each width in light and dark, with
 * JavaScript and without, and on paper. Who changes the page looks at each: bench/results/pictures/.
 */
const own = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CLI = own("../pipelines/cli.js");
const YEARS = own("./years-process.js");
const PICTURES = own("../../bench/results/pictures");
const WIDTHS = [400, 1000, 1400];
const SCHEMES = ["light", "dark"] as const;
const PAPERS = ["A4", "Letter"];
/** A taller picture is cut: without JavaScript thousands of rows stand below one another. */
const TALLEST = 12_000;
const LARGE = { members: 5_000, nights: 100 };

const folder = await mkdtemp(join(tmpdir(), "docktally-pictures-"));
try {
  await mkdir(PICTURES, { recursive: true });
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  for (const name of ["demo", "large"]) await picturePage(browser, report(name), join(PICTURES, name));
  await browser.close();
  process.stdout.write(`The pictures are in ${PICTURES}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Makes a warehouse and its page; returns the page's file. */
function report(name: string): string {
  const data = join(folder, name);
  const page = join(folder, `${name}.html`);
  const run = (...words: string[]) => execFileSync(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] });
  if (name === "demo") run(CLI, "demo", "--data", data);
  else run(YEARS, data, JSON.stringify({ ...LARGE, last: new Date(Date.now() - 2 * 86_400_000).toISOString() }));
  run(CLI, "report", "licenses", "--format", "html", "--idle-after", "30,60,90", "--out", page, "--data", data);
  return page;
}

async function picturePage(browser: Browser, page: string, path: string): Promise<void> {
  const url = pathToFileURL(page).href;
  const opened = async (context: BrowserContext) => {
    const tab = await context.newPage();
    await tab.goto(url);
    return tab;
  };
  for (const javaScriptEnabled of [true, false])
    for (const width of WIDTHS)
      for (const colorScheme of SCHEMES) {
        const context = await browser.newContext({ viewport: { width, height: 1000 }, colorScheme, javaScriptEnabled });
        const tab = await opened(context);
        const height = (await tab.locator("body").boundingBox())?.height ?? TALLEST;
        await tab.setViewportSize({ width, height: Math.min(TALLEST, Math.ceil(height)) });
        await tab.screenshot({ path: `${path}-${width}-${colorScheme}${javaScriptEnabled ? "" : "-plain"}.png` });
        await context.close();
      }
  const context = await browser.newContext();
  const tab = await opened(context);
  for (const format of PAPERS) await writeFile(`${path}-${format}.pdf`, await tab.pdf({ format }));
  await context.close();
}

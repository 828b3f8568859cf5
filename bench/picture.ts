import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { terminalHtml, workbookHtml } from "./picture-html.ts";

/**
 * Makes the README's pictures of the demo: docs/report.png, the first screen of the HTML report; docs/terminal.png, what a terminal of
 * 100 columns shows; docs/workbook.png, the sheet Actions as LibreOffice reads it. It needs Chromium, LibreOffice Calc and `script`.
 */
const CLI = fileURLToPath(new URL("../pipelines/cli.js", import.meta.url));
const picture = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const PAGE = { width: 1400, height: 1060 };
const TERMINAL_COLUMNS = 100;
const TERMINAL_LINES = 34;

const folder = await mkdtemp(join(tmpdir(), "docktally-picture-"));
const data = join(folder, "data");
const report = join(folder, "seats.html");
const workbook = join(folder, "seats.xlsx");
const run = (...words: string[]) =>
  execFileSync(process.execPath, [CLI, ...words, "--data", data], { stdio: "inherit" });

try {
  run("demo");
  run("report", "licenses", "--format", "html", "--out", report);
  run("report", "licenses", "--format", "xlsx", "--out", workbook);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  await takePage(browser);
  await takeElement(browser, terminalHtml("docktally report licenses", shownByTerminal()), "terminal.png");
  await takeElement(browser, workbookHtml(await readByOffice(), "Actions"), "workbook.png");
  await browser.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function takePage(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: PAGE, colorScheme: "light" });
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({ path: picture("report.png") });
}

async function takeElement(browser: Browser, html: string, name: string): Promise<void> {
  const page = await browser.newPage({ viewport: PAGE, colorScheme: "light", deviceScaleFactor: 1.5 });
  const file = join(folder, `${name}.html`);
  await writeFile(file, html);
  await page.goto(pathToFileURL(file).href);
  await page.locator("#picture").screenshot({ path: picture(name) });
}

/** The first lines of the license report on a terminal, with its colours. */
function shownByTerminal(): string[] {
  const quoted = [process.execPath, CLI, "report", "licenses", "--data", data].map((word) => `'${word}'`).join(" ");
  const command = `stty cols ${TERMINAL_COLUMNS}; ${quoted}`;
  const env = { ...process.env, TERM: "xterm-256color", COLUMNS: String(TERMINAL_COLUMNS), NO_COLOR: "", PAGER: "cat" };
  const shown = execFileSync("script", ["-qec", command, "/dev/null"], { encoding: "utf8", env });
  return shown.replaceAll("\r", "").split("\n").slice(0, TERMINAL_LINES);
}

/** The workbook as LibreOffice writes it for a browser: a table a sheet. */
async function readByOffice(): Promise<string> {
  const profile = `-env:UserInstallation=file://${folder}/profile`;
  const words = [profile, "--headless", "--convert-to", "html", "--outdir", join(folder, "office"), workbook];
  execFileSync(process.env.SOFFICE ?? "/usr/bin/soffice", words, { stdio: "ignore" });
  return readFile(join(folder, "office", "seats.html"), "utf8");
}

import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** Makes docs/report.png: the top of the demo's HTML report, as Debian's Chromium shows it. */
const CLI = fileURLToPath(new URL("../pipelines/cli.js", import.meta.url));
const PICTURE = fileURLToPath(new URL("../../docs/report.png", import.meta.url));
const SIZE = { width: 1400, height: 1060 };

const folder = await mkdtemp(join(tmpdir(), "docktally-picture-"));
try {
  const data = join(folder, "data");
  const report = join(folder, "report.html");
  const run = (...words: string[]) => execFileSync(process.execPath, [CLI, ...words], { stdio: "inherit" });
  run("demo", "--data", data);
  run("report", "licenses", "--format", "html", "--out", report, "--data", data);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  const page = await browser.newPage({ viewport: SIZE, colorScheme: "light" });
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({ path: PICTURE });
  await browser.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}

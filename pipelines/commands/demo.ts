import { join } from "node:path";
import type { Command } from "commander";
import { EXIT, EXIT_HELP } from "../run/outcome.ts";
import type { OnProgress } from "../run/progress.ts";
import type { RunReport } from "../run/run.ts";
import { complain } from "../screen.ts";
import { UsageError } from "../usage-error.ts";
import { type CommonFlags, commonFlags, type End, helpEnd } from "./flags.ts";

interface DemoFlags extends CommonFlags {
  readonly serve?: boolean;
  readonly port?: number;
}

const EXAMPLES = ["docktally demo", "docktally demo --data /tmp/demo", "docktally demo --serve --port 8080"];

export function defineDemo(root: Command, end: End): void {
  commonFlags(root.command("demo"))
    .description("start the embedded demo hub, sync two organizations from it and show the seats")
    .option("--serve", "only serve the demo hub, until interrupted")
    .option("--port <PORT>", "port of the demo hub on 127.0.0.1 (default: any free one)", parsePort)
    .addHelpText("after", helpEnd(EXAMPLES, EXIT_HELP))
    .action(async (flags) => end(await runDemo(flags)));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port ${text} is no port; give a number from 0 to 65535`);
}

/** `docktally demo`; gives the exit code. */
async function runDemo(flags: DemoFlags): Promise<number> {
  const { progressOf } = await import("./console.ts");
  const { DEFAULT_DATA } = await import("../config/config.ts");
  const { refuseRealWarehouse, startDemo } = await import("./demo-hub.ts");
  const { Interrupt } = await import("../interrupt.ts");
  const progress = progressOf(flags);
  const interrupt = new Interrupt();
  try {
    const dataDir = flags.data ?? DEFAULT_DATA;
    if (!flags.serve) await refuseRealWarehouse(dataDir);
    const hub = await startDemo(new Date(), flags.port ?? 0);
    try {
      if (flags.serve) return await serve(hub.url, interrupt.signal);
      const report = await syncDemo(hub.url, dataDir, { flags, signal: interrupt.signal, progress });
      return report.status === "interrupted" ? interrupt.exitCode : report.exitCode;
    } finally {
      await hub.close();
    }
  } finally {
    progress.end();
  }
}

async function syncDemo(
  url: string,
  dataDir: string,
  { flags, signal, progress }: { flags: DemoFlags; signal: AbortSignal; progress: OnProgress & { end(): void } },
): Promise<RunReport> {
  const { emit } = await import("./console.ts");
  const { demoConfig, writeDemoFiles } = await import("./demo-hub.ts");
  const { writeYear } = await import("./demo-year.ts");
  const { sync } = await import("../run/sync.ts");
  const config = demoConfig(url, dataDir, flags.connection);
  const startedAt = new Date();
  const files = await writeYear(dataDir, { orgs: config.connections.map(({ org }) => org), now: startedAt });
  if (files > 0) progress({ kind: "step", text: `a year of earlier runs is made up: ${files} raw files` });
  await writeDemoFiles(dataDir, url, startedAt);
  const options = { config, range: null, acceptShrink: false, startedAt };
  const report = await sync({ ...options, signal, onProgress: progress });
  progress.end();
  if (report.message) complain(report.message);
  if (flags.json) {
    const { syncJson } = await import("../reports/sync-report.ts");
    await emit(syncJson(report, { warehouse: join(dataDir, await publishedName()) }), undefined);
  } else if (report.exitCode === EXIT.done) await show(dataDir);
  return report;
}

const publishedName = async () => (await import("../../load/warehouse/open.ts")).PUBLISHED_FILE;

async function serve(url: string, signal: AbortSignal): Promise<number> {
  const { emit } = await import("./console.ts");
  const { demoConfigText, demoEnvironment } = await import("./demo-hub.ts");
  const environment = Object.entries(demoEnvironment()).map(([name, value]) => `# export ${name}=${value}\n`);
  await emit(`${demoConfigText(url)}\n# and before "docktally sync":\n${environment.join("")}`, undefined);
  process.stderr.write(`The demo hub serves ${url} until it is interrupted (Ctrl-C).\n`);
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  return EXIT.done;
}

async function show(dataDir: string): Promise<void> {
  const { emit, say, screenOf } = await import("./console.ts");
  const { openReader } = await import("../../load/warehouse/open.ts");
  const { chosenOrgs } = await import("../reports/named.ts");
  const { licenseVerdicts } = await import("../reports/licenses.ts");
  const { licensesTable } = await import("../reports/licenses-table.ts");
  const warehouse = await openReader(dataDir);
  try {
    const orgs = await chosenOrgs(warehouse, { names: [], all: false, config: { file: null, configured: [] } });
    const question = { orgs, asOf: null, idleAfter: [], grace: null, price: null };
    const verdicts = await licenseVerdicts(warehouse, question);
    await emit(`\n${licensesTable(verdicts, verdicts.seats, screenOf({}))}`, undefined);
    await say(
      `\nThe warehouse is ${join(dataDir, await publishedName())}; any DuckDB client can open it.\n${await nextSteps(dataDir)}`,
    );
  } finally {
    warehouse.close();
  }
}

/** What can be asked next. Only the import needs a configuration: the usage page's file says nothing of a connection. */
async function nextSteps(dataDir: string): Promise<string> {
  const { DEFAULT_DATA } = await import("../config/config.ts");
  const { CONFIG_FILE, EXPORT_FILE } = await import("./demo-hub.ts");
  const data = dataDir === DEFAULT_DATA ? "" : ` --data ${dataDir}`;
  const then = new Date(Date.now() - 91 * 86_400_000).toISOString().slice(0, 10);
  const npx = "  npx docktally";
  return `A tour. The page with the answer, to open in a browser; and the workbook to decide in:
${npx} report licenses --format html --out seats.html${data}
${npx} report licenses --format xlsx --out seats.xlsx${data}
Why is one seat to go, and how is another one known to work that only pulls?
${npx} explain carla.drake2${data}
${npx} explain nina.petrova${data}
The first questions: what is there to ask, what was collected, who did what, how was it three months ago?
${npx} report${data}
${npx} status${data}
${npx} query "select org, action, count(*) as n from fct_usage group by all order by n desc"${data}
${npx} report licenses --as-of ${then}${data}
What harbor-tools pulled, as its usage page exports it, for surer verdicts:
${npx} import pulls ${join(dataDir, EXPORT_FILE)} \\
    --connection harbor --config ${join(dataDir, CONFIG_FILE)}
`;
}

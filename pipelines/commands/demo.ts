import { join } from "node:path";
import { openReader, PUBLISHED_FILE } from "../../load/warehouse/open.ts";
import { DEFAULT_DATA } from "../config/config.ts";
import { chosenOrgs, reportNamed, runReport } from "../reports/named.ts";
import { toTable } from "../reports/table.ts";
import { sync } from "../run/sync.ts";
import { UsageError } from "../usage-error.ts";
import { type CommonFlags, complain, emit, hasColor, progressOf, Stop, terminalWidth } from "./console.ts";
import { demoConfig, demoConfigText, demoEnvironment, refuseRealWarehouse, startDemo } from "./demo-hub.ts";
import { syncJson } from "./load.ts";

interface DemoFlags extends CommonFlags {
  readonly serve?: boolean;
  readonly port?: string;
}

/** `docktally demo` */
export async function demoCommand(flags: DemoFlags): Promise<void> {
  const stop = new Stop();
  const progress = progressOf(flags);
  try {
    const dataDir = flags.data ?? DEFAULT_DATA;
    const port = flags.port === undefined ? 0 : portOf(flags.port);
    if (!flags.serve) await refuseRealWarehouse(dataDir);
    const hub = await startDemo(new Date(), port);
    try {
      if (flags.serve) return await serve(hub.url, stop);
      const startedAt = new Date();
      const report = await sync({
        config: demoConfig(hub.url, dataDir, flags.connection),
        range: null,
        acceptShrink: false,
        startedAt,
        signal: stop.signal,
        onProgress: progress,
      });
      progress.end();
      process.exitCode = report.status === "interrupted" ? (stop.exitCode ?? report.exitCode) : report.exitCode;
      if (report.message) process.stderr.write(`docktally: ${report.message}\n`);
      if (flags.json) return await emit(syncJson(report, { warehouse: join(dataDir, PUBLISHED_FILE) }), undefined);
      if (report.exitCode === 0) await show(dataDir);
    } finally {
      await hub.close();
    }
  } catch (error) {
    progress.end();
    complain(error);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port ${text} is no port; give a number from 0 to 65535`);
}

async function serve(url: string, stop: Stop): Promise<void> {
  const environment = Object.entries(demoEnvironment()).map(([name, value]) => `export ${name}=${value}\n`);
  await emit(
    `${demoConfigText(url)}\n# and before "docktally sync":\n${environment.map((line) => `# ${line}`).join("")}`,
    undefined,
  );
  process.stderr.write(`The demo hub serves ${url} until it is interrupted (Ctrl-C).\n`);
  await new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function show(dataDir: string): Promise<void> {
  const warehouse = await openReader(dataDir);
  try {
    const orgs = await chosenOrgs(warehouse, { names: [], all: false, config: { file: null, configured: [] } });
    const seats = await runReport(warehouse, await reportNamed("licenses"), orgs, true);
    const summary = await runReport(warehouse, await reportNamed("summary"), orgs, true);
    const options = { columns: terminalWidth(), color: hasColor() };
    const data = dataDir === DEFAULT_DATA ? "" : ` --data ${dataDir}`;
    const npx = "npx docktally";
    await emit(
      `\n${toTable(seats, options)}\n${toTable(summary, options)}\nThe warehouse is ${join(dataDir, PUBLISHED_FILE)}; any DuckDB client can open it.\n` +
        `Next:  ${npx} report${data}\n       ${npx} status${data}\n       ${npx} query "select org, action, count(*) as n from fct_usage group by all order by n desc"${data}\n`,
      undefined,
    );
  } finally {
    warehouse.close();
  }
}

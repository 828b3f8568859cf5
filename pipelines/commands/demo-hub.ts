import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DemoHub, startHub } from "../../demo/hub.ts";
import {
  demoCredentials,
  demoOrganizations,
  demoUsageExport,
  historyDays,
  reportDays,
} from "../../demo/organizations.ts";
import { NoWarehouseError, openReader } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { type Config, loadConfig } from "../config/config.ts";
import { UsageError } from "../usage-error.ts";

/** Starts the embedded demo hub with its two organizations. */
export async function startDemo(now: Date, port = 0): Promise<DemoHub> {
  return startHub({ organizations: demoOrganizations(now, { historyDays, reportDays }), port });
}

/** A configuration file for the demo hub, as a user would write one. */
export function demoConfigText(url: string): string {
  return `# docktally.yaml for the embedded demo hub: two organizations in one warehouse
defaults:
  url: ${url}
  enterprise_url: ${url}
connections:
  - name: northwind
    org: northwind-labs
    identifier: ${demoCredentials["northwind-labs"].identifier}
    secret: \${DEMO_NORTHWIND_SECRET}
    license:
      plan: business
      seats_purchased: 42
      price_per_seat_month: 24
      renewal_date: 2027-03-01
      billing_cycle: yearly
      service_accounts: ["ci-*", "*-bot"]
  - name: harbor
    org: harbor-tools
    identifier: ${demoCredentials["harbor-tools"].identifier}
    secret: \${DEMO_HARBOR_SECRET}
    license:
      plan: team
      seats_purchased: 15
      price_per_seat_month: 16
      renewal_date: 2026-01-15
      billing_cycle: monthly
`;
}

/** The environment that goes with it. */
export function demoEnvironment(): Record<string, string> {
  return {
    DEMO_NORTHWIND_SECRET: demoCredentials["northwind-labs"].secret,
    DEMO_HARBOR_SECRET: demoCredentials["harbor-tools"].secret,
  };
}

export function demoConfig(url: string, dataDir: string, connection: readonly string[] = []): Config {
  const readFile = () => demoConfigText(url);
  return loadConfig({
    flags: { config: "demo.yaml", data: dataDir, connection },
    env: demoEnvironment(),
    readFile,
    needConnections: true,
  });
}

/** What is written beside the demo's warehouse: an export of the usage page, and the configuration to import it with. */
export const EXPORT_FILE = "demo/harbor-usage.csv";
export const CONFIG_FILE = "demo/docktally.yaml";

/** Writes both into the data folder. The hub ends with the command; a configuration is good for what asks no hub, too. */
export async function writeDemoFiles(dataDir: string, url: string, now: Date): Promise<void> {
  await mkdir(join(dataDir, "demo"), { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, EXPORT_FILE), demoUsageExport(now), { mode: 0o600 });
  await writeFile(join(dataDir, CONFIG_FILE), `${demoConfigText(url)}data: ..\n`, { mode: 0o600 });
}

/**
 * Keeps invented people out of a real warehouse.
 * @throws UsageError where the data folder holds another organization than the demo's
 */
export async function refuseRealWarehouse(dataDir: string): Promise<void> {
  let warehouse: Awaited<ReturnType<typeof openReader>>;
  try {
    warehouse = await openReader(dataDir);
  } catch (error) {
    if (error instanceof NoWarehouseError) return;
    throw error;
  }
  try {
    const { rows } = await readRows(warehouse.connection, "select org from dim_org order by org");
    const real = rows.map(([org]) => String(org)).filter((org) => !(org.toLowerCase() in demoCredentials));
    if (real.length === 0) return;
    throw new UsageError(
      `${dataDir} holds the warehouse of ${real.join(", ")}; give the demo a folder of its own with --data DIR`,
    );
  } finally {
    warehouse.close();
  }
}

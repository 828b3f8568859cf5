import { type DemoHub, startHub } from "../../demo/hub.ts";
import { demoCredentials, demoOrganizations } from "../../demo/organizations.ts";
import { NoWarehouseError, openReader } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { type Config, loadConfig } from "../config/config.ts";
import { UsageError } from "../usage-error.ts";

/** Starts the embedded demo hub with its two organizations. */
export async function startDemo(now: Date, port = 0): Promise<DemoHub> {
  return startHub({ organizations: demoOrganizations(now), port });
}

/** A configuration file for the demo hub, as a user would write one. */
export function demoConfigText(url: string): string {
  return `# docktally.yaml for the embedded demo hub: two organizations in one warehouse
defaults:
  url: ${url}
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

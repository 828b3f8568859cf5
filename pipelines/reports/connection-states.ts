import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import type { Config } from "../config/config.ts";
import { type ConnectionState, type LastRun, type LastRuns, lastRunOf } from "../run/last-runs.ts";
import { configuredOrgs, keptConnections } from "./configured-orgs.ts";

/** Runs of the published warehouse that are looked through where no note tells of an organization. */
const MOST_RUNS = 200;

interface Named {
  readonly org: string;
  readonly name: string;
}

/** What the connections that are configured did last; `all`: those that are retired, too. */
export async function connectionStates(
  warehouse: WarehouseFile | null,
  note: LastRuns,
  { config, all }: { config: Pick<Config, "file" | "configured">; all: boolean },
): Promise<ConnectionState[]> {
  const read = warehouse === null ? [] : await organizations(warehouse);
  const published = warehouse === null ? new Map<string, LastRun>() : await publishedRuns(warehouse);
  const now = config.configured;
  const configured = warehouse === null ? null : await configuredOrgs(warehouse, config);
  const isShown = ({ org }: Named) => all || configured === null || configured.has(org.toLowerCase());
  // what the last run was configured with counts also where that run published nothing
  const recent = now.length > 0 ? now : note.configured;
  const named = [...read.filter(isShown), ...(all ? note.connections : []), ...recent];
  const noted = new Map(note.connections.map(({ org, last_run }) => [org.toLowerCase(), last_run]));
  const names = new Map([...note.configured, ...now].map(({ org, name }) => [org.toLowerCase(), name]));
  const states = new Map<string, ConnectionState>();
  for (const { org, name } of named) {
    const key = org.toLowerCase();
    const last_run = later(noted.get(key) ?? null, published.get(key) ?? null);
    if (!states.has(key)) states.set(key, { org, name: names.get(key) ?? name, last_run });
  }
  return [...states.values()].sort((a, b) => (a.org < b.org ? -1 : 1));
}

const later = (a: LastRun | null, b: LastRun | null) =>
  a !== null && b !== null ? (Date.parse(a.started_at) >= Date.parse(b.started_at) ? a : b) : (a ?? b);

async function organizations({ connection }: WarehouseFile): Promise<Named[]> {
  const { rows } = await readRows(connection, "select org, connection from dim_org order by org");
  const read = rows.map(([org, name]) => ({ org: String(org), name: String(name) }));
  return [...read, ...(await keptConnections(connection))];
}

/** By organization in lower case, its newest run that the published warehouse knows. */
async function publishedRuns({ connection }: WarehouseFile): Promise<Map<string, LastRun>> {
  const { rows } = await readRows(
    connection,
    `select run_id, started_at, message, connections from ops.runs
     where command = 'sync' and status <> 'running' and connections is not null order by started_at desc limit ${MOST_RUNS}`,
  );
  const runs = new Map<string, LastRun>();
  for (const [run_id, started_at, message, said] of rows) {
    const connections = typeof said === "string" ? JSON.parse(said) : said;
    const text = message === null ? null : String(message);
    const run = { run_id: String(run_id), started_at: String(started_at), message: text, connections };
    for (const report of connections) {
      const key = String(report.org).toLowerCase();
      if (!runs.has(key)) runs.set(key, lastRunOf(run, report));
    }
  }
  return runs;
}

import { NoWarehouseError, openReader, type WarehouseFile } from "../../load/warehouse/open.ts";
import type { Config } from "../config/config.ts";
import { readLastRuns } from "../run/last-runs.ts";
import { keptConnections } from "./configured-orgs.ts";
import { connectionStates } from "./connection-states.ts";
import { chosenOrgs } from "./named.ts";
import type { Expected } from "./staleness.ts";
import { type NewestRead, NOTHING_LOADED, newestReads, type StatusReport, status } from "./status.ts";

/** What `status` is asked. */
export interface StatusQuestion {
  /** `--connection`: all where it is empty. */
  readonly names: readonly string[];
  readonly all: boolean;
  /** A monitor is told of an empty folder, too. */
  readonly isMonitor: boolean;
}

/** What status tells, and what a monitor looks at. */
export interface KnownStatus {
  readonly report: StatusReport;
  readonly reads: readonly NewestRead[];
  readonly expected: readonly Expected[];
}

/** Where nothing was published yet, there are still the runs that failed to. */
export async function knownStatus(
  config: Config,
  { names, all, isMonitor }: StatusQuestion,
  now: Date,
): Promise<KnownStatus> {
  const note = await readLastRuns(config.dataDir);
  const isChosen = ({ name, org }: { name: string; org: string }) =>
    names.length === 0 || names.some((one) => [name, org].some((own) => own.toLowerCase() === one.toLowerCase()));
  const configured = config.configured.filter(isChosen);
  let warehouse: WarehouseFile;
  try {
    warehouse = await openReader(config.dataDir);
  } catch (error) {
    const states = (await connectionStates(null, note, { config, all })).filter(isChosen);
    const isKnown = isMonitor || states.some(({ last_run }) => last_run !== null);
    if (!(error instanceof NoWarehouseError && isKnown)) throw error;
    return { report: { ...NOTHING_LOADED, connections: states }, reads: [], expected: configured };
  }
  try {
    const orgs = await chosenOrgs(warehouse, { names, all, config });
    const watched = all ? await chosenOrgs(warehouse, { names: [], all: false, config }) : null;
    const states = (await connectionStates(warehouse, note, { config, all })).filter(isChosen);
    const report = await status(warehouse, orgs, { now, connections: states });
    const kept = await keptConnections(warehouse.connection);
    const reads = await newestReads(warehouse);
    return {
      report,
      reads,
      expected: expectedOf(report, configured, kept).filter(({ org }) => watched?.includes(org) ?? true),
    };
  } finally {
    warehouse.close();
  }
}

/** Each organization that should be read: those that status shows and those that are configured. */
function expectedOf(report: StatusReport, configured: readonly Expected[], kept: readonly Expected[]): Expected[] {
  const orgs = [...report.organizations.map(({ org }) => String(org)), ...configured.map(({ org }) => org)];
  const unlike = new Map(orgs.toReversed().map((org) => [org.toLowerCase(), org]));
  const said = new Map([...kept, ...configured].map(({ org, ...rest }) => [org.toLowerCase(), rest]));
  return [...unlike].map(([key, org]) => ({ auditlog: true, ...said.get(key), org }));
}

import { NoWarehouseError, openReader, type WarehouseFile } from "../../load/warehouse/open.ts";
import type { Config } from "../config/config.ts";
import { keptConnections } from "../reports/configured-orgs.ts";
import { connectionStates } from "../reports/connection-states.ts";
import { chosenOrgs } from "../reports/named.ts";
import { type NewestRead, NOTHING_LOADED, newestReads, type StatusReport, status } from "../reports/status.ts";
import { statusText } from "../reports/status-text.ts";
import { readLastRuns } from "../run/last-runs.ts";
import { EXIT } from "../run/outcome.ts";
import { type CommonFlags, complain, configOf, emit, hasColor } from "./console.ts";
import { ageOf, type Expected, staleness } from "./max-age.ts";

interface StatusFlags extends CommonFlags {
  readonly maxAge?: string;
  readonly all?: boolean;
}

/** `docktally status`; with `--max-age` it ends with 6 where a stream's newest load is older, or where there is none. */
export async function statusCommand(flags: StatusFlags): Promise<void> {
  try {
    const { maxAge } = flags;
    const maxMs = maxAge === undefined ? null : ageOf(maxAge);
    const config = configOf(flags, false);
    const now = new Date();
    const { report, reads, expected } = await statusOf(config, flags, now);
    await emit(flags.json ? `${JSON.stringify(report, null, 2)}\n` : statusText(report, now, hasColor()), undefined);
    if (maxMs === null) return;
    const stale = staleness(reads, expected, { ms: maxMs, text: maxAge! }, now);
    if (stale === null) return;
    process.stderr.write(`docktally: ${stale}\n`);
    process.exitCode = EXIT.checkFailed;
  } catch (error) {
    complain(error);
  }
}

/** What status tells, and what a monitor looks at. */
interface Known {
  readonly report: StatusReport;
  readonly reads: readonly NewestRead[];
  readonly expected: readonly Expected[];
}

/** Where nothing was published yet, there are still the runs that failed to. */
async function statusOf(config: Config, flags: StatusFlags, now: Date): Promise<Known> {
  const { connection: names = [], all = false } = flags;
  const note = await readLastRuns(config.dataDir);
  const isChosen = ({ name, org }: { name: string; org: string }) =>
    names.length === 0 || names.some((one) => [name, org].some((own) => own.toLowerCase() === one.toLowerCase()));
  const configured = config.configured.filter(isChosen);
  let warehouse: WarehouseFile;
  try {
    warehouse = await openReader(config.dataDir);
  } catch (error) {
    const states = (await connectionStates(null, note, config, all)).filter(isChosen);
    const isKnown = flags.maxAge !== undefined || states.some(({ last_run }) => last_run !== null);
    if (!(error instanceof NoWarehouseError && isKnown)) throw error;
    return { report: { ...NOTHING_LOADED, connections: states }, reads: [], expected: configured };
  }
  try {
    const orgs = await chosenOrgs(warehouse, { names, all, config });
    const watched = all ? await chosenOrgs(warehouse, { names: [], all: false, config }) : null;
    const states = (await connectionStates(warehouse, note, config, all)).filter(isChosen);
    const report = await status(warehouse, orgs, now, states);
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
  const said = new Map([...kept, ...configured].map(({ org, auditLog }) => [org.toLowerCase(), auditLog]));
  return [...unlike].map(([key, org]) => ({ org, auditLog: said.get(key) ?? true }));
}

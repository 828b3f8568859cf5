import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { sqlText } from "../../transform/query.ts";
import type { ConnectionState } from "../run/last-runs.ts";
import { onlyOrgs } from "./named.ts";
import { type RowRecord, toRecords } from "./records.ts";

export interface Gap {
  readonly org: string;
  readonly stream: string;
  readonly from: string;
  readonly to: string;
  /** Null where nobody knows when the source forgets it. */
  readonly lost_on: string | null;
  readonly lost: boolean;
}

export interface StatusReport {
  readonly coverage: RowRecord[];
  readonly gaps: Gap[];
  /** The oldest event that the source still returns, over all organizations; null where none was ever seen. */
  readonly oldest_event_at: string | null;
  readonly organizations: RowRecord[];
  /** Actions that no rule names, met or only listed, with a sample of each. */
  readonly unmapped_actions: RowRecord[];
  /** What each connection's last run did, whether it published or not. */
  readonly connections: readonly ConnectionState[];
  readonly freshness: {
    readonly newest_load_at: string | null;
    readonly age_hours: number | null;
    readonly last_run: RowRecord | null;
  };
}

/** What there is to say where nothing was published yet. */
export const NOTHING_LOADED: StatusReport = {
  coverage: [],
  gaps: [],
  oldest_event_at: null,
  organizations: [],
  unmapped_actions: [],
  connections: [],
  freshness: { newest_load_at: null, age_hours: null, last_run: null },
};

const OF_ORGANIZATION = [
  ...[
    "org",
    "connection",
    "first_synced_at",
    "last_synced_at",
    "members_read_at",
    "auditlog_read_to",
    "oldest_event_at",
  ],
  ...["has_insights", "repositories_read_at", "has_private_repositories"],
];

/** What was collected, what was not, and how fresh it is. */
export async function status(
  { connection }: WarehouseFile,
  orgs: readonly string[] | null,
  { now, connections }: { now: Date; connections: readonly ConnectionState[] },
): Promise<StatusReport> {
  // gaps run to now: sql/marts/coverage/gaps.sql
  await connection.run(`set variable status_at = timestamp '${now.toISOString().slice(0, -1)}'`);
  const objects = async (query: string): Promise<RowRecord[]> => {
    const { columns, rows } = onlyOrgs(await readRows(connection, query), orgs);
    return toRecords({ columns, rows: rows.map((row) => row.map(small)) });
  };
  const organizations = await objects(
    // by a pattern: a warehouse that an older docktally published has fewer
    `select columns('^(${OF_ORGANIZATION.join("|")})$') from dim_org order by org`,
  );
  const unmapped_actions = await objects(
    "select org, source_action as action, * exclude (org, source_action, action) from unmapped_actions order by org, facts desc, source_action",
  );
  const coverage = await objects("select * from ops.coverage order by org, stream, window_from");
  const gaps = await objects(
    `select org, stream, gap_from as "from", gap_to as "to", lost_on, lost from ops.gaps order by org, stream, gap_from`,
  );
  const [lastRun] = await objects(
    "select run_id, command, started_at, finished_at, status, exit_code from ops.runs where status <> 'skipped' order by started_at desc limit 1",
  );
  const lastRunOf = (org: unknown) => connections.find((state) => state.org === org)?.last_run ?? null;
  const oldest = organizations.map((row) => row.oldest_event_at).filter((at): at is string => typeof at === "string");
  const loads = organizations.map((row) => row.last_synced_at).filter((at): at is string => typeof at === "string");
  // the organization that was read the longest ago decides: one fresh neighbour must not hide a stale one
  const newest = loads.sort()[0] ?? null;
  const age_hours = newest === null ? null : Math.round((now.getTime() - Date.parse(newest)) / 36_000) / 100;
  return {
    coverage,
    gaps: gaps as unknown as Gap[],
    oldest_event_at: oldest.sort()[0] ?? null,
    organizations: organizations.map((row) => ({ ...row, last_run: lastRunOf(row.org) })),
    unmapped_actions,
    connections,
    freshness: { newest_load_at: newest, age_hours, last_run: lastRun ?? null },
  };
}

/** When each stream of each organization was last read as a whole; a range that was asked for by hand does not count. */
export interface NewestRead {
  readonly org: string;
  readonly stream: string;
  readonly read_at: string;
}

/** The newest read of each stream that was ever read. */
export async function newestReads({ connection }: WarehouseFile): Promise<NewestRead[]> {
  const { rows } = await readRows(connection, sqlText("questions/newest_reads"));
  return rows.map(([org, stream, read_at]) => ({ org: String(org), stream: String(stream), read_at: String(read_at) }));
}

function small(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

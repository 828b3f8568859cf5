import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import type { Config } from "../config/config.ts";
import type { Connection } from "../config/connections.ts";

/**
 * The organizations that are configured, in lower case: by the configuration file that a reading command finds, else by the one
 * of the last sync. Null where neither tells (no file, a warehouse of an older docktally): then none is retired. A file that
 * names nothing of this warehouse belongs to another one.
 */
export async function configuredOrgs(
  { connection }: WarehouseFile,
  { file, configured }: Pick<Config, "file" | "configured">,
): Promise<ReadonlySet<string> | null> {
  const lower = (orgs: readonly unknown[]) => new Set(orgs.map((org) => String(org).toLowerCase()));
  if (file !== null) {
    const { rows } = await readRows(connection, "select lower(org) from dim_org");
    const named = lower(configured.map(({ org }) => org));
    if (rows.some(([org]) => named.has(String(org)))) return named;
  }
  const rows = await keptConnections(connection);
  return rows.length === 0 ? null : lower(rows.map(({ org }) => org));
}

/** A connection as `ops.connections` keeps it. */
export interface KeptConnection {
  readonly org: string;
  readonly name: string;
  readonly auditlog: boolean;
  readonly streams: Connection["streams"] | undefined;
}

/** What `ops.connections` keeps; nothing where an older docktally published. */
export async function keptConnections(connection: WarehouseFile["connection"]): Promise<KeptConnection[]> {
  const there = await readRows(
    connection,
    "select column_name from duckdb_columns() where schema_name = 'ops' and table_name = 'connections'",
  );
  if (there.rows.length === 0) return [];
  const streams = there.rows.some(([name]) => name === "streams") ? "streams" : "null";
  const { rows } = await readRows(
    connection,
    `select org, name, audit_log, ${streams} from ops.connections order by rowid`,
  );
  return rows.map(([org, name, auditlog, kept]) => ({
    org: String(org),
    name: String(name),
    auditlog: auditlog === true,
    streams: typeof kept === "string" ? JSON.parse(kept) : undefined,
  }));
}

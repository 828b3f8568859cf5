import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import type { Config } from "../config/config.ts";

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

/** What `ops.connections` keeps; nothing where an older docktally published. */
export async function keptConnections(
  connection: WarehouseFile["connection"],
): Promise<{ org: string; name: string; auditlog: boolean }[]> {
  const there = await readRows(
    connection,
    "select 1 from duckdb_tables() where schema_name = 'ops' and table_name = 'connections'",
  );
  if (there.rows.length === 0) return [];
  const { rows } = await readRows(connection, "select org, name, audit_log from ops.connections order by rowid");
  return rows.map(([org, name, auditlog]) => ({ org: String(org), name: String(name), auditlog: auditlog === true }));
}

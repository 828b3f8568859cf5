import { sql } from "kysely";
import type { WarehouseFile } from "./warehouse/open.ts";

/** A connection of the configuration, as `ops.connections` keeps it. */
export interface ConfiguredConnection {
  readonly org: string;
  readonly name: string;
  readonly auditlog: boolean;
}

/**
 * Keeps which connections are configured: what was read of the others is history, and no alarm rings for it. Gives the
 * organizations that are retired by this.
 */
export async function keepConnections(
  { transaction }: WarehouseFile,
  connections: readonly ConfiguredConnection[],
  lookbackHours: number,
): Promise<string[]> {
  return transaction(async (tx) => {
    const { rows } = await sql<{ org: string }>`
      select org from ops.organizations
      where org_key in (select lower(org) from ops.connections) or not exists (from ops.connections) order by org`.execute(
      tx,
    );
    await sql`delete from ops.connections`.execute(tx);
    for (const { org, name, auditlog } of connections)
      await sql`
        insert into ops.connections by name
        select ${org} as org, ${name} as name, ${auditlog} as audit_log, ${lookbackHours}::double as lookback_hours`.execute(
        tx,
      );
    const keys = connections.map(({ org }) => org.toLowerCase());
    return rows.map(({ org }) => org).filter((org) => !keys.includes(org.toLowerCase()));
  });
}

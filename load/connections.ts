import { sql } from "kysely";
import type { WarehouseFile } from "./warehouse-file.ts";

/** A connection of the configuration, as `ops.connections` keeps it. */
export interface ConfiguredConnection {
  readonly org: string;
  readonly name: string;
  readonly auditLog: boolean;
}

/** Keeps which connections are configured: what is read of the others is history, and no alarm rings for it. */
export async function keepConnections(
  { db }: WarehouseFile,
  connections: readonly ConfiguredConnection[],
  lookbackHours: number,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`delete from ops.connections`.execute(tx);
    for (const { org, name, auditLog } of connections)
      await sql`
        insert into ops.connections by name
        select ${org} as org, ${name} as name, ${auditLog} as audit_log, ${lookbackHours}::double as lookback_hours`.execute(
        tx,
      );
  });
}

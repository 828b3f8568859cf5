import type { WarehouseFile } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/** A connection of the configuration, as `ops.connections` keeps it. */
export interface ConfiguredConnection {
  readonly org: string;
  readonly name: string;
  readonly auditlog: boolean;
  readonly streams: { readonly pulls: string };
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
    const { rows } = await statement<{ org: string }>("load/configured_organizations").execute(tx);
    await tx.deleteFrom("ops.connections").execute();
    for (const { org, name, auditlog, streams } of connections)
      await tx
        .insertInto("ops.connections")
        .values({ org, name, audit_log: auditlog, lookback_hours: lookbackHours, pulls: streams.pulls !== "off" })
        .execute();
    const keys = connections.map(({ org }) => org.toLowerCase());
    return rows.map(({ org }) => org).filter((org) => !keys.includes(org.toLowerCase()));
  });
}

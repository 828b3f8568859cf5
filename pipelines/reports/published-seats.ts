import { openReader } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { sqlText } from "../../transform/query.ts";

/** How many seats of an organization are known how well. */
export interface SeatCounts {
  readonly low: number;
  readonly none: number;
}

/** By organization in lower case, what the published warehouse says of its seats; empty where there is none that can be read. */
export async function publishedSeats(dataDir: string): Promise<ReadonlyMap<string, SeatCounts>> {
  const warehouse = await openReader(dataDir).catch(() => null);
  if (warehouse === null) return new Map();
  try {
    const { rows } = await readRows(warehouse.connection, sqlText("questions/seats_by_confidence"));
    return new Map(rows.map(([org, low, none]) => [String(org), { low: Number(low), none: Number(none) }]));
  } catch {
    // a warehouse of another version
    return new Map();
  } finally {
    warehouse.close();
  }
}

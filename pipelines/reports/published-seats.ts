import { sqlText } from "../../transform/query.ts";
import { publishedRows } from "./published-rows.ts";

/** How many seats of an organization are known how well. */
export interface SeatCounts {
  readonly low: number;
  readonly none: number;
}

/** By organization in lower case, what the published warehouse says of its seats; empty where there is none that can be read. */
export async function publishedSeats(dataDir: string): Promise<ReadonlyMap<string, SeatCounts>> {
  const rows = await publishedRows(dataDir, sqlText("questions/seats_by_confidence"));
  return new Map(rows.map(([org, low, none]) => [String(org), { low: Number(low), none: Number(none) }]));
}

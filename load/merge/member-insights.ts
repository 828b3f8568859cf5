import { sql, type Transaction } from "kysely";
import { knownPeople } from "../../transform/actor-kinds.ts";
import { insightsFacts } from "../../transform/insights.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { statement } from "../warehouse/statement.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { makeTemp } from "./temp-table.ts";

/** Keeps Insights values that differ from the last known ones of their member. */
export async function addInsights(tx: Transaction<Warehouse>, { org, read_at }: RawFileInfo): Promise<void> {
  await statement("merge/add_insights", { org, read_at }).execute(tx);
}

/** Adds the facts that the Insights values give and that are not known; gives how many. */
export async function addInsightsFacts(tx: Transaction<Warehouse>, file: RawFileInfo): Promise<number> {
  await makeTemp(tx, "known_people", knownPeople());
  await makeTemp(tx, "incoming_facts", insightsFacts(file));
  await makeTemp(tx, "incoming_added", statement("merge/new_insights_facts"));
  await statement("merge/touch_added").execute(tx);
  const { numAffectedRows } = await sql`insert into fct_usage from incoming_added order by occurred_at`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

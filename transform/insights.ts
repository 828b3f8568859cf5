import type { RawBuilder } from "kysely";
import { query } from "./query.ts";
import type { FactRow } from "./warehouse.ts";

/** Members of the parsed snapshot with at least one Insights value: `member_key, member_id, username, raw_row` and the values. */
export const insightsValues = () => query("insights_values");

/** The Insights values of `incoming_insights` as facts, given `known_people`; once each. */
export function insightsFacts(file: {
  org: string;
  first_org: string;
  run_id: string;
  name: string;
  read_at: Date;
}): RawBuilder<FactRow> {
  const { org, first_org, run_id, name, read_at } = file;
  return query("insights_facts", { org, first_org, run_id, name, read_at });
}

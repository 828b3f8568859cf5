import type { BigInt64, OpsTables, RejectedRow } from "./ops-tables.ts";

/**
 * The relations that transform and load compose queries over, as Kysely sees them: one snake_case name from the API to the
 * report. Times are UTC. `Tables` is what sql/migrations make (test/transform/warehouse.test.ts compares them); the other
 * relations of `Warehouse` are temp tables of one merge.
 */

/** One usage fact. */
export interface FactRow {
  fact_id: string;
  org: string;
  occurred_at: Date;
  action: string;
  source_action: string;
  category: string;
  verb: string;
  actor: string | null;
  actor_kind: string;
  via_token: boolean;
  token_label: string | null;
  resource: string | null;
  tag: string | null;
  digest: string | null;
  subject: string | null;
  quantity: BigInt64;
  source: string;
  description: string | null;
  data: string | null;
  event_id: string | null;
  run_id: string;
  raw_file: string;
  raw_row: BigInt64;
}

/** What a batch keeps of a raw record: where it stands, what may be its identity, and a reason where it cannot become a fact. */
export interface IncomingRow {
  /** File number and row in one, in the order of reading. */
  row_id: BigInt64;
  file_number: number;
  org: string;
  account: string | null;
  source_action: string | null;
  occurred_at: Date | null;
  event_id: string | null;
  reason: string | null;
  /** Kept where there is a reason. */
  payload: string | null;
}

/** A raw record, parsed. */
export interface EventRow {
  row_id: BigInt64;
  file_number: number;
  raw_row: BigInt64;
  org: string;
  /** The organization's first spelling, which ids are made of. */
  hash_org: string;
  run_id: string;
  account: string | null;
  source_action: string | null;
  name: string | null;
  source_actor: string | null;
  occurred_at: Date | null;
  data: string | null;
  description: string | null;
  event_id: string | null;
}

/** One fact of a batch, before it is compared with the warehouse. */
export interface IdentifiedRow {
  row_id: BigInt64;
  org: string;
  fact_id: string;
  occurred_at: Date;
  has_event_id: boolean;
}

export interface ActionRow {
  source_action: string;
  action: string;
  category: string;
  verb: string;
  is_usage: boolean;
  is_automation_likely: boolean;
  known_since: string | null;
  is_known: boolean;
  label: string | null;
  meaning: string | null;
}

/** One person of a snapshot. */
export interface PersonRow {
  org: string;
  member_key: string;
  member_id: string | null;
  username: string | null;
  email: string | null;
  full_name: string | null;
  role: string | null;
  seat_type: string;
  teams: string[];
  is_guest: boolean;
  company: string | null;
  location: string | null;
  account_created_at: Date | null;
  invited_at: Date | null;
  inviter: string | null;
}

export interface MemberRow extends PersonRow {
  /** Who it is for good, whatever they are called. */
  person: string | null;
  valid_from: Date;
  valid_to: Date | null;
  is_current: boolean;
  change_type: string;
  run_id: string;
}

export interface StreamRow {
  stream: string;
  memory: string;
  reports_as: string;
  evidence: string | null;
  shows: string | null;
}

/** One word of a verdict. */
interface WordRow {
  position: number;
  label: string;
  meaning: string;
  rule: string;
}

export interface StatusRow extends WordRow {
  status: string;
}

export interface RecommendationRow extends WordRow {
  recommendation: string;
}

export interface MigrationRow {
  version: number;
  name: string;
  applied_at: Date;
  program_version: string;
}

export interface Tables extends OpsTables {
  dim_action: ActionRow;
  dim_member: MemberRow;
  dim_recommendation: RecommendationRow;
  dim_status: StatusRow;
  dim_stream: StreamRow;
  fct_usage: FactRow;
  schema_migrations: MigrationRow;
}

export interface Warehouse extends Tables {
  incoming: IncomingRow;
  incoming_identified: IdentifiedRow;
  incoming_fresh: IdentifiedRow;
  incoming_suspect_rows: { row_id: BigInt64; occurred_at: Date };
  incoming_unnamed_rows: { row_id: BigInt64; occurred_at: Date };
  incoming_facts: FactRow;
  incoming_rejected: RejectedRow;
}

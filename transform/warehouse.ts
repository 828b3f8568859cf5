/**
 * The relations that transform and load compose queries over, as Kysely sees them: one snake_case name from the API to the
 * report. Times are UTC. The tables themselves are made by sql/migrations; `incoming` and its kin live in one connection only.
 */
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
  quantity: number;
  source: string;
  description: string | null;
  data: string | null;
  event_id: string | null;
  run_id: string;
  raw_file: string;
  raw_row: number;
}

/** What a batch keeps of a raw record: where it stands, what may be its identity, and a reason where it cannot become a fact. */
export interface IncomingRow {
  /** File number and row in one, in the order of reading. */
  row_id: number;
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

/** One raw record, parsed: a view over the batch's files. */
export interface RecordRow extends IncomingRow {
  raw_row: number;
  /** The organization's first spelling, which ids are made of. */
  hash_org: string;
  run_id: string;
  read_at: Date;
  name: string | null;
  source_actor: string | null;
  data: string | null;
  description: string | null;
}

/** One fact of a batch, before it is compared with the warehouse. */
export interface IdentifiedRow {
  row_id: number;
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
  person: string;
  valid_from: Date;
  valid_to: Date | null;
  is_current: boolean;
  change_type: string;
  run_id: string;
}

export interface RejectedRow {
  reject_id: string;
  org: string;
  stream: string;
  reason: string;
  payload: string | null;
  raw_file: string;
  raw_row: number;
  run_id: string;
}

export interface LoadedFileRow {
  raw_file: string;
  org: string;
  stream: string;
  kind: string;
  run_id: string;
  read_at: Date;
  window_from: Date | null;
  window_to: Date | null;
  oldest_event_at: Date | null;
  records: number;
  facts: number;
  rejected: number;
  duplicates: number;
  loaded_at: Date;
}

export interface Warehouse {
  fct_usage: FactRow;
  dim_action: ActionRow;
  dim_member: MemberRow;
  incoming: IncomingRow;
  incoming_records: RecordRow;
  incoming_identified: IdentifiedRow;
  incoming_fresh: IdentifiedRow;
  incoming_facts: FactRow;
  incoming_rejected: RejectedRow;
  "ops.rejected": RejectedRow;
  "ops.loaded_files": LoadedFileRow;
}

import type { ColumnType } from "kysely";

/** The engine gives every bigint as one; a number may be written. */
export type BigInt64 = ColumnType<bigint, bigint | number, bigint | number>;

/** A day, written as `YYYY-MM-DD`. */
export type Day = ColumnType<Date, string>;

/** The schema `ops`: what docktally keeps of its own work and of what the operator says. */
export interface OpsTables {
  "ops.connections": ConnectionRow;
  "ops.actor_kinds": ActorKindRow;
  "ops.decisions": DecisionOfFileRow;
  "ops.event_days": EventDayRow;
  "ops.full_checks": FullCheckRow;
  "ops.license_settings": LicenseSettingsRow;
  "ops.listed_actions": ListedActionRow;
  "ops.listed_repositories": ListedRepositoryRow;
  "ops.listed_teams": ListedTeamRow;
  "ops.listed_tokens": ListedTokenRow;
  "ops.loaded_files": LoadedFileRow;
  "ops.member_insights": MemberInsightsRow;
  "ops.member_snapshots": MemberSnapshotRow;
  "ops.organizations": OrganizationRow;
  "ops.people": PersonOfFileRow;
  "ops.rejected": RejectedRow;
  "ops.repository_sizes": RepositorySizeRow;
  "ops.rules": RulesRow;
  "ops.runs": RunRow;
  "ops.touched_days": TouchedDayRow;
  "ops.warnings": WarningRow;
}

export interface RejectedRow {
  reject_id: string;
  org: string;
  stream: string;
  reason: string;
  payload: string | null;
  raw_file: string;
  raw_row: BigInt64;
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
  records: BigInt64;
  facts: BigInt64;
  rejected: BigInt64;
  duplicates: BigInt64;
  loaded_at: Date;
  version: string | null;
}

export interface EventDayRow {
  raw_file: string;
  org: string;
  read_at: Date;
  event_date: Day;
  first_event_at: Date;
  events: BigInt64;
}

export interface MemberSnapshotRow {
  org: string;
  taken_at: Date;
  members: BigInt64;
  invitees: BigInt64;
  insights_members: BigInt64;
  emails: BigInt64;
  run_id: string;
  raw_file: string;
  /** Open invitations of people who have joined; null where no snapshot said so yet. */
  invitations_of_members: BigInt64 | null;
}

export interface MemberInsightsRow {
  org: string;
  member_key: string;
  taken_at: Date;
  last_logged_in_at: Date | null;
  last_seen_at: Date | null;
  desktop_version: string | null;
}

export interface LicenseSettingsRow {
  org: string;
  connection: string;
  set_at: Date;
  plan: string | null;
  seats_purchased: BigInt64 | null;
  price_per_seat_month: number | null;
  currency: string | null;
  renewal_date: Day | null;
  billing_cycle: string | null;
  idle_after_days: BigInt64;
  grace_days: BigInt64;
  invite_after_days: BigInt64;
  assumed_retention_days: BigInt64;
  service_accounts: string[];
  exclude: { username: string | null; until: Date | null; reason: string | null }[];
  stale_after_days: BigInt64 | null;
}

/** One person of the operator's people file. */
export interface PersonOfFileRow {
  org: string;
  person: string;
  department: string | null;
  manager: string | null;
  cost_center: string | null;
}

/** One decision of the operator's decisions file. */
export interface DecisionOfFileRow {
  org: string;
  username: string | null;
  email: string | null;
  decision: string;
  decision_by: string | null;
  decision_until: Day | null;
  decision_note: string | null;
  set_at: Date;
  ended_at: Date | null;
}

export interface ConnectionRow {
  org: string;
  name: string;
  audit_log: boolean;
  lookback_hours: number;
  pulls: boolean | null;
  streams: string | null;
}

export interface OrganizationRow {
  org_key: string;
  org: string;
  first_org: string;
  first_account: string | null;
  spelled_by: string;
  spelled_at: Date;
}

export interface RunRow {
  run_id: string;
  command: string;
  started_at: Date;
  finished_at: Date | null;
  status: string;
  exit_code: number | null;
  requests: BigInt64 | null;
  version: string;
  connections: string | null;
  message: string | null;
}

export interface WarningRow {
  run_id: string;
  org: string | null;
  stream: string | null;
  warned_at: Date;
  kind: string;
  message: string;
}

export interface RulesRow {
  facts_version: number;
  rules_version: string;
  program_version: string;
  set_at: Date;
  facts_renamed: BigInt64;
}

/** An org of null stands for every day there is, an actor of null for everybody. */
export interface TouchedDayRow {
  org: string | null;
  activity_date: Day | null;
  actor: string | null;
}

export interface FullCheckRow {
  checked_at: Date;
}

export interface ActorKindRow {
  org: string;
  actor: string;
  kind: string;
  used_from: Date;
  used_until: Date;
}

/** What was listed: since when, and in which list last. */
interface ListedRow {
  org: string;
  first_listed_at: Date;
  last_listed_at: Date;
  raw_file: string;
}

export interface ListedTeamRow extends ListedRow {
  team: string;
  description: string | null;
  member_count: BigInt64 | null;
}

export interface ListedRepositoryRow extends ListedRow {
  repository: string;
  is_private: boolean | null;
  storage_size: BigInt64 | null;
  pull_count: BigInt64 | null;
  last_updated_at: Date | null;
}

export interface RepositorySizeRow {
  org: string;
  repository: string;
  listed_date: Day;
  storage_size: BigInt64 | null;
  pull_count: BigInt64 | null;
  listed_at: Date;
  raw_file: string;
}

export interface ListedTokenRow extends ListedRow {
  token_id: string;
  label: string | null;
  created_by: string | null;
  is_active: boolean | null;
  created_at: Date | null;
  expires_at: Date | null;
  last_used_at: Date | null;
}

export interface ListedActionRow extends ListedRow {
  source_action: string;
  entry: string;
}

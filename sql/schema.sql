-- The warehouse as readers find it: every relation with its columns, whatever makes it (sql/migrations, sql/marts).
-- Made by test/load/warehouse/schema.test.ts from a new warehouse; "npx vitest run test/load/warehouse/schema.test.ts -u" writes it again.

-- one row per org, actor and UTC day with a fact of theirs: all that the seats' marts ask of a day
create table main.actor_day (
  org varchar,
  actor varchar,
  activity_date date,
  actor_kind varchar,
  facts bigint,
  first_at timestamp,
  last_at timestamp,
  last_human_at timestamp,
  last_token_at timestamp,
  last_push_at timestamp,
  last_pull_at timestamp,
  last_login_at timestamp,
  last_seen_at timestamp,
  last_activity varchar,
  last_activity_source varchar
);

-- one row per org and decision on a seat, as of moment 0: those that stand, and those to remove that were done before they left the
-- file, for a year; of people who never had a seat there is none. outcome: removed (no seat now), came_back (had none in between), still_there
create view main.decision_outcomes (
  org varchar,
  username varchar,
  email varchar,
  decision varchar,
  decision_by varchar,
  decision_until date,
  decision_note varchar,
  set_at timestamp,
  ended_at timestamp,
  outcome varchar,
  saving_realized_year decimal(18,2),
  currency varchar
);

-- one row per source action, known beforehand or met on the way
create table main.dim_action (
  source_action varchar not null,
  action varchar not null,
  category varchar not null,
  verb varchar not null,
  is_usage boolean not null,
  is_automation_likely boolean not null,
  known_since varchar,
  is_known boolean not null,
  label varchar,
  meaning varchar
);

-- one row per day from the first fact to the last reading of an org
create view main.dim_date (
  calendar_date date,
  year bigint,
  quarter bigint,
  month bigint,
  month_start_date date,
  iso_week bigint,
  week_start_date date,
  iso_weekday bigint,
  weekday varchar,
  is_weekend boolean
);

-- one row per seat holder and period in which nothing about them changed (SCD2); valid_to is null while current
create table main.dim_member (
  org varchar not null,
  member_key varchar not null,
  member_id varchar,
  username varchar,
  email varchar,
  full_name varchar,
  role varchar,
  seat_type varchar not null,
  teams varchar[] not null,
  is_guest boolean not null,
  company varchar,
  location varchar,
  account_created_at timestamp,
  invited_at timestamp,
  inviter varchar,
  valid_from timestamp not null,
  valid_to timestamp,
  is_current boolean not null,
  change_type varchar not null,
  run_id varchar not null,
  person varchar
);

-- one row per org: its newest license settings and what was read of it; is_retired: the configuration of the last sync does
-- not name it any more (one that was never kept retires nobody); has_private_repositories: null where none were ever listed, false where
-- private ones do not exist or are silently missing, since the credential lacks Repository List
create view main.dim_org (
  org varchar,
  connection varchar,
  plan varchar,
  seats_purchased bigint,
  price_per_seat_month decimal(18,2),
  currency varchar,
  renewal_date date,
  billing_cycle varchar,
  idle_after_days bigint,
  grace_days bigint,
  invite_after_days bigint,
  assumed_retention_days bigint,
  stale_after_days bigint,
  service_accounts varchar[],
  exclude struct(username varchar, "until" date, reason varchar)[],
  first_synced_at timestamp,
  last_synced_at timestamp,
  has_insights boolean,
  oldest_event_at timestamp,
  members_read_at timestamp,
  auditlog_read_to timestamp,
  is_audit_log_on boolean,
  is_pulls_on boolean,
  lookback_hours double,
  is_retired boolean,
  repositories_read_at timestamp,
  has_private_repositories boolean
);

-- one row per recommendation that a seat can have, what is worth doing first; of sql/seeds/dim_recommendation.csv
create table main.dim_recommendation (
  recommendation varchar not null,
  position integer not null,
  label varchar not null,
  meaning varchar not null,
  rule varchar not null
);

-- one row per org and repository that a fact or a list names; what is listed no more stays, with what was last said of it
create view main.dim_repository (
  org varchar,
  repository varchar,
  first_fact_at timestamp,
  last_fact_at timestamp,
  facts bigint,
  pushes bigint,
  last_push_at timestamp,
  last_pusher varchar,
  pulls bigint,
  last_pull_at timestamp,
  actors bigint,
  is_deleted boolean,
  deleted_at timestamp,
  is_private boolean,
  storage_size bigint,
  pull_count bigint,
  last_updated_at timestamp,
  is_listed boolean
);

-- one row per status that a seat can have, in the order in which reports show them; of sql/seeds/dim_status.csv
create table main.dim_status (
  status varchar not null,
  position integer not null,
  label varchar not null,
  meaning varchar not null,
  rule varchar not null
);

-- one row per stream, read today or foreseen: what it remembers, and what its windows prove; of sql/seeds/dim_stream.csv
create table main.dim_stream (
  stream varchar not null,
  memory varchar not null,
  reports_as varchar not null,
  evidence varchar,
  shows varchar
);

-- one row per org and team that was ever listed, or that only members' groups name; what has gone stays, not current
create view main.dim_team (
  org varchar,
  team varchar,
  description varchar,
  member_count bigint,
  is_current boolean,
  first_listed_at timestamp,
  last_listed_at timestamp
);

-- one row per org and access token of the organization that was ever listed; what has gone stays, not current
create view main.dim_token (
  org varchar,
  token_id varchar,
  label varchar,
  created_by varchar,
  is_active boolean,
  created_at timestamp,
  expires_at timestamp,
  last_used_at timestamp,
  is_current boolean,
  first_listed_at timestamp,
  last_listed_at timestamp
);

-- one row per usage fact
create table main.fct_usage (
  fact_id varchar not null,
  org varchar not null,
  occurred_at timestamp not null,
  action varchar not null,
  source_action varchar not null,
  category varchar not null,
  verb varchar not null,
  actor varchar,
  actor_kind varchar not null,
  via_token boolean not null,
  token_label varchar,
  resource varchar,
  tag varchar,
  digest varchar,
  subject varchar,
  quantity bigint not null,
  source varchar not null,
  description varchar,
  data json,
  event_id varchar,
  run_id varchar not null,
  raw_file varchar not null,
  raw_row bigint not null
);

-- one row per org, actor and UTC day with a fact; actor is null for facts that name nobody
create view main.member_day (
  org varchar,
  actor varchar,
  activity_date date,
  actor_kind varchar,
  facts bigint,
  token_facts bigint,
  pushes bigint,
  pulls bigint,
  logins bigint,
  desktop_uses bigint,
  repositories bigint,
  first_at timestamp,
  last_at timestamp
);

-- one row per seat holder and period of dim_member, with the person behind it (the same one after a rename) and whether the
-- snapshot that opened the period was the first to show them as joined
create view main.member_periods (
  org varchar,
  member_key varchar,
  member_id varchar,
  username varchar,
  email varchar,
  full_name varchar,
  role varchar,
  seat_type varchar,
  teams varchar[],
  is_guest boolean,
  company varchar,
  location varchar,
  account_created_at timestamp,
  invited_at timestamp,
  inviter varchar,
  valid_from timestamp,
  valid_to timestamp,
  is_current boolean,
  change_type varchar,
  run_id varchar,
  person varchar,
  is_joined boolean,
  appears_joined boolean
);

-- one row per org and UTC day with a fact
create view main.org_day (
  org varchar,
  activity_date date,
  facts bigint,
  token_facts bigint,
  actors bigint,
  pushes bigint,
  pulls bigint,
  logins bigint,
  desktop_uses bigint,
  repositories bigint,
  first_at timestamp,
  last_at timestamp
);

-- one row per org and person of the operator's own people file; a report that heeds another file has a temp table of this name
create view main.people_file (
  org varchar,
  person varchar,
  department varchar,
  manager varchar,
  cost_center varchar
);

-- one row per org, repository and UTC day with a fact or a list that names it; size and pulls are those of the day's last list
create view main.repository_day (
  org varchar,
  repository varchar,
  activity_date date,
  facts bigint,
  token_facts bigint,
  actors bigint,
  pushes bigint,
  tags_pushed bigint,
  pulls bigint,
  first_at timestamp,
  last_at timestamp,
  storage_size bigint,
  pull_count bigint
);

-- one row per migration that was applied
create table main.schema_migrations (
  version integer not null,
  name varchar not null,
  applied_at timestamp not null,
  program_version varchar not null
);

-- one row per org, reported instant and seat with any fact by its holder: what they did, up to that instant
create view main.seat_activity (
  seat_id bigint,
  last_activity_at timestamp,
  last_human_activity_at timestamp,
  last_token_activity_at timestamp,
  last_push_at timestamp,
  last_pull_at timestamp,
  last_login_at timestamp,
  last_seen_at timestamp,
  active_days_30 bigint,
  active_days_60 bigint,
  active_days_90 bigint,
  facts_30 bigint,
  facts_90 bigint,
  last_activity varchar,
  last_activity_source varchar
);

-- one row per seat (org, member_key) of moment 0 whose status was another one before: which, and since when it is what it is,
-- to the day
create view main.seat_changes (
  org varchar,
  member_key varchar,
  previous_status varchar,
  status_changed_at timestamp
);

-- one row per org and moment: which sources cover the threshold window, and how far that can be trusted
create table main.seat_evidence (
  moment_id bigint,
  org varchar,
  run_id varchar,
  observed_days bigint,
  has_auditlog boolean,
  has_auditlog_in_grace boolean,
  has_member_insights boolean,
  has_pulls boolean,
  sources_observed varchar[],
  confidence varchar
);

-- one row per org, instant and seat, the instants of the history too: who held it then; an open invitation of somebody who has joined is no second seat
-- seat_id is that seat at that instant, for the marts after this one; it is another number each time the marts are made
create table main.seat_holders (
  seat_id bigint,
  instant_id bigint,
  org varchar,
  as_of timestamp,
  known_until timestamp,
  member_key varchar,
  person varchar,
  username varchar,
  email varchar,
  is_joined boolean,
  valid_from timestamp
);

-- one row per org, reported instant and seat with an Insights value: the newest that snapshots had shown by then
create view main.seat_insights (
  seat_id bigint,
  last_login_at timestamp,
  last_seen_at timestamp,
  desktop_version varchar
);

-- one row per org, instant and seat with any fact by its holder: when the last one was, up to that instant
create table main.seat_last_activity (
  seat_id bigint,
  org varchar,
  as_of timestamp,
  known_until timestamp,
  member_key varchar,
  last_activity_at timestamp
);

-- one row per org: the moment and the thresholds its seats are judged at
create view main.seat_moments (
  moment_id integer,
  org varchar,
  as_of timestamp,
  known_until timestamp,
  idle_after_days bigint,
  grace_days bigint,
  invite_after_days bigint,
  assumed_retention_days bigint,
  price_per_seat_month decimal(18,2),
  currency varchar
);

-- one row per org, instant, seat and username that its holder had by then; facts of a name are theirs within
-- (used_from, used_until]: a former name is theirs for good unless somebody else took it over, whether they still hold a
-- seat or not
create table main.seat_names (
  seat_id bigint,
  instant_id bigint,
  org varchar,
  as_of timestamp,
  known_until timestamp,
  member_key varchar,
  username varchar,
  used_from timestamp,
  used_until timestamp
);

-- one row per seat (org, moment_id, member_key) of every moment, those of its history too: which status holds, and why
create table main.seat_status (
  moment_id bigint,
  is_reported boolean,
  as_of timestamp,
  known_until timestamp,
  as_of_date date,
  active_after timestamp,
  grace_after timestamp,
  seat_id bigint,
  org varchar,
  member_key varchar,
  person varchar,
  is_joined boolean,
  last_activity_at timestamp,
  member_since_at timestamp,
  confidence varchar,
  has_auditlog_in_grace boolean,
  is_in_grace boolean,
  joined_before_grace boolean,
  status varchar
);

-- one row per org and moment: how many seats, how they stand, what they cost
create table main.seat_summary (
  moment_id bigint,
  as_of timestamp,
  run_id varchar,
  org varchar,
  connection varchar,
  plan varchar,
  seats_purchased bigint,
  seats_assigned bigint,
  active bigint,
  new bigint,
  idle bigint,
  never_active bigint,
  pending_invite bigint,
  no_data bigint,
  seats_spare bigint,
  seats_over_assigned bigint,
  utilization double,
  price_per_seat_month decimal(18,2),
  currency varchar,
  cost_month decimal(18,2),
  cost_per_active_seat decimal(18,2),
  saving_year_spare decimal(18,2),
  saving_year_high decimal(18,2),
  saving_year_medium decimal(18,2),
  saving_year_low decimal(18,2),
  saving_year_invites decimal(18,2),
  saving_realized_year decimal(18,2),
  observed_days bigint,
  threshold_days bigint,
  guests bigint,
  members_without_team bigint,
  owners_beyond_two bigint,
  suggested_service_accounts bigint,
  seats_at_renewal_high bigint,
  seats_at_renewal_medium bigint,
  seats_at_renewal_low bigint
);

-- one row per org, instant and joined seat: since when, how that is known, and how often they joined in the last 90 days
create table main.seat_tenure (
  seat_id bigint,
  org varchar,
  as_of timestamp,
  known_until timestamp,
  member_key varchar,
  member_since_at timestamp,
  tenure_source varchar,
  joins_90d bigint
);

-- one row per org, week and status with a seat: how many seats stood so at the end of the week (Sunday), the newest at as_of
create table main.seat_trend (
  org varchar,
  week_end_date date,
  status varchar,
  seats bigint
);

-- one row per seat (org, moment_id, member_key): what the rules say of it; seats puts it into words
create view main.seat_verdicts (
  moment_id bigint,
  as_of timestamp,
  known_until timestamp,
  as_of_date date,
  active_after timestamp,
  grace_after timestamp,
  invite_after timestamp,
  idle_after_days bigint,
  grace_days bigint,
  invite_after_days bigint,
  price_per_seat_month decimal(18,2),
  currency varchar,
  seat_id bigint,
  org varchar,
  member_key varchar,
  seat_type varchar,
  username varchar,
  email varchar,
  full_name varchar,
  role varchar,
  teams varchar[],
  is_joined boolean,
  is_owner boolean,
  invited_at timestamp,
  is_service_account boolean,
  exclusion struct(username varchar, "until" date, reason varchar),
  connection varchar,
  plan varchar,
  renewal_date date,
  billing_cycle varchar,
  human_owners bigint,
  member_since_at timestamp,
  tenure_source varchar,
  joins_90d bigint,
  is_in_grace boolean,
  status varchar,
  previous_status varchar,
  status_changed_at timestamp,
  last_activity_at timestamp,
  last_activity varchar,
  last_activity_source varchar,
  last_human_activity_at timestamp,
  last_token_activity_at timestamp,
  last_push_at timestamp,
  last_pull_at timestamp,
  last_login_at timestamp,
  last_seen_at timestamp,
  desktop_version varchar,
  active_days_30 bigint,
  active_days_60 bigint,
  active_days_90 bigint,
  facts_30 bigint,
  facts_90 bigint,
  run_id varchar,
  observed_days bigint,
  sources_observed varchar[],
  confidence varchar,
  has_auditlog_in_grace boolean,
  department varchar,
  manager varchar,
  cost_center varchar,
  decision varchar,
  decision_by varchar,
  decision_until date,
  decision_note varchar,
  protected_reason varchar,
  protected_until date,
  protected_note varchar,
  only_token_activity boolean,
  recommendation varchar,
  days_since_activity bigint,
  invite_age_days bigint,
  tenure_days bigint,
  wasted_month decimal(18,2),
  cycle_months integer,
  months_on bigint
);

-- one row per org and moment: the instants and days its rules compare with. is_reported: seats has it; the other moments,
-- moment_id below 0, are the history of moment 0: the end of each of the 92 days before it, and of each Sunday of a year
create table main.seat_windows (
  moment_id bigint,
  instant_id bigint,
  org varchar,
  is_reported boolean,
  as_of timestamp,
  known_until timestamp,
  as_of_date date,
  active_after timestamp,
  grace_after timestamp,
  invite_after timestamp,
  idle_after_days bigint,
  grace_days bigint,
  invite_after_days bigint,
  price_per_seat_month decimal(18,2),
  currency varchar
);

-- one row per seat (org, moment_id, member_key): who has it, whether it was used, how that is known, what to do about it
create table main.seats (
  moment_id bigint,
  as_of timestamp,
  run_id varchar,
  org varchar,
  member_key varchar,
  connection varchar,
  plan varchar,
  seat_type varchar,
  username varchar,
  email varchar,
  full_name varchar,
  role varchar,
  teams varchar[],
  is_owner boolean,
  department varchar,
  manager varchar,
  cost_center varchar,
  protected_reason varchar,
  protected_until date,
  protected_note varchar,
  decision varchar,
  decision_by varchar,
  decision_until date,
  decision_note varchar,
  member_since_at timestamp,
  tenure_source varchar,
  tenure_days bigint,
  invited_at timestamp,
  invite_age_days bigint,
  joins_90d bigint,
  last_activity_at timestamp,
  last_activity varchar,
  last_activity_source varchar,
  last_human_activity_at timestamp,
  last_token_activity_at timestamp,
  last_push_at timestamp,
  last_pull_at timestamp,
  last_login_at timestamp,
  last_seen_at timestamp,
  desktop_version varchar,
  days_since_activity bigint,
  active_days_30 bigint,
  active_days_60 bigint,
  active_days_90 bigint,
  facts_30 bigint,
  facts_90 bigint,
  only_token_activity boolean,
  looks_like_service_account boolean,
  observed_days bigint,
  sources_observed varchar[],
  confidence varchar,
  status varchar,
  status_reason varchar,
  threshold_days bigint,
  recommendation varchar,
  previous_status varchar,
  status_changed_at timestamp,
  price_per_seat_month decimal(18,2),
  currency varchar,
  wasted_month decimal(18,2),
  saving_year decimal(18,2),
  saving_effective_date date
);

-- one row per org and decision of the decisions file that stands
create view main.standing_decisions (
  org varchar,
  username varchar,
  email varchar,
  decision varchar,
  decision_by varchar,
  decision_until date,
  decision_note varchar,
  set_at timestamp
);

-- one row per member, team and period in which they were in it; who left and came back has two, who was renamed has one
create view main.team_member (
  org varchar,
  team varchar,
  username varchar,
  valid_from timestamp,
  valid_to timestamp,
  is_current boolean
);

-- one row per org and source action that no rule names, met in its facts (they count all the same) or in the newest list of the
-- source's own; sample_payload is what the newest fact said, or else the list's entry
create view main.unmapped_actions (
  org varchar,
  source_action varchar,
  action varchar,
  category varchar,
  facts bigint,
  actors bigint,
  first_at timestamp,
  last_at timestamp,
  sample_payload varchar
);

-- one row per org, username and person who had it, as the facts were last told: within (used_from, used_until] facts of that actor
-- have that actor_kind; where the members say something else by now, those of these actors are brought up to date
create table ops.actor_kinds (
  org varchar not null,
  actor varchar not null,
  kind varchar not null,
  used_from timestamp not null,
  used_until timestamp not null
);

-- one row per org and instant at which its audit log was read: since when what that reading did not find was not there
create table ops.audit_log_reads (
  org varchar,
  read_at timestamp,
  assured_from timestamp
);

-- one row per connection of the configuration that the last sync ran with, chosen by --connection or not; an org that the
-- warehouse holds and no row names is retired
create table ops.connections (
  org varchar not null,
  name varchar not null,
  audit_log boolean not null,
  lookback_hours double not null,
  pulls boolean,
  streams varchar
);

-- one row per org, stream and window that was read to the end; a window that straddles what the source may have forgotten
-- is two rows, the part before assured = false, the part from then on assured = true
create view ops.coverage (
  org varchar,
  stream varchar,
  window_from timestamp,
  window_to timestamp,
  read_at timestamp,
  records bigint,
  assured boolean,
  run_id varchar
);

-- one row per org, source (the evidence of a stream that is read by windows) and unbroken stretch of time that assured windows cover together
create view ops.coverage_spans (
  org varchar,
  source varchar,
  span_from timestamp,
  span_to timestamp
);

-- one row per org and decision of the operator's decisions file, those that the file does not hold any more too
create table ops.decisions (
  org varchar not null,
  username varchar,
  email varchar,
  decision varchar not null,
  decision_by varchar,
  decision_until date,
  decision_note varchar,
  set_at timestamp not null,
  ended_at timestamp
);

-- one row per merged raw file of the audit log and UTC day of which it holds an event, known before or not
create table ops.event_days (
  raw_file varchar not null,
  org varchar not null,
  read_at timestamp not null,
  event_date date not null,
  first_event_at timestamp not null,
  events bigint not null
);

-- one row: when all facts were last checked, not only those of the days that were touched
create table ops.full_checks (
  checked_at timestamp not null
);

-- one row per stretch of an org's audit log that was not collected, from the first assured window to the newest read of
-- anything of that org, and per stretch of days without a pull report or export between days that have one; lost: the source no
-- longer holds it; lost_on: the day it leaves (or left) the source, which nobody knows of pull reports
create view ops.gaps (
  org varchar,
  stream varchar,
  gap_from timestamp,
  gap_to timestamp,
  lost boolean,
  lost_on date
);

-- one row per org and change of its license settings; the newest row rules
create table ops.license_settings (
  org varchar not null,
  connection varchar not null,
  set_at timestamp not null,
  plan varchar,
  seats_purchased bigint,
  price_per_seat_month decimal(18,2),
  currency varchar,
  renewal_date date,
  billing_cycle varchar,
  idle_after_days bigint not null,
  grace_days bigint not null,
  invite_after_days bigint not null,
  assumed_retention_days bigint not null,
  service_accounts varchar[] not null,
  exclude struct(username varchar, "until" date, reason varchar)[] not null,
  stale_after_days bigint
);

-- one row per org and action that the source ever listed for it
create table ops.listed_actions (
  org varchar not null,
  source_action varchar not null,
  entry json not null,
  first_listed_at timestamp not null,
  last_listed_at timestamp not null,
  raw_file varchar not null
);

-- one row per org and repository that was ever listed
create table ops.listed_repositories (
  org varchar not null,
  repository varchar not null,
  is_private boolean,
  storage_size bigint,
  pull_count bigint,
  last_updated_at timestamp,
  first_listed_at timestamp not null,
  last_listed_at timestamp not null,
  raw_file varchar not null
);

-- one row per org and team that was ever listed
create table ops.listed_teams (
  org varchar not null,
  team varchar not null,
  description varchar,
  member_count bigint,
  first_listed_at timestamp not null,
  last_listed_at timestamp not null,
  raw_file varchar not null
);

-- one row per org and access token of the organization that was ever listed
create table ops.listed_tokens (
  org varchar not null,
  token_id varchar not null,
  label varchar,
  created_by varchar,
  is_active boolean,
  created_at timestamp,
  expires_at timestamp,
  last_used_at timestamp,
  first_listed_at timestamp not null,
  last_listed_at timestamp not null,
  raw_file varchar not null
);

-- one row per raw file that was merged; records = facts + rejected + duplicates + rows that are no events
create table ops.loaded_files (
  raw_file varchar not null,
  org varchar not null,
  stream varchar not null,
  kind varchar not null,
  run_id varchar not null,
  read_at timestamp not null,
  window_from timestamp,
  window_to timestamp,
  oldest_event_at timestamp,
  records bigint not null,
  facts bigint not null,
  rejected bigint not null,
  duplicates bigint not null,
  loaded_at timestamp not null,
  version varchar
);

-- one row per member and snapshot in which an Insights field changed (they open no SCD2 period)
create table ops.member_insights (
  org varchar not null,
  member_key varchar not null,
  taken_at timestamp not null,
  last_logged_in_at timestamp,
  last_seen_at timestamp,
  desktop_version varchar
);

-- one row per org and snapshot of its members, with what that snapshot could show
create table ops.member_snapshots (
  org varchar not null,
  taken_at timestamp not null,
  members bigint not null,
  invitees bigint not null,
  insights_members bigint not null,
  emails bigint not null,
  run_id varchar not null,
  raw_file varchar not null
);

-- one row per org: names compare without case, and org is the spelling that every relation has
create table ops.organizations (
  org_key varchar not null,
  org varchar not null,
  first_org varchar not null,
  first_account varchar,
  spelled_by varchar not null,
  spelled_at timestamp not null
);

-- one row per org and person of the operator's own people file
create table ops.people (
  org varchar not null,
  person varchar not null,
  department varchar,
  manager varchar,
  cost_center varchar
);

-- one row per record that could not become a fact
create table ops.rejected (
  reject_id varchar not null,
  org varchar not null,
  stream varchar not null,
  reason varchar not null,
  payload varchar,
  raw_file varchar not null,
  raw_row bigint not null,
  run_id varchar not null
);

-- one row per org, repository and UTC day on which it was listed, as the day's last list had it
create table ops.repository_sizes (
  org varchar not null,
  repository varchar not null,
  listed_date date not null,
  storage_size bigint,
  pull_count bigint,
  listed_at timestamp not null,
  raw_file varchar not null
);

-- one row per change of the rules that name facts; the newest row rules
create table ops.rules (
  facts_version integer not null,
  rules_version varchar not null,
  program_version varchar not null,
  set_at timestamp not null,
  facts_renamed bigint not null
);

-- one row per run; runs that failed or were skipped too
create table ops.runs (
  run_id varchar not null,
  command varchar not null,
  started_at timestamp not null,
  finished_at timestamp,
  status varchar not null,
  exit_code integer,
  requests bigint,
  version varchar not null,
  connections json,
  message varchar
);

-- one row per org and UTC day whose facts changed since the checks last held (it may stand here twice); an actor of null means
-- everybody's facts of that day, an org of null every day there is
create table ops.touched_days (
  org varchar,
  activity_date date,
  actor varchar
);

-- one row per problem that a person should know of (a broken raw file, a list that would not settle, a guarded snapshot)
create table ops.warnings (
  run_id varchar not null,
  org varchar,
  stream varchar,
  warned_at timestamp not null,
  kind varchar not null,
  message varchar not null
);

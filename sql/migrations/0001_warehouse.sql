-- The warehouse's base relations. No primary keys, sequences or indexes: uniqueness is kept by the merge and proved by
-- sql/checks. Times are UTC and end in _at, dates end in _date, money is decimal.

create schema ops;

-- one row per usage fact
create table fct_usage (
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

-- one row per seat holder and period in which nothing about them changed (SCD2); valid_to is null while current
create table dim_member (
  org varchar not null,
  member_key varchar not null,         -- lower(username), else lower(email)
  member_id varchar,                   -- Docker's own id of the account; survives a rename
  username varchar,
  email varchar,
  full_name varchar,
  role varchar,                        -- as Docker says it: Owner, Member, Invitee, Editor or a custom role's name
  seat_type varchar not null,          -- member, guest, invitee
  teams varchar[] not null,            -- sorted
  is_guest boolean not null,
  company varchar,
  location varchar,
  account_created_at timestamp,        -- Docker's date_joined: the account's age, never the tenure
  invited_at timestamp,                -- invitees only, where /invites tells it
  inviter varchar,
  valid_from timestamp not null,
  valid_to timestamp,
  is_current boolean not null,
  change_type varchar not null,        -- initial, join, invite, accept, rejoin, rename, role_change, team_change, profile_change
  run_id varchar not null
);

-- one row per org and snapshot of its members, with what that snapshot could show
create table ops.member_snapshots (
  org varchar not null,
  taken_at timestamp not null,
  members bigint not null,
  invitees bigint not null,
  insights_members bigint not null,    -- members with at least one Insights value: 0 means the org shows no Insights
  emails bigint not null,
  run_id varchar not null,
  raw_file varchar not null
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

-- one row per source action, known beforehand or met on the way
create table dim_action (
  source_action varchar not null,
  action varchar not null,
  category varchar not null,
  verb varchar not null,
  is_usage boolean not null,
  is_automation_likely boolean not null,
  known_since varchar,                 -- which published list first named it; null: met in the data only
  is_known boolean not null,
  label varchar,
  meaning varchar
);

-- one row per org and change of its license settings; the newest row rules
create table ops.license_settings (
  org varchar not null,
  connection varchar not null,
  set_at timestamp not null,
  plan varchar,
  seats_purchased bigint,
  price_per_seat_month decimal(18, 2),
  currency varchar,
  renewal_date date,
  billing_cycle varchar,               -- yearly, monthly
  idle_after_days bigint not null,
  grace_days bigint not null,
  invite_after_days bigint not null,
  assumed_retention_days bigint not null,
  service_accounts varchar[] not null, -- globs on username
  exclude struct(username varchar, until date, reason varchar)[] not null
);

-- one row per org and person of the operator's own people file
create table ops.people (
  org varchar not null,
  person varchar not null,             -- lower(username) or lower(email)
  department varchar,
  manager varchar,
  cost_center varchar
);

-- one row per run; runs that failed or were skipped too
create table ops.runs (
  run_id varchar not null,
  command varchar not null,
  started_at timestamp not null,
  finished_at timestamp,
  status varchar not null,             -- running, ok, partial, failed, interrupted, killed, skipped
  exit_code integer,
  requests bigint,
  version varchar not null,
  connections json,
  message varchar
);

-- one row per raw file that was merged; records = facts + rejected + duplicates + rows that are no events
create table ops.loaded_files (
  raw_file varchar not null,
  org varchar not null,
  stream varchar not null,
  kind varchar not null,               -- window, unsettled (a window whose readings never agreed), range, horizon, snapshot, refused, stale, catalog
  run_id varchar not null,
  read_at timestamp not null,          -- the instant of the run that read it
  window_from timestamp,
  window_to timestamp,
  oldest_event_at timestamp,           -- the oldest event the source returned into this file
  records bigint not null,
  facts bigint not null,
  rejected bigint not null,
  duplicates bigint not null,
  loaded_at timestamp not null
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

-- one row per problem that a person should know of (a broken raw file, a list that would not settle, a guarded snapshot)
create table ops.warnings (
  run_id varchar not null,
  org varchar,
  stream varchar,
  warned_at timestamp not null,
  kind varchar not null,
  message varchar not null
);

-- Teams, repositories and tokens as Docker Hub lists them, and its own list of actions: what was listed once stays, as it last was.
-- A list is merged to the same rows whatever the order of the files: the newest one tells, the oldest one says since when.

-- one row per org and team that was ever listed
create table ops.listed_teams (
  org varchar not null,
  team varchar not null,
  description varchar,
  member_count bigint,
  first_listed_at timestamp not null,
  last_listed_at timestamp not null,
  raw_file varchar not null            -- the newest list that has it
);

-- one row per org and repository that was ever listed
create table ops.listed_repositories (
  org varchar not null,
  repository varchar not null,         -- namespace/name, as facts have it
  is_private boolean,
  storage_size bigint,                 -- bytes
  pull_count bigint,                   -- of all time, as Docker Hub counts
  last_updated_at timestamp,
  first_listed_at timestamp not null,
  last_listed_at timestamp not null,
  raw_file varchar not null
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

-- one row per org and action that the source ever listed for it
create table ops.listed_actions (
  org varchar not null,
  source_action varchar not null,
  entry json not null,                 -- as the list has it
  first_listed_at timestamp not null,
  last_listed_at timestamp not null,
  raw_file varchar not null
);

-- lists of actions that were merged before it was kept who listed them: the next run merges them again, which adds nothing twice
delete from ops.loaded_files where stream = 'actions';

-- one row per stream, read today or foreseen: what it remembers, and what its windows prove; of sql/seeds/dim_stream.csv
create table dim_stream (
  stream varchar not null,             -- as in ops.loaded_files and in raw/
  memory varchar not null,             -- log: closed windows of time; snapshot: a list as it is now; catalog: one kept where it changed; report: a file a day
  reports_as varchar not null,         -- the stream under whose name sync tells of it
  evidence varchar,                    -- what it is called in seats.sources_observed; null: it proves nothing of a seat
  shows varchar                        -- what that evidence tells of a person
);

-- one row per status that a seat can have, in the order in which reports show them; of sql/seeds/dim_status.csv
create table dim_status (
  status varchar not null,
  position integer not null,
  label varchar not null,
  meaning varchar not null,            -- for a reader of the report
  rule varchar not null                -- for one who asks why: what held, in the words of the rules
);

-- one row per recommendation that a seat can have, what is worth doing first; of sql/seeds/dim_recommendation.csv
create table dim_recommendation (
  recommendation varchar not null,
  position integer not null,
  label varchar not null,
  meaning varchar not null,
  rule varchar not null
);

-- one row per org and decision of the operator's decisions file, those that the file does not hold any more too
create table ops.decisions (
  org varchar not null,
  username varchar,                    -- in lower case; it, an e-mail address or both
  email varchar,
  decision varchar not null,           -- remove, keep, ask
  decision_by varchar,
  decision_until date,                 -- the last day of a keep; null: for good
  decision_note varchar,
  set_at timestamp not null,           -- since when it stands: the run that first read it
  ended_at timestamp                   -- the run that no longer found it; null: it stands
);

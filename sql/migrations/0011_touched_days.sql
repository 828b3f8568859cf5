-- A night costs what it brought: what stands on the facts of a day is made anew only where facts of that day came, went or changed.

-- one row per org and UTC day whose facts changed since the checks last held (it may stand here twice); an actor of null means
-- everybody's facts of that day, an org of null every day there is
create table ops.touched_days (
  org varchar,
  activity_date date,
  actor varchar
);

insert into ops.touched_days values (null, null, null);

-- one row: when all facts were last checked, not only those of the days that were touched
create table ops.full_checks (
  checked_at timestamp not null
);

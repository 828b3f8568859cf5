-- What is assured of the audit log stands on the days of which a reading returned an event.

-- one row per merged raw file of the audit log and UTC day of which it holds an event, known before or not
create table ops.event_days (
  raw_file varchar not null,
  org varchar not null,
  read_at timestamp not null,
  event_date date not null,
  first_event_at timestamp not null,
  events bigint not null
);

-- of files merged before this migration, only the events that were new with them are known; a rebuild knows all
insert into ops.event_days
select
  files.raw_file,
  files.org,
  files.read_at,
  cast(facts.occurred_at as date),
  min(facts.occurred_at),
  count(*)
from ops.loaded_files as files
join fct_usage as facts on facts.raw_file = files.raw_file and facts.org = files.org
where files.stream = 'auditlog' and facts.source = 'auditlog'
group by all;

-- a stream that could not be read for this many days no longer holds back the moment that seats are judged at
alter table ops.license_settings add column stale_after_days bigint default 7;

-- no mart any more: the history goes the way of the reported moments
drop view if exists seat_history;

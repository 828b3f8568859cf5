-- one row per connection of the configuration that the last sync ran with, chosen by --connection or not; an org that the
-- warehouse holds and no row names is retired
create table ops.connections (
  org varchar not null,
  name varchar not null,
  audit_log boolean not null,          -- false: switched off (audit_log: off)
  lookback_hours double not null       -- limits.lookback_hours: a gap younger than this is read by the next run
);

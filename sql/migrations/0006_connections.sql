-- one row per connection of the configuration that the last sync ran with, chosen by --connection or not; an org that the
-- warehouse holds and no row names is retired
create table ops.connections (
  org varchar not null,
  name varchar not null,
  audit_log boolean not null,          -- false: switched off (audit_log: off)
  lookback_hours double not null       -- limits.lookback_hours: a gap younger than this is read by the next run
);

-- one row per org: names compare without case, and org is the spelling that every relation has
create table ops.organizations (
  org_key varchar not null,            -- lower(org)
  org varchar not null,                -- as the audit log's newest account spells it, else the newest invitation, else first_org
  first_org varchar not null,          -- as the first raw file has it: raw files and the ids of facts keep to it
  first_account varchar,               -- as the first audit event has it: so do the ids of facts
  spelled_by varchar not null,         -- auditlog, invites, configuration
  spelled_at timestamp not null        -- the time of the event or snapshot that spells it so
);

insert into ops.organizations
select lower(org), arg_min(org, parse_filename(raw_file)), arg_min(org, parse_filename(raw_file)), null, 'configuration', min(read_at)
from ops.loaded_files
group by lower(org);

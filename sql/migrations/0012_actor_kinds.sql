-- one row per org, username and person who had it, as the facts were last told: within (used_from, used_until] facts of that actor
-- have that actor_kind; where the members say something else by now, those of these actors are brought up to date
create table ops.actor_kinds (
  org varchar not null,
  actor varchar not null,
  kind varchar not null,
  used_from timestamp not null,
  used_until timestamp not null
);

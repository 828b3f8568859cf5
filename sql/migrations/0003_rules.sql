-- one row per change of the rules that name facts; the newest row rules
create table ops.rules (
  facts_version integer not null,      -- what makes a fact of a raw record
  rules_version varchar not null,      -- what its action, category, verb and subject are
  program_version varchar not null,
  set_at timestamp not null,
  facts_renamed bigint not null        -- older facts that the change gave other names
);

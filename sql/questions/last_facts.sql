-- one row per action and source of the facts that the seat $2 of the org $1 has up to $3: the last one, and how many after $4
select
  facts.action,
  max(occurred_at) as last_at,
  facts.source,
  arg_max(facts.via_token, occurred_at) as via_token,
  arg_max(facts.resource, occurred_at) as resource,
  count(*) filter (occurred_at > $4::timestamp) as facts_in_window,
  count(*) as facts
from seat_names as names
join fct_usage as facts
  on facts.org = names.org and facts.actor = names.username and facts.occurred_at <= names.known_until
  and facts.occurred_at > names.used_from and facts.occurred_at <= names.used_until
where names.org = $1 and names.member_key = $2 and names.as_of = $3::timestamp
  and facts.actor_kind not in ('org_token', 'docker_support')
group by facts.action, facts.source
order by last_at desc, action

-- one row per org, instant and seat with any fact by its holder: what they did, up to that instant
-- after: seat_names
with facts as (
  select
    names.org,
    names.as_of,
    names.known_until,
    names.member_key,
    facts.occurred_at,
    facts.action,
    facts.source,
    facts.via_token,
    facts.fact_id
  from seat_names as names
  join fct_usage as facts
    on facts.org = names.org
    and facts.actor = names.username
    and facts.occurred_at <= names.known_until
    and facts.occurred_at > names.used_from
    and facts.occurred_at <= names.used_until
  where facts.actor_kind not in ('org_token', 'docker_support') -- nobody's seat
),

days as (
  select
    org,
    as_of,
    known_until,
    member_key,
    cast(occurred_at as date) as activity_date,
    max(occurred_at) as last_at,
    max(occurred_at) filter (not via_token) as last_human_at,
    max(occurred_at) filter (via_token) as last_token_at,
    max(occurred_at) filter (action = 'repo.push') as last_push_at,
    max(occurred_at) filter (action = 'repo.pull') as last_pull_at,
    max(occurred_at) filter (action = 'auth.login') as last_login_at,
    max(occurred_at) filter (action = 'desktop.use') as last_seen_at,
    count(*) filter (occurred_at > as_of - interval 30 days) as facts_30,
    count(*) filter (occurred_at > as_of - interval 90 days) as facts_90
  from facts
  group by org, as_of, known_until, member_key, cast(occurred_at as date)
),

seats as (
  select
    org,
    as_of,
    known_until,
    member_key,
    max(last_at) as last_activity_at,
    max(last_human_at) as last_human_activity_at,
    max(last_token_at) as last_token_activity_at,
    max(last_push_at) as last_push_at,
    max(last_pull_at) as last_pull_at,
    max(last_login_at) as last_login_at,
    max(last_seen_at) as last_seen_at,
    count(*) filter (last_at > as_of - interval 30 days) as active_days_30,
    count(*) filter (last_at > as_of - interval 60 days) as active_days_60,
    count(*) filter (last_at > as_of - interval 90 days) as active_days_90,
    sum(facts_30)::bigint as facts_30,
    sum(facts_90)::bigint as facts_90
  from days
  group by org, as_of, known_until, member_key
),

last_facts as (
  select facts.org, facts.as_of, facts.known_until, facts.member_key, facts.action, facts.source
  from facts
  join seats
    on seats.org = facts.org
    and seats.as_of = facts.as_of
    and seats.known_until = facts.known_until
    and seats.member_key = facts.member_key
    and seats.last_activity_at = facts.occurred_at
  qualify row_number() over (
    partition by facts.org, facts.as_of, facts.known_until, facts.member_key
    order by facts.via_token, facts.source, facts.action, facts.fact_id
  ) = 1
),

final as (
  select seats.*, last_facts.action as last_activity, last_facts.source as last_activity_source
  from seats
  join last_facts
    on last_facts.org = seats.org
    and last_facts.as_of = seats.as_of
    and last_facts.known_until = seats.known_until
    and last_facts.member_key = seats.member_key
)

select * from final

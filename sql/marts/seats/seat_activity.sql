-- one row per org, reported instant and seat with any fact by its holder: what they did, up to that instant
with names as materialized (
  select names.*, last_activity.last_activity_at
  from seat_names as names
  semi join (select * from seat_windows where is_reported) as reported using (instant_id)
  join (select seat_id, last_activity_at from seat_last_activity) as last_activity using (seat_id)
),

days as (
  select
    names.seat_id,
    names.as_of,
    cast(facts.occurred_at as date) as activity_date,
    max(occurred_at) as last_at,
    max(occurred_at) filter (not via_token) as last_human_at,
    max(occurred_at) filter (via_token) as last_token_at,
    max(occurred_at) filter (action = 'repo.push') as last_push_at,
    max(occurred_at) filter (action = 'repo.pull') as last_pull_at,
    max(occurred_at) filter (action = 'auth.login') as last_login_at,
    max(occurred_at) filter (action = 'desktop.use') as last_seen_at,
    count(*) filter (occurred_at > as_of - interval 30 days) as facts_30,
    count(*) filter (occurred_at > as_of - interval 90 days) as facts_90
  from names
  join fct_usage as facts
    on facts.org = names.org
    and facts.actor = names.username
    and facts.occurred_at <= names.known_until
    and facts.occurred_at > names.used_from
    and facts.occurred_at <= names.used_until
  where facts.actor_kind not in ('org_token', 'docker_support') -- nobody's seat
  group by names.seat_id, names.as_of, cast(facts.occurred_at as date)
),

activity as (
  select
    seat_id,
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
  group by seat_id
),

-- of several facts at the last instant the same one is shown every time
last_facts as (
  select
    names.seat_id,
    arg_min(facts.action, (facts.via_token, facts.source, facts.action)) as last_activity,
    arg_min(facts.source, (facts.via_token, facts.source, facts.action)) as last_activity_source
  from names
  join fct_usage as facts
    on facts.org = names.org
    and facts.actor = names.username
    and facts.occurred_at = names.last_activity_at
    and facts.occurred_at > names.used_from
    and facts.occurred_at <= names.used_until
  where facts.actor_kind not in ('org_token', 'docker_support')
  group by names.seat_id
),

final as (
  select
    activity.seat_id,
    last_activity.last_activity_at,
    activity.* exclude (seat_id),
    last_facts.last_activity,
    last_facts.last_activity_source
  from activity
  join seat_last_activity as last_activity on last_activity.seat_id = activity.seat_id
  join last_facts on last_facts.seat_id = activity.seat_id
)

select * from final

-- one row per org, reported instant and seat with any fact by its holder: what they did, up to that instant
--
-- A day counts as it stands in actor_day, unless an instant that matters divides its facts: those are looked at one by one.
with names as materialized (
  select
    names.*,
    last_activity.last_activity_at,
    names.as_of - interval 30 days as after_30,
    names.as_of - interval 90 days as after_90
  from seat_names as names
  semi join (select * from seat_windows where is_reported) as reported using (instant_id)
  join (select seat_id, last_activity_at from seat_last_activity) as last_activity using (seat_id)
),

named_days as materialized (
  select
    days.*,
    names.* exclude (org, username, member_key),
    (days.first_at <= names.known_until and names.known_until < days.last_at)
    or (days.first_at <= names.used_from and names.used_from < days.last_at)
    or (days.first_at <= names.used_until and names.used_until < days.last_at)
    or (days.first_at <= names.after_30 and names.after_30 < days.last_at)
    or (days.first_at <= names.after_90 and names.after_90 < days.last_at) as is_divided
  from names
  join actor_day as days on days.org = names.org and days.actor = names.username
  where days.actor_kind not in ('org_token', 'docker_support') -- nobody's seat
    and days.first_at <= names.known_until
    and days.last_at > names.used_from
    and days.first_at <= names.used_until
),

divided_days as materialized (
  select * from named_days where is_divided
),

told_apart as (
  select
    divided.seat_id,
    divided.as_of,
    divided.last_activity_at,
    divided.activity_date,
    max(facts.occurred_at) as last_at,
    max(facts.occurred_at) filter (not facts.via_token) as last_human_at,
    max(facts.occurred_at) filter (facts.via_token) as last_token_at,
    max(facts.occurred_at) filter (facts.action = 'repo.push') as last_push_at,
    max(facts.occurred_at) filter (facts.action = 'repo.pull') as last_pull_at,
    max(facts.occurred_at) filter (facts.action = 'auth.login') as last_login_at,
    max(facts.occurred_at) filter (facts.action = 'desktop.use') as last_seen_at,
    count(*) filter (facts.occurred_at > divided.after_30) as facts_30,
    count(*) filter (facts.occurred_at > divided.after_90) as facts_90,
    arg_min(
      struct_pack(action, source),
      (-epoch_us(facts.occurred_at), facts.via_token, facts.source, facts.action)
    ) as last_fact
  from divided_days as divided
  join fct_usage as facts
    on facts.org = divided.org
    and facts.actor = divided.actor
    and cast(facts.occurred_at as date) = divided.activity_date
  where facts.occurred_at <= divided.known_until
    and facts.occurred_at > divided.used_from
    and facts.occurred_at <= divided.used_until
  group by all
),

days as materialized (
  select
    seat_id,
    as_of,
    last_activity_at,
    activity_date,
    last_at,
    last_human_at,
    last_token_at,
    last_push_at,
    last_pull_at,
    last_login_at,
    last_seen_at,
    case when last_at > after_30 then facts else 0 end as facts_30,
    case when last_at > after_90 then facts else 0 end as facts_90,
    struct_pack(action := last_activity, source := last_activity_source) as last_fact
  from named_days
  where not is_divided
  union all
  select * from told_apart
),

-- who was renamed may stand twice on a day; of older days none is counted
seat_days as (
  select
    seat_id,
    as_of,
    max(last_at) as last_at,
    max(last_human_at) as last_human_at,
    max(last_token_at) as last_token_at,
    max(last_push_at) as last_push_at,
    max(last_pull_at) as last_pull_at,
    max(last_login_at) as last_login_at,
    max(last_seen_at) as last_seen_at,
    sum(facts_30) as facts_30,
    sum(facts_90) as facts_90
  from days
  group by seat_id, as_of, case when last_at > as_of - interval 90 days then activity_date end
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
  from seat_days
  group by seat_id
),

-- of several facts at the last instant the same one is shown every time
last_facts as (
  select
    seat_id,
    arg_min(last_fact, (last_human_at is distinct from last_at, last_fact.source, last_fact.action)) as last_fact
  from days
  where last_at = last_activity_at
  group by seat_id
),

final as (
  select
    activity.seat_id,
    last_activity.last_activity_at,
    activity.* exclude (seat_id),
    last_facts.last_fact.action as last_activity,
    last_facts.last_fact.source as last_activity_source
  from activity
  join seat_last_activity as last_activity on last_activity.seat_id = activity.seat_id
  join last_facts on last_facts.seat_id = activity.seat_id
)

select * from final

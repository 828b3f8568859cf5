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

-- the days of each name, and whether an instant that matters divides them
named_days as not materialized (
  select
    days.* exclude (actor_kind),
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

-- in three parts, each of about a day: the engine passes over all facts that are not between the first and the last of a part
facts_of_days as (
  select divided.*, facts.occurred_at, facts.via_token, facts.action, facts.source
  from (select * from divided_days where first_at <= after_90) as divided
  join fct_usage as facts
    on facts.org = divided.org
    and facts.actor = divided.actor
    and cast(facts.occurred_at as date) = divided.activity_date
    and facts.occurred_at >= divided.first_at
    and facts.occurred_at <= divided.last_at

  union all

  select divided.*, facts.occurred_at, facts.via_token, facts.action, facts.source
  from (select * from divided_days where first_at > after_90 and first_at <= after_30) as divided
  join fct_usage as facts
    on facts.org = divided.org
    and facts.actor = divided.actor
    and cast(facts.occurred_at as date) = divided.activity_date
    and facts.occurred_at >= divided.first_at
    and facts.occurred_at <= divided.last_at

  union all

  select divided.*, facts.occurred_at, facts.via_token, facts.action, facts.source
  from (select * from divided_days where first_at > after_30) as divided
  join fct_usage as facts
    on facts.org = divided.org
    and facts.actor = divided.actor
    and cast(facts.occurred_at as date) = divided.activity_date
    and facts.occurred_at >= divided.first_at
    and facts.occurred_at <= divided.last_at
),

told_apart as materialized (
  select
    seat_id,
    activity_date,
    as_of,
    after_90,
    last_activity_at,
    max(occurred_at) as last_at,
    max(occurred_at) filter (not via_token) as last_human_at,
    max(occurred_at) filter (via_token) as last_token_at,
    max(occurred_at) filter (action = 'repo.push') as last_push_at,
    max(occurred_at) filter (action = 'repo.pull') as last_pull_at,
    max(occurred_at) filter (action = 'auth.login') as last_login_at,
    max(occurred_at) filter (action = 'desktop.use') as last_seen_at,
    count(*) filter (occurred_at > after_30) as facts_30,
    count(*) filter (occurred_at > after_90) as facts_90,
    arg_min(struct_pack(action, source), (-epoch_us(occurred_at), via_token, source, action)) as last_fact
  from facts_of_days
  where occurred_at <= known_until and occurred_at > used_from and occurred_at <= used_until
  group by all
),

days as not materialized (
  select
    seat_id,
    activity_date,
    as_of,
    after_90,
    last_activity_at,
    last_at,
    last_human_at,
    last_token_at,
    last_push_at,
    last_pull_at,
    last_login_at,
    last_seen_at,
    case when last_at > after_30 then facts else 0 end as facts_30,
    facts as facts_90,
    struct_pack(action := last_activity, source := last_activity_source) as last_fact
  from named_days
  where not is_divided

  union all

  select * from told_apart
),

activity as (
  select
    seat_id,
    max(last_human_at) as last_human_activity_at,
    max(last_token_at) as last_token_activity_at,
    max(last_push_at) as last_push_at,
    max(last_pull_at) as last_pull_at,
    max(last_login_at) as last_login_at,
    max(last_seen_at) as last_seen_at
  from days
  group by seat_id
),

-- who was renamed may stand twice on a day
recent_days as (
  select seat_id, as_of, max(last_at) as last_at, sum(facts_30) as facts_30, sum(facts_90) as facts_90
  from days
  where last_at > after_90
  group by seat_id, as_of, activity_date
),

recently as (
  select
    seat_id,
    count(*) filter (last_at > as_of - interval 30 days) as active_days_30,
    count(*) filter (last_at > as_of - interval 60 days) as active_days_60,
    count(*) as active_days_90,
    sum(facts_30)::bigint as facts_30,
    sum(facts_90)::bigint as facts_90
  from recent_days
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
    coalesce(recently.active_days_30, 0) as active_days_30,
    coalesce(recently.active_days_60, 0) as active_days_60,
    coalesce(recently.active_days_90, 0) as active_days_90,
    coalesce(recently.facts_30, 0)::bigint as facts_30,
    coalesce(recently.facts_90, 0)::bigint as facts_90,
    last_facts.last_fact.action as last_activity,
    last_facts.last_fact.source as last_activity_source
  from activity
  join seat_last_activity as last_activity on last_activity.seat_id = activity.seat_id
  join last_facts on last_facts.seat_id = activity.seat_id
  left join recently on recently.seat_id = activity.seat_id
)

select * from final

-- one row per org, actor and UTC day with a fact of theirs: all that the seats' marts ask of a day
-- materialized: by day
--
-- Of several facts at the last instant of a day the same one is kept every time. An actor's facts of a day have one actor_kind as
-- far as seats go: that of an organization or of Docker's support is in the actor's name.
with days as (
  select
    org,
    actor,
    cast(occurred_at as date) as activity_date,
    arg_max(actor_kind, occurred_at) as actor_kind,
    count(*) as facts,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at,
    max(occurred_at) filter (not via_token) as last_human_at,
    max(occurred_at) filter (via_token) as last_token_at,
    max(occurred_at) filter (action = 'repo.push') as last_push_at,
    max(occurred_at) filter (action = 'repo.pull') as last_pull_at,
    max(occurred_at) filter (action = 'auth.login') as last_login_at,
    max(occurred_at) filter (action = 'desktop.use') as last_seen_at,
    arg_min(struct_pack(action, source), (-epoch_us(occurred_at), via_token, source, action)) as last_fact
  from fct_usage
  group by org, actor, cast(occurred_at as date)
)

select
  * exclude (last_fact),
  last_fact.action as last_activity,
  last_fact.source as last_activity_source
from days

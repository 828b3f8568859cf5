-- one row per Insights value of incoming_insights: a login at `last_logged_in_at`, a use of Docker Desktop at `last_seen_at`
-- $org, $first_org, $run_id, $name and $read_at are those of the snapshot's raw file
with observed as (
  select 'auth.login' as action, 'login' as verb, last_logged_in_at as occurred_at, value.* from incoming_insights as value
  union all
  select 'desktop.use', 'use', last_seen_at, value.* from incoming_insights as value
),
fact as (
  select
    md5(concat_ws(chr(31), 'member_insights', $first_org, action, coalesce(member_id, member_key), epoch_us(occurred_at))) as fact_id,
    $org as org,
    occurred_at,
    action,
    case action when 'auth.login' then 'last_logged_in_at' else 'last_seen_at' end as source_action,
    split_part(action, '.', 1) as category,
    verb,
    lower(username) as actor,
    null::varchar as actor_kind,
    false as via_token,
    null::varchar as token_label,
    null::varchar as resource,
    null::varchar as tag,
    null::varchar as digest,
    null::varchar as subject,
    1 as quantity,
    'member_insights' as source,
    null::varchar as description,
    case when desktop_version is not null and action = 'desktop.use'
      then json_object('desktop_version', desktop_version) end as data,
    null::varchar as event_id,
    $run_id as run_id,
    $name as raw_file,
    raw_row,
  from observed
  where username is not null and occurred_at between timestamp '2013-01-01' and $read_at + interval 1 day
)
select fact.* replace (actor_kind_of(fact.actor, fact.org, known.kind) as actor_kind),
from fact
left join known_people as known
  on known.org = fact.org and known.actor = fact.actor
  and fact.occurred_at > known.used_from and fact.occurred_at <= known.used_until

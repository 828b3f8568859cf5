-- one row per org, moment of the history and person who held a seat then: what their status is told by
-- after: seat_windows, seat_evidence, member_periods
--
-- The same facts as for a reported moment, looked up per person instead of per instant, since there are many moments here:
-- each ends with a day, so the last fact of each day is enough.
with moments as (
  select * from seat_windows where not is_reported
),

held as (
  select
    moments.moment_id,
    moments.as_of,
    moments.known_until,
    moments.as_of_date,
    moments.active_after,
    moments.grace_after,
    periods.org,
    periods.member_key,
    periods.person,
    periods.is_joined
  from moments
  join member_periods as periods
    on periods.org = moments.org
    and periods.valid_from <= moments.known_until
    and coalesce(periods.valid_to, timestamp 'infinity') > moments.known_until
  qualify row_number() over (
    partition by moments.moment_id, periods.org, periods.person
    order by periods.is_joined desc, periods.valid_from desc
  ) = 1
),

names as (
  select distinct org, person, lower(username) as username
  from member_periods
  where username is not null
),

last_of_day as (
  select names.org, names.person, max(facts.occurred_at) as last_at
  from fct_usage as facts
  join names on names.org = facts.org and names.username = facts.actor
  where facts.actor_kind not in ('org_token', 'docker_support') -- nobody's seat
  group by names.org, names.person, cast(facts.occurred_at as date)
),

joinings as (
  select distinct names.org, names.person, facts.occurred_at as joined_at
  from fct_usage as facts
  join names on names.org = facts.org and names.username = lower(facts.subject)
  where facts.action = 'org.member.add'
),

appearances as (
  select distinct org, person, valid_from as appeared_at
  from member_periods
  where appears_joined
),

active as (
  select held.*, days.last_at as last_activity_at
  from held
  asof left join last_of_day as days
    on days.org = held.org and days.person = held.person and held.known_until >= days.last_at
),

joined as (
  select active.*, joinings.joined_at
  from active
  asof left join joinings
    on joinings.org = active.org and joinings.person = active.person and active.known_until >= joinings.joined_at
),

final as (
  select
    joined.* exclude (joined_at),
    case when is_joined then coalesce(joined_at, appearances.appeared_at) end as member_since_at
  from joined
  asof left join appearances
    on appearances.org = joined.org and appearances.person = joined.person and joined.known_until >= appearances.appeared_at
)

select
  final.*,
  evidence.confidence,
  evidence.has_auditlog_in_grace
from final
join seat_evidence as evidence on evidence.moment_id = final.moment_id and evidence.org = final.org

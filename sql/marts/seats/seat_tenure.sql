-- one row per org, instant and joined seat: since when, how that is known, and how often they joined in the last 90 days
-- materialized: table
with events as (
  select names.seat_id, names.org, names.as_of, facts.occurred_at as joined_at
  from seat_names as names
  join fct_usage as facts
    on facts.org = names.org
    and facts.action = 'org.member.add'
    and lower(facts.subject) = names.username
    and facts.occurred_at <= names.known_until
    and facts.occurred_at > names.used_from
    and facts.occurred_at <= names.used_until
),

appearances as (
  select holders.seat_id, holders.org, holders.as_of, periods.valid_from as joined_at
  from seat_holders as holders
  join member_periods as periods
    on periods.org = holders.org and periods.person = holders.person and periods.valid_from <= holders.known_until
  where periods.appears_joined
),

earlier_snapshots as (
  select appearances.org, appearances.joined_at, max(snapshots.taken_at) as taken_at
  from (select distinct org, joined_at from appearances) as appearances
  join ops.member_snapshots as snapshots
    on snapshots.org = appearances.org and snapshots.taken_at < appearances.joined_at
  group by appearances.org, appearances.joined_at
),

-- an appearance that a join event explains is the same joining
unexplained as (
  select appearances.*
  from appearances
  left join earlier_snapshots as earlier
    on earlier.org = appearances.org and earlier.joined_at = appearances.joined_at
  anti join events
    on events.seat_id = appearances.seat_id
    and events.joined_at > coalesce(earlier.taken_at, timestamp '-infinity')
    and events.joined_at <= appearances.joined_at + interval 1 day
),

joinings as (
  select *, 'event' as kind from events
  union all
  select *, 'appearance' from appearances
  union all
  select *, 'unexplained' from unexplained
),

summed as (
  select
    seat_id,
    max(joined_at) filter (kind = 'event') as event_at,
    max(joined_at) filter (kind = 'appearance') as appearance_at,
    count(*) filter (kind <> 'appearance' and joined_at > as_of - interval 90 days) as joins_90d
  from joinings
  group by seat_id
),

final as (
  select
    holders.seat_id,
    holders.org,
    holders.as_of,
    holders.known_until,
    holders.member_key,
    coalesce(summed.event_at, summed.appearance_at) as member_since_at,
    case
      when summed.event_at is not null then 'member_add_event'
      when summed.appearance_at is not null then 'snapshot_appearance'
      else 'before_observation'
    end as tenure_source,
    coalesce(summed.joins_90d, 0) as joins_90d
  from seat_holders as holders
  left join summed on summed.seat_id = holders.seat_id
  where holders.is_joined
)

select * from final

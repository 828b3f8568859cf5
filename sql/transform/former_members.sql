-- one row (as known_people) per org and person who is in no snapshot of the members, but whom the audit log saw leave, or join before the newest snapshot
with told as (
  select org, lower(subject) as actor, action, occurred_at
  from fct_usage
  where action in ('org.member.add', 'org.member.remove') and subject is not null
  qualify row_number() over (partition by org, lower(subject) order by occurred_at desc, action desc) = 1
),

snapshots as (
  select org, max(taken_at) as taken_at
  from ops.member_snapshots
  group by org
)

select
  told.org,
  told.actor,
  'former_member' as kind,
  timestamp '-infinity' as used_from,
  timestamp 'infinity' as used_until
from told
left join snapshots on snapshots.org = told.org
anti join known_people as known on known.org = told.org and known.actor = told.actor
where told.action = 'org.member.remove' or told.occurred_at <= snapshots.taken_at

-- Who was invited, joined, left or got another role or team, and by whom?
-- one row per membership event of the audit log, the newest first
with moments as (
  select org, max(known_until) as known_until
  from seat_windows
  group by org
),

final as (
  select
    org,
    strftime(occurred_at, '%Y-%m-%d %H:%M') as at_utc,
    action as event,
    subject as person,
    actor as by_whom,
    description
  from fct_usage
  join moments using (org)
  where occurred_at <= known_until
    and (starts_with(action, 'org.member.') or starts_with(action, 'team.member.'))
  order by org, occurred_at desc, fact_id
)

select * from final

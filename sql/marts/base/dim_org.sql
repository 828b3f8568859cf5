-- one row per org: its newest license settings and what was read of it; is_retired: the configuration of the last sync does
-- not name it any more (one that was never kept retires nobody); has_private_repositories: null where none were ever listed, false where
-- private ones do not exist or are silently missing, since the credential lacks Repository List
with seen as (
  select org from ops.loaded_files
  union
  select org from ops.license_settings
  union
  select org from dim_member
),

settings as (
  select *
  from ops.license_settings
  qualify row_number() over (partition by org order by set_at desc, rowid desc) = 1
),

reads as (
  select
    org,
    -- a file that the operator brings is no reading of the source
    min(read_at) filter (stream <> 'usage_export') as first_synced_at,
    max(read_at) filter (stream <> 'usage_export') as last_synced_at,
    max(read_at) filter (stream = 'members' and kind = 'snapshot') as members_read_at,
    max(window_to) filter (stream = 'auditlog' and kind in ('window', 'unsettled', 'range')) as auditlog_read_to,
    max(read_at) filter (stream = 'repositories' and kind = 'snapshot') as repositories_read_at
  from ops.loaded_files
  group by org
),

-- the oldest event that the audit log still held when that was last learned; a run that ended early, or that read a range
-- again, saw only recent events and teaches nothing
learned as (
  select org, max(read_at) filter (kind = 'horizon') as read_at
  from ops.loaded_files
  where stream = 'auditlog'
  group by org
),

oldest as (
  select files.org, min(files.oldest_event_at) as oldest_event_at
  from ops.loaded_files as files
  join learned on learned.org = files.org
  where files.stream = 'auditlog' and files.read_at >= coalesce(learned.read_at, timestamp '-infinity')
  group by files.org
),

snapshots as (
  select *
  from ops.member_snapshots
  qualify row_number() over (partition by org order by taken_at desc) = 1
),

-- an organization token without Repository List is told of public repositories alone, and nothing says so
privacy as (
  select listed.org, bool_or(listed.is_private) as are_listed
  from ops.listed_repositories as listed
  join reads on reads.org = listed.org and reads.repositories_read_at = listed.last_listed_at
  group by listed.org
),

final as (
  select
    seen.org,
    coalesce(settings.connection, seen.org) as connection,
    settings.plan,
    settings.seats_purchased,
    settings.price_per_seat_month,
    settings.currency,
    settings.renewal_date,
    coalesce(settings.billing_cycle, 'yearly') as billing_cycle,
    coalesce(settings.idle_after_days, 60) as idle_after_days,
    coalesce(settings.grace_days, 30) as grace_days,
    coalesce(settings.invite_after_days, 14) as invite_after_days,
    coalesce(settings.assumed_retention_days, 30) as assumed_retention_days,
    coalesce(settings.stale_after_days, 7) as stale_after_days,
    coalesce(settings.service_accounts, []) as service_accounts,
    coalesce(settings.exclude, []) as exclude,
    reads.first_synced_at,
    reads.last_synced_at,
    coalesce(snapshots.insights_members > 0, false) as has_insights,
    oldest.oldest_event_at,
    reads.members_read_at,
    reads.auditlog_read_to,
    coalesce(configured.audit_log, true) as is_audit_log_on,
    coalesce(configured.pulls, true) as is_pulls_on,
    coalesce(configured.lookback_hours, 48) as lookback_hours,
    configured.org is null and exists (from ops.connections) as is_retired,
    reads.repositories_read_at,
    case when reads.repositories_read_at is not null then coalesce(privacy.are_listed, false) end as has_private_repositories
  from seen
  left join settings on settings.org = seen.org
  left join reads on reads.org = seen.org
  left join oldest on oldest.org = seen.org
  left join snapshots on snapshots.org = seen.org
  left join privacy on privacy.org = seen.org
  left join ops.connections as configured on lower(configured.org) = lower(seen.org)
)

select * from final

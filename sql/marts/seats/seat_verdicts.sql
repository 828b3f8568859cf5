-- one row per seat (org, moment_id, member_key): what the rules say of it; seats puts it into words
with people as (
  select org, person, min(department) as department, min(manager) as manager, min(cost_center) as cost_center
  from people_file
  group by org, person
),

-- of two decisions under one name the later one counts
decided as (
  select
    org,
    person,
    {'decision': decision, 'by': decision_by, 'until': decision_until, 'note': decision_note} as words
  from (select *, unnest([username, email]) as person from standing_decisions)
  where person is not null
  qualify row_number() over (partition by org, person order by set_at desc, username nulls last, email) = 1
),

holders as (
  select
    windows.moment_id,
    windows.as_of,
    windows.known_until,
    windows.as_of_date,
    windows.active_after,
    windows.grace_after,
    windows.invite_after,
    windows.idle_after_days,
    windows.grace_days,
    windows.invite_after_days,
    windows.price_per_seat_month,
    windows.currency,
    holders.seat_id,
    holders.org,
    holders.member_key,
    periods.seat_type,
    holders.username,
    holders.email,
    periods.full_name,
    periods.role,
    periods.teams,
    holders.is_joined,
    holders.is_joined and coalesce(lower(periods.role) = 'owner', false) as is_owner,
    case when not holders.is_joined then periods.invited_at end as invited_at,
    len(list_filter(
      orgs.service_accounts, lambda pattern: coalesce(lower(holders.username) glob lower(pattern), false)
    )) > 0 as is_service_account,
    list_filter(
      orgs.exclude,
      lambda entry: lower(entry.username) = coalesce(lower(holders.username), holders.member_key)
        and coalesce(entry.until >= windows.as_of_date, true)
    )[1] as exclusion,
    orgs.connection,
    orgs.plan,
    orgs.renewal_date,
    orgs.billing_cycle
  from seat_windows as windows
  join seat_holders as holders on holders.instant_id = windows.instant_id
  join member_periods as periods
    on periods.org = holders.org and periods.member_key = holders.member_key and periods.valid_from = holders.valid_from
  join dim_org as orgs on orgs.org = windows.org
  where windows.is_reported
),

known as (
  select
    holders.*,
    count(*) filter (is_owner and not is_service_account) over (partition by moment_id, holders.org) as human_owners,
    tenure.member_since_at,
    tenure.tenure_source,
    coalesce(tenure.joins_90d, 0) as joins_90d,
    state.is_in_grace,
    state.status,
    case when moment_id = 0 then changes.previous_status end as previous_status,
    case when moment_id = 0 then changes.status_changed_at end as status_changed_at,
    activity.last_activity_at,
    activity.last_activity,
    activity.last_activity_source,
    activity.last_human_activity_at,
    activity.last_token_activity_at,
    activity.last_push_at,
    activity.last_pull_at,
    greatest(activity.last_login_at, case when insights.last_login_at <= holders.known_until then insights.last_login_at end)
      as last_login_at,
    greatest(activity.last_seen_at, case when insights.last_seen_at <= holders.known_until then insights.last_seen_at end)
      as last_seen_at,
    insights.desktop_version,
    coalesce(activity.active_days_30, 0) as active_days_30,
    coalesce(activity.active_days_60, 0) as active_days_60,
    coalesce(activity.active_days_90, 0) as active_days_90,
    coalesce(activity.facts_30, 0) as facts_30,
    coalesce(activity.facts_90, 0) as facts_90,
    evidence.run_id,
    evidence.observed_days,
    evidence.sources_observed,
    evidence.confidence,
    evidence.has_auditlog_in_grace,
    coalesce(by_name.department, by_email.department) as department,
    coalesce(by_name.manager, by_email.manager) as manager,
    coalesce(by_name.cost_center, by_email.cost_center) as cost_center,
    coalesce(decided_by_name.words, decided_by_email.words) as decided
  from holders
  join seat_evidence as evidence using (moment_id, org)
  join (select moment_id, seat_id, is_in_grace, status from seat_status) as state using (moment_id, seat_id)
  left join seat_changes as changes using (org, member_key)
  left join seat_tenure as tenure using (seat_id)
  left join seat_activity as activity using (seat_id)
  left join seat_insights as insights using (seat_id)
  left join people as by_name on by_name.org = holders.org and by_name.person = lower(holders.username)
  left join people as by_email on by_email.org = holders.org and by_email.person = lower(holders.email)
  left join decided as decided_by_name
    on decided_by_name.org = holders.org and decided_by_name.person = lower(holders.username)
  left join decided as decided_by_email
    on decided_by_email.org = holders.org and decided_by_email.person = lower(holders.email)
),

judged as (
  select
    * exclude (decided),
    decided.decision,
    decided.by as decision_by,
    decided.until as decision_until,
    decided.note as decision_note,
    case
      when is_service_account then 'service_account'
      when exclusion is not null then 'excluded'
      when decided.decision = 'keep' and coalesce(decided.until >= as_of_date, true) then 'decided'
      when is_owner and human_owners <= 1 then 'last_owner'
      when is_owner then 'owner'
      when is_in_grace then 'grace'
    end as protected_reason
  from known
),

advised as (
  select
    *,
    -- what the configuration or the decision says of how long and why
    case protected_reason when 'excluded' then exclusion.until when 'decided' then decision_until end as protected_until,
    case protected_reason when 'excluded' then exclusion.reason when 'decided' then decision_note end as protected_note,
    status = 'active' and coalesce(last_human_activity_at <= active_after, true) as only_token_activity,
    case
      when protected_reason is not null or status in ('active', 'new') then 'keep'
      when status = 'pending_invite' and invited_at is null then 'review'
      when status = 'pending_invite' and invited_at < invite_after then 'cancel_invite'
      when status = 'pending_invite' then 'keep'
      when status in ('idle', 'never_active') and confidence = 'high' then 'reclaim'
      when status in ('idle', 'never_active') then 'review'
      else 'collect'
    end as recommendation
  from judged
),

final as (
  select
    *,
    -- calendar days (UTC), as the dates beside them say; the rules above compare instants
    date_diff('day', cast(last_activity_at as date), as_of_date) as days_since_activity,
    date_diff('day', cast(invited_at as date), as_of_date) as invite_age_days,
    date_diff('day', cast(member_since_at as date), as_of_date) as tenure_days,
    cast(
      case
        when recommendation in ('reclaim', 'review', 'cancel_invite') then price_per_seat_month
        else 0 * price_per_seat_month
      end
      as decimal(18, 2)
    ) as wasted_month,
    -- the renewal that falls into the month or year of as_of, or the one after it; never one before the date configured
    case billing_cycle when 'monthly' then 1 else 12 end as cycle_months,
    greatest(
      case billing_cycle when 'monthly' then 1 else 12 end
      * date_diff(case billing_cycle when 'monthly' then 'month' else 'year' end, renewal_date, as_of_date),
      0
    ) as months_on
  from advised
)

select * from final

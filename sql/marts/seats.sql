-- one row per seat (org, moment_id, member_key): who has it, whether it was used, how that is known, what to do about it
-- materialized: table
-- after: dim_org, seat_windows, seat_evidence, seat_holders, seat_activity, seat_insights, seat_tenure
with people as (
  select org, person, min(department) as department, min(manager) as manager, min(cost_center) as cost_center
  from ops.people
  group by org, person
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
    holders.org,
    holders.member_key,
    holders.seat_type,
    holders.username,
    holders.email,
    holders.full_name,
    holders.role,
    holders.teams,
    holders.is_joined,
    holders.is_joined and coalesce(lower(holders.role) = 'owner', false) as is_owner,
    case when not holders.is_joined then holders.invited_at end as invited_at,
    len(list_filter(
      orgs.service_accounts, lambda pattern: coalesce(lower(holders.username) glob lower(pattern), false)
    )) > 0 as is_service_account,
    len(list_filter(
      orgs.exclude,
      lambda entry: lower(entry.username) = coalesce(lower(holders.username), holders.member_key)
        and coalesce(entry.until >= windows.as_of_date, true)
    )) > 0 as is_excluded,
    orgs.connection,
    orgs.plan,
    orgs.renewal_date,
    orgs.billing_cycle
  from seat_windows as windows
  join seat_holders as holders
    on holders.org = windows.org and holders.as_of = windows.as_of and holders.known_until = windows.known_until
  join dim_org as orgs on orgs.org = windows.org
),

known as (
  select
    holders.*,
    count(*) filter (is_owner and not is_service_account) over (partition by moment_id, holders.org) as human_owners,
    tenure.member_since_at,
    tenure.tenure_source,
    coalesce(tenure.joins_90d, 0) as joins_90d,
    tenure.member_since_at > grace_after as is_in_grace, -- null where the joining was not seen
    coalesce(
      tenure.member_since_at <= grace_after,
      tenure.tenure_source = 'before_observation' and evidence.has_auditlog_in_grace
    ) as joined_before_grace,
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
    coalesce(by_name.cost_center, by_email.cost_center) as cost_center
  from holders
  join seat_evidence as evidence using (moment_id, org)
  left join seat_tenure as tenure using (org, as_of, known_until, member_key)
  left join seat_activity as activity using (org, as_of, known_until, member_key)
  left join seat_insights as insights using (org, as_of, known_until, member_key)
  left join people as by_name on by_name.org = holders.org and by_name.person = lower(holders.username)
  left join people as by_email on by_email.org = holders.org and by_email.person = lower(holders.email)
),

judged as (
  select
    *,
    case
      when is_service_account then 'service_account'
      when is_excluded then 'excluded'
      when is_owner and human_owners <= 1 then 'last_owner'
      when is_owner then 'owner'
      when is_in_grace then 'grace'
    end as protected_reason,
    case
      when not is_joined then 'pending_invite'
      when last_activity_at > active_after then 'active'
      when last_activity_at is null and is_in_grace then 'new'
      when last_activity_at <= active_after and confidence <> 'none' then 'idle'
      when last_activity_at is null and joined_before_grace and confidence <> 'none' then 'never_active'
      else 'no_data'
    end as status
  from known
),

advised as (
  select
    *,
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

priced as (
  select
    *,
    date_sub('day', last_activity_at, as_of) as days_since_activity,
    date_sub('day', invited_at, as_of) as invite_age_days,
    date_sub('day', member_since_at, as_of) as tenure_days,
    cast(
      case when recommendation in ('reclaim', 'review', 'cancel_invite') then price_per_seat_month else 0 * price_per_seat_month end
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
),

told as (
  select
    *,
    format('{} ({}, {})', cast(last_activity_at as date), last_activity, last_activity_source) as last_activity_text,
    concat(
      'Switch on what is missing: ',
      concat_ws(
        '; ',
        case
          when not list_contains(sources_observed, 'auditlog') and observed_days = 0
            then 'the audit log (a token with its scope)'
          when not list_contains(sources_observed, 'auditlog')
            then format('the audit log for the whole window (collected: {} of {} days)', observed_days, idle_after_days)
          when tenure_source = 'before_observation' and not has_auditlog_in_grace
            then format('the audit log for the last {} days, where a join would show', grace_days)
        end,
        case when not list_contains(sources_observed, 'member_insights') then 'Insights (Docker Business)' end,
        case when not list_contains(sources_observed, 'pulls') then 'usage reports' end
      ),
      '.'
    ) as collect_text
  from priced
),

final as (
  select
    moment_id,
    as_of,
    run_id,
    org,
    member_key,
    connection,
    plan,
    seat_type,
    username,
    email,
    full_name,
    role,
    teams,
    is_owner,
    department,
    manager,
    cost_center,
    protected_reason,
    member_since_at,
    tenure_source,
    tenure_days,
    invited_at,
    invite_age_days,
    joins_90d,
    last_activity_at,
    last_activity,
    last_activity_source,
    last_human_activity_at,
    last_token_activity_at,
    last_push_at,
    last_pull_at,
    last_login_at,
    last_seen_at,
    desktop_version,
    days_since_activity,
    active_days_30,
    active_days_60,
    active_days_90,
    facts_30,
    facts_90,
    only_token_activity,
    observed_days,
    sources_observed,
    confidence,
    status,
    case
      when status = 'pending_invite' and invited_at is null
        then 'Invited and not joined; since when is not known, so the age of the invitation is not.'
      when status = 'pending_invite'
        then format(
          'Invited {}, {} days before {}, and not joined; an invitation is given {} days.',
          cast(invited_at as date), invite_age_days, as_of_date, invite_after_days
        )
      when status = 'new'
        then format(
          'Joined {}, {} days before {} ({}), no activity on record; grace {} days.',
          cast(member_since_at as date), tenure_days, as_of_date, tenure_source, grace_days
        )
      when status in ('active', 'idle')
        then format(
          'Last activity {}, {} days before {}; threshold {} days{}.',
          last_activity_text,
          days_since_activity,
          as_of_date,
          idle_after_days,
          case
            when only_token_activity then ', and within them by access tokens only'
            when status = 'idle' and confidence = 'low'
              then ', observed by the audit log alone, which shows no pulls, builds or Docker Desktop use'
            else ''
          end
        )
      when status = 'never_active'
        then format(
          'No activity on record up to {}, {}; threshold {} days{}.',
          as_of_date,
          coalesce(
            format('joined {} ({})', cast(member_since_at as date), tenure_source),
            format('and no join in the {} days of grace', grace_days)
          ),
          idle_after_days,
          case
            when confidence = 'low'
              then ', observed by the audit log alone, which shows no pulls, builds or Docker Desktop use'
            else ''
          end
        )
      when confidence <> 'none'
        then format(
          'No activity on record up to {}, and not known whether they joined before {}. {}',
          as_of_date, cast(grace_after as date), collect_text
        )
      else format(
        '{}, and no source observed all of the {} days before {}. {}',
        coalesce('Last activity on record ' || last_activity_text, 'No activity on record'),
        idle_after_days,
        as_of_date,
        collect_text
      )
    end as status_reason,
    idle_after_days as threshold_days,
    recommendation,
    null::varchar as previous_status, -- filled by a comparison with earlier moments
    null::timestamp as status_changed_at,
    price_per_seat_month,
    currency,
    wasted_month,
    cast(12 * wasted_month as decimal(18, 2)) as saving_year,
    cast(
      renewal_date + to_months(
        case
          when renewal_date + to_months(months_on::integer) > as_of_date then months_on
          else months_on + cycle_months
        end::integer
      )
      as date
    ) as saving_effective_date
  from told
  order by moment_id, org, member_key
)

select * from final

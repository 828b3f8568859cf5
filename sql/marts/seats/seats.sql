-- one row per seat (org, moment_id, member_key): who has it, whether it was used, how that is known, what to do about it
-- materialized: table
with worded as (
  select
    *,
    format('{} ({}, {})', cast(last_activity_at as date), last_activity, last_activity_source) as last_activity_text,
    format('{} day{}', days_since_activity, case when days_since_activity = 1 then '' else 's' end) as activity_age,
    -- thresholds are instants: where the days alone would say the opposite, the instant is said
    case
      when (status = 'idle' and days_since_activity <= idle_after_days)
        or (status = 'active' and days_since_activity >= idle_after_days)
        then strftime(active_after, ' (since %Y-%m-%d %H:%M UTC)')
      else ''
    end as threshold_start_text,
    format('{} day{}', invite_age_days, case when invite_age_days = 1 then '' else 's' end) as invite_age,
    format('{} day{}', tenure_days, case when tenure_days = 1 then '' else 's' end) as tenure_age,
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
  from seat_verdicts
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
    protected_until,
    protected_note,
    decision,
    decision_by,
    decision_until,
    decision_note,
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
    -- suggested, never decided: in 90 days used by tokens and by no hand, or called like a robot and used by tokens
    coalesce(
      seat_type <> 'invitee'
      and protected_reason is distinct from 'service_account'
      and last_token_activity_at > as_of - interval 90 days
      and (
        coalesce(last_human_activity_at <= as_of - interval 90 days, true)
        or regexp_matches(lower(username), '(^|[-_.])(ci|cd|bot|robot|svc|service|build|deploy|deployer|jenkins|automation)([-_.0-9]|$)|(bot|deploy)$')
      ),
      false
    ) as looks_like_service_account,
    observed_days,
    sources_observed,
    confidence,
    status,
    case
      when status = 'pending_invite' and invited_at is null
        then 'Invited and not joined; since when is not known, so the age of the invitation is not.'
      when status = 'pending_invite'
        then format(
          'Invited {}, {} before {}, and not joined; an invitation is given {} days.',
          cast(invited_at as date), invite_age, as_of_date, invite_after_days
        )
      when status = 'new'
        then format(
          'Joined {}, {} before {} ({}), no activity on record; grace {} days.',
          cast(member_since_at as date), tenure_age, as_of_date, tenure_source, grace_days
        )
      when status in ('active', 'idle')
        then format(
          'Last activity {}, {} before {}; threshold {} days{}{}.',
          last_activity_text,
          activity_age,
          as_of_date,
          idle_after_days,
          threshold_start_text,
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
    previous_status,
    status_changed_at,
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
  from worded
  order by moment_id, org, member_key
)

select * from final

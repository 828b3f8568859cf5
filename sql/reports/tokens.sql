-- Which access tokens are used, whose are they, and is anybody behind them?
-- one row per org, actor and token, the last used first
with moments as (
  select org, max(known_until) as known_until
  from seat_windows
  group by org
),

suggested as (
  select org, lower(username) as username, looks_like_service_account
  from seats
  where moment_id = 0 and looks_like_service_account
),

final as (
  select
    fct_usage.org,
    actor,
    arg_max(actor_kind, occurred_at) as kind,
    coalesce(token_label, '(no label)') as token,
    count(*) as facts,
    count(*) filter (action = 'repo.push') as pushes,
    coalesce(sum(quantity) filter (action = 'repo.pull'), 0)::bigint as pulls,
    count(distinct resource) filter (category = 'repo') as repos,
    cast(min(occurred_at) as date) as first_used,
    cast(max(occurred_at) as date) as last_used,
    case
      when coalesce(bool_or(suggested.looks_like_service_account), false)
        then 'looks like a service account: configure it as one (license.service_accounts) if it is'
    end as suggestion
  from fct_usage
  join moments using (org)
  left join suggested on suggested.org = fct_usage.org and suggested.username = fct_usage.actor
  where occurred_at <= known_until and (via_token or actor_kind = 'org_token')
  group by fct_usage.org, actor, coalesce(token_label, '(no label)')
  order by fct_usage.org, last_used desc, facts desc, actor, token
)

select * from final

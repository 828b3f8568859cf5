-- one row per day from the first fact to the last reading of an org
with days as (
  select unnest(
    generate_series(
      (select date_trunc('day', min(occurred_at)) from fct_usage)::timestamp,
      (select date_trunc('day', max(last_synced_at)) from dim_org)::timestamp,
      interval 1 day
    )
  )::date as calendar_date
),

final as (
  select
    calendar_date,
    year(calendar_date) as year,
    quarter(calendar_date) as quarter,
    month(calendar_date) as month,
    date_trunc('month', calendar_date)::date as month_start_date,
    weekofyear(calendar_date) as iso_week,
    date_trunc('week', calendar_date)::date as week_start_date,
    isodow(calendar_date) as iso_weekday,
    dayname(calendar_date) as weekday,
    isodow(calendar_date) >= 6 as is_weekend
  from days
)

select * from final

-- one row per org and decision of the decisions file that stands
with final as (
  select * exclude (ended_at)
  from ops.decisions
  where ended_at is null
)

select * from final

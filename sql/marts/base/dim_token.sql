-- one row per org and access token of the organization that was ever listed; what has gone stays, not current
with newest as (
  select org, max(read_at) as read_at
  from ops.loaded_files
  where stream = 'tokens' and kind = 'snapshot'
  group by org
),

final as (
  select
    listed.org,
    listed.token_id,
    listed.label,
    listed.created_by,
    listed.is_active,
    listed.created_at,
    listed.expires_at,
    listed.last_used_at,
    coalesce(listed.last_listed_at = newest.read_at, false) as is_current,
    listed.first_listed_at,
    listed.last_listed_at
  from ops.listed_tokens as listed
  left join newest on newest.org = listed.org
)

select * from final

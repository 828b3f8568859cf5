-- one row per entry of $2, a JSON list of what the configuration names, that matches nobody who ever had a seat in the org $1 (in
-- lower case); none where the org is not known. Entries of service_accounts are patterns on usernames of now.
with names as (
  select lower(username) as name, true as is_username, bool_or(is_current) as is_current
  from dim_member
  where lower(org) = $1 and username is not null
  group by all
  union
  select lower(email), false, bool_or(is_current)
  from dim_member
  where lower(org) = $1 and email is not null
  group by all
),

asked as (
  select row_number() over () as position, entry.*
  from (select unnest(from_json($2, '[{"key":"VARCHAR","shown":"VARCHAR","names":["VARCHAR"]}]')) as entry)
),

final as (
  select asked.key, asked.shown
  from asked
  where exists (from names)
    and not exists (
      from names
      where case asked.key
        when 'service_accounts' then is_username and is_current and name glob lower(asked.names[1])
        else list_contains(asked.names, name)
      end
    )
  order by position
)

select * from final

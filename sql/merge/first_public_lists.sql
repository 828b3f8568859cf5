-- one row per org whose first list of repositories is among those in incoming_lists and has no private one
with first_list as (
  select org, name
  from incoming_lists
  where org not in (select org from ops.loaded_files where stream = 'repositories')
  qualify row_number() over (partition by org order by read_at, name) = 1
)

select org, name as raw_file
from first_list
where name not in (select raw_file from incoming_repositories where is_private)

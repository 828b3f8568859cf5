-- one row per table that spells an organization otherwise than it is spelled now, as far as one can tell without reading all facts:
-- facts and their days are spelled as the files are that they came from, which therefore are the last to change
with misspelled as (
  select count(*) > 0 as are_files
  from ops.loaded_files as files
  join ops.organizations as named on named.org_key = lower(files.org)
  where files.org <> named.org
)

select schema_name, table_name
from duckdb_columns()
cross join misspelled
where
  database_name = current_database()
  and schema_name in ('main', 'ops')
  and column_name = 'org'
  and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables() where not temporary)
  and table_name <> 'organizations'
  and (misspelled.are_files or table_name not in ('fct_usage', 'actor_day', 'loaded_files'))
order by table_name = 'loaded_files'

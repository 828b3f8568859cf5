-- one row per table that spells an organization
select schema_name, table_name
from duckdb_columns()
where
  database_name = current_database()
  and schema_name in ('main', 'ops')
  and column_name = 'org'
  and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables() where not temporary)
  and table_name <> 'organizations'

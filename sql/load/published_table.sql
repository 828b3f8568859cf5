-- a row where the published warehouse has a table ops.$name: an older docktally published fewer
select 1
from duckdb_tables()
where database_name = 'published' and schema_name = 'ops' and table_name = $name

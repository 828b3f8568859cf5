-- one row per view and table of the warehouse, with its comment
select schema_name || '.' || view_name as name, 'VIEW' as kind, comment
from duckdb_views()
where not internal
union all
select schema_name || '.' || table_name, 'TABLE', comment
from duckdb_tables()

-- one row per query of $texts, in their order: its tree as the engine's parser gives it
select json_serialize_sql(text) as tree
from (
  select
    unnest($texts) as text,
    generate_subscripts($texts, 1) as place,
)
order by place

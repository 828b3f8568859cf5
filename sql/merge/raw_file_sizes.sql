-- one row per raw file of $paths: its records, and the bytes that they take unpacked
select
  file_name,
  sum(row_group_num_rows)::double as records,
  sum(total_uncompressed_size)::double as bytes,
from parquet_metadata($paths)
where path_in_schema = 'payload'
group by file_name

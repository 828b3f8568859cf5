-- one row per record of the raw audit files in incoming_files, as it was sent; $paths are their paths
select (file.number::bigint << 32) + file_row_number as row_id, file.number as file_number, payload
from read_parquet($paths, filename = true, file_row_number = true, hive_partitioning = false)
join incoming_files as file on filename = file.path

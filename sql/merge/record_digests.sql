-- one row per raw file of $paths: files with the same digest hold the same records in the same order
select filename, md5(string_agg(md5(payload), '' order by file_row_number)) as digest
from read_parquet($paths, filename = true, file_row_number = true, hive_partitioning = false)
group by filename

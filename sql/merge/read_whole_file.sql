-- reads every column of the raw file $path
select count(*), sum(length(payload)), max(fetched_at), max(ordinal)
from read_parquet($path, hive_partitioning = false)

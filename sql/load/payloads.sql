-- one row per record of the raw file $path, in their order
select payload
from read_parquet($path, hive_partitioning = false)
order by ordinal

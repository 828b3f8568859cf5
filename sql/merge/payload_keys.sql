-- the keys of a raw file's first record; $path is where the file is
select unnest(json_keys(payload)) as key
from (select payload from read_parquet($path, hive_partitioning = false) limit 1)
where json_valid(payload)

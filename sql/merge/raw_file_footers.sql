-- one row per raw file of $paths and pair of its footer that docktally wrote
select file_name, decode(key) as key, decode(value) as value
from parquet_kv_metadata($paths)
where decode(key) = 'docktally' or starts_with(decode(key), 'docktally.')

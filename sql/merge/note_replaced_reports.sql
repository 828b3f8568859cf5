-- of a report that was issued again, every row is told by the newer issue
update ops.loaded_files
set facts = 0, rejected = 0, duplicates = records
where list_contains($files, raw_file)

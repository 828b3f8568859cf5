-- facts of reports that were issued again
delete from fct_usage
where list_contains($files, raw_file)

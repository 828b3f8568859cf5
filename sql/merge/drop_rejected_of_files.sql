-- rejected rows of reports that were issued again
delete from ops.rejected
where list_contains($files, raw_file)

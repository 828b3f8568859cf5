-- one row where $raw_file is $org's first list of repositories and has no private one
select $raw_file as raw_file
where
  not exists (from ops.loaded_files where org = $org and stream = 'repositories')
  and not exists (from incoming_repositories where raw_file = $raw_file and is_private)

-- a fact whose place a record takes is a duplicate of its file
update ops.loaded_files as file
set facts = facts - lost.n, duplicates = duplicates + lost.n
from (
  select first_file, count(*) as n
  from incoming_repeats
  where wins
  group by all
) as lost
where file.raw_file = lost.first_file

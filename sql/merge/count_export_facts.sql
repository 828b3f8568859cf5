-- how many facts of each export of $org stand now; its other rows are told by another export, by a report, or are summed
update ops.loaded_files as files
set facts = counted.facts, duplicates = files.records - files.rejected - counted.facts
from (
  select exports.raw_file, count(usage.raw_file) as facts
  from ops.loaded_files as exports
  left join (from fct_usage where source = 'usage_export' and org = $org) as usage on usage.raw_file = exports.raw_file
  where exports.stream = 'usage_export' and exports.org = $org
  group by exports.raw_file
) as counted
where counted.raw_file = files.raw_file and counted.facts <> files.facts

-- each record of a merged file of the audit log or of pulls became a fact, was rejected or counts as a duplicate, and the tables agree
-- next: run docktally rebuild: it merges the raw files anew and counts them
--
-- Duplicates were there already; of pulls, they are also rows that a fact sums with others, and rows that a newer issue of a report,
-- a report or another export tells. A run that looks at the days it touched alone names the files whose facts all lie there
-- (checked_files), never files of pulls; else all are looked at.
with facts as (
  select raw_file, count(*) as facts
  from fct_usage
  where source in ('auditlog', 'pull_report', 'usage_export')
  group by raw_file
),

rejected as (
  select raw_file, count(*) as rejected
  from ops.rejected
  group by raw_file
),

files as (
  select
    files.*,
    coalesce(facts.facts, 0) as facts_found,
    coalesce(rejected.rejected, 0) as rejected_found
  from ops.loaded_files as files
  left join facts on facts.raw_file = files.raw_file
  left join rejected on rejected.raw_file = files.raw_file
  where files.stream in ('auditlog', 'pulls', 'usage_export')
)

select
  'files_add_up' as check_name,
  format('{}: {} records, {} facts, {} rejected, {} duplicates', raw_file, records, facts, rejected, duplicates) as detail
from files
where records <> facts + rejected + duplicates

union all

select 'files_add_up', format('{}: {} facts recorded, {} found', raw_file, facts, facts_found)
from files
where facts <> facts_found and coalesce(list_contains(getvariable('checked_files'), raw_file), true)

union all

select 'files_add_up', format('{}: {} rejected recorded, {} found', raw_file, rejected, rejected_found)
from files
where rejected <> rejected_found

union all

select 'files_add_up', format('{}: {} facts of a file that was never merged', facts.raw_file, facts.facts)
from facts
anti join ops.loaded_files as files on files.raw_file = facts.raw_file

union all

select 'files_add_up', format('{}: merged {} times', raw_file, count(*))
from ops.loaded_files
group by raw_file
having count(*) > 1

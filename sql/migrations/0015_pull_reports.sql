-- Facts of pulls: a day's report may be issued again, and the operator's own exports stand beside the reports.

-- report: which issue of the day's report it is (its key and size in the storage); null for others
alter table ops.loaded_files add column version varchar;

-- whether pull reports are switched off in the configuration: nobody waits for them then
alter table ops.connections add column pulls boolean;

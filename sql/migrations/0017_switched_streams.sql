-- what the configuration says of optional streams, as JSON: {"pulls":"on","groups":"off","tokens":"required",...}; null: an older docktally kept nothing
alter table ops.connections add column streams varchar;

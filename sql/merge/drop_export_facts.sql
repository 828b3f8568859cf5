-- facts of exports of $org on the days from one to another, not included
delete from fct_usage
where org = $org and source = 'usage_export' and occurred_at >= $from::timestamp and occurred_at < $before::timestamp

-- whether the days hold as many facts as there are
select (select count(*) from fct_usage) = (select coalesce(sum(facts), 0) from actor_day) as agree

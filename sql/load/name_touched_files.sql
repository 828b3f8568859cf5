-- files whose events all lie on touched days, for sql/checks/files_add_up.sql
set variable checked_files = (
  select coalesce(list(raw_file), [])
  from (
    select days.raw_file
    from ops.event_days as days
    left join (select distinct org, activity_date from ops.touched_days where actor is null) as touched
      on touched.org = days.org and touched.activity_date = days.event_date
    group by days.raw_file
    having count(*) = count(touched.org)
  )
)

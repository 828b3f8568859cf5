-- one row per person of $people, a JSON list
insert into incoming_people_file by name
select
  $org as org,
  unnest(
    from_json($people, '[{"person":"VARCHAR","department":"VARCHAR","manager":"VARCHAR","cost_center":"VARCHAR"}]'),
    recursive := true
  ),

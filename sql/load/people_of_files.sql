-- one row per org and person of $people, a JSON list
select
  unnest(
    from_json(
      $people,
      '[{"org":"VARCHAR","person":"VARCHAR","department":"VARCHAR","manager":"VARCHAR","cost_center":"VARCHAR"}]'
    ),
    recursive := true
  ),

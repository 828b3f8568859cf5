-- the first and the last of the days that were touched as a whole, and of those of which some actors were; nulls where there is none
set variable touched = (
  select
    struct_pack(
      whole_from := min(activity_date) filter (actor is null),
      whole_to := max(activity_date) filter (actor is null),
      actors_from := min(activity_date) filter (actor is not null),
      actors_to := max(activity_date) filter (actor is not null)
    )
  from ops.touched_days
)

-- one row per seat whose name is like $1, in lower case, the nearest first
select distinct coalesce(username, email) as name, org
from seats
where moment_id = 0 and (
  contains(lower(coalesce(username, '')), $1) or contains(lower(coalesce(email, '')), $1)
  or jaro_winkler_similarity(lower(coalesce(username, '')), $1) > 0.8
  or jaro_winkler_similarity(lower(coalesce(email, '')), $1) > 0.85
)
order by jaro_winkler_similarity(lower(name), $1) desc, name
limit 25

-- whether an older docktally took the spellings of one organization for two
select count(distinct org) > count(distinct lower(org)) as has_two
from ops.loaded_files

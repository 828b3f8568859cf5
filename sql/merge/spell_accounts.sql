-- an account is spelled as the first one was: a source that echoes what it was asked for makes no second event of one
update incoming
set account = named.first_account
from ops.organizations as named
where
  named.org_key = lower(incoming.org)
  and lower(account) = lower(incoming.org)
  and account <> named.first_account

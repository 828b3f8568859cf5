-- What the queries of this folder share: values only, no tables. The writer's connection has them from its opening; by hand,
-- read this file first. A query's `$name` is a value that is filled in (`prepare`, `execute` by hand).

-- Text out of a value of JSON; a list or an object is none.
create or replace temp macro json_text(value) as
  case when json_type(value) not in ('OBJECT', 'ARRAY') then nullif(trim(value ->> '$'), '') end;

-- Text without spaces around it; null where it is empty. `trim` looks at every kind of space there is, which most text need not wait for.
create or replace temp macro text_or_null(value) as
  case
    when strlen(value) = length(value) and not starts_with(value, ' ') and not ends_with(value, ' ') then nullif(value, '')
    else nullif(trim(value), '')
  end;

-- An instant as UTC: seconds or fractions, in any offset; null where it is no date and time.
-- What Docker sends (`2026-01-02T03:04:05.006Z`) needs no time zone arithmetic, which is eight times as slow.
create or replace temp macro utc_time(value) as
  coalesce(
    case when value >= '0' and value[5] = '-' and value[11] = 'T' and value[17] = ':' and ends_with(value, 'Z') then try_cast(value as timestamp) end,
    case when regexp_matches(trim(value), '^\d{4}-\d\d-\d\d') then try_cast(upper(trim(value)) as timestamptz) at time zone 'UTC' end
  );

-- Why a record of a list is nothing that can be used, null where it is; `needed` is what it must have, `fields` all of it.
create or replace temp macro reject_reason(json_kind, fields, needed, missing) as
  case
    when json_kind is null or (json_kind = 'OBJECT' and fields is null) then 'malformed_json'
    when json_kind <> 'OBJECT' then 'not_an_object'
    when needed is null then missing
  end;

-- Category and verb of an action that no rule names.
create or replace temp macro first_word(source_action) as coalesce(nullif(split_part(source_action, '.', 1), ''), 'unknown');
create or replace temp macro last_word(source_action) as coalesce(nullif(split_part(source_action, '.', -1), ''), 'unknown');

-- What of an event's `data` becomes a column of its own; the rest stays in `data`, as the source sent it.
create or replace temp macro data_fields(data) as
  json_transform(data, '{"tag":"VARCHAR","digest":"VARCHAR","access_token_id":"VARCHAR","access_token_label":"VARCHAR","username":"VARCHAR","member":"VARCHAR","invitee":"VARCHAR"}');

-- Who was acted upon, for events about a person. Docker documents none of these payloads.
create or replace temp macro subject_of(action, fields, name, org) as
  case when contains(action, 'member') or contains(action, 'invite') then case when regexp_matches(action, '(^|\.)(members?|invites?|invitees?)(\.|$)') then lower(coalesce(
    text_or_null(fields.username), text_or_null(fields.member), text_or_null(fields.invitee),
    case when lower(name) <> lower(org) and not contains(name, '/') then name end
  )) end end;

-- What an actor is, given the kind in known_people. Docker's own support staff act under one name (Docker's page on activity logs).
create or replace temp macro actor_kind_of(actor, org, known_kind) as
  case
    when actor = lower(org) then 'org_token'
    when actor = 'dockersupport' then 'docker_support'
    else coalesce(known_kind, 'unknown')
  end;

-- An account of Docker's own id is no other account; an invitation's id may be its own, so it refutes nothing.
create or replace temp macro is_other_account(now_id, now_seat_type, was_id, was_seat_type) as
  (now_id <> was_id and now_seat_type <> 'invitee' and was_seat_type <> 'invitee') is true;

-- A JSON value in canonical form is each of its nodes as path, type and value, sorted by path. This is that text of an object
-- without objects and lists in it, from its entries: what Docker documents, and seven times as fast as the walk over the tree.
create or replace temp macro flat_canonical(entries) as
  '$' || chr(30) || 'OBJECT' || chr(30) || array_to_string(
    list_transform(
      list_sort(entries),
      lambda entry: chr(29) || '$.' || entry.key || chr(30) || coalesce(json_type(entry.value), 'NULL') || chr(30) || coalesce(entry.value::varchar, '')
    ), '');

-- Whether `data` of these entries needs the walk; keys that stand twice do, since their order is the tree's.
create or replace temp macro is_deep(entries, data) as
  coalesce(
    len(list_filter(entries, lambda entry: starts_with(entry.value::varchar, '{') or starts_with(entry.value::varchar, '[')))
      + len(entries) - list_unique(list_transform(entries, lambda entry: entry.key)) > 0,
    data is not null);

-- The hash of what stands beside the data, and of the data in canonical form.
create or replace temp macro content_hash(beside, canonical) as md5(concat_ws(chr(31), beside, coalesce(canonical, chr(0))));

-- The UTC day of a row of pulls: 2026-11-20, 2026-11-20T00:00:00Z, 2026/11/20 or, with its hour, 2026/11/20/05; null where it is none.
create or replace temp macro pull_day(value) as
  case when regexp_full_match(trim(value), '\d{4}[-/]\d\d[-/]\d\d([T /].*)?')
    then try_cast(replace(substr(trim(value), 1, 10), '/', '-') as date) end;

-- A count of pulls; null where it is none, or negative.
create or replace temp macro pull_quantity(value) as
  case when regexp_full_match(trim(value), '\d{1,18}') then trim(value)::bigint end;

-- A repository with its namespace, the organization's where none is told.
create or replace temp macro pull_resource(repository, namespace, org) as
  case when contains(repository, '/') then repository else coalesce(text_or_null(namespace), lower(org)) || '/' || repository end;

-- The label of a token; what a client made for itself is none of a robot.
create or replace temp macro pull_token(value) as
  case when lower(trim(value)) <> 'generated' then text_or_null(value) end;

-- Why a row of pulls cannot be part of a fact; null where it can.
create or replace temp macro pull_reason(cells, day, resource, quantity, read_at) as
  case
    when cells is null then 'malformed_json'
    when day is null then 'unreadable_day'
    when day < date '2013-01-01' then 'implausible_day'
    when day::timestamp > read_at + interval 1 day then 'day_in_the_future'
    when resource is null then 'missing_repository'
    when quantity is null then 'unreadable_count'
  end;

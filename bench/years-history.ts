import type { DuckDBConnection } from "@duckdb/node-api";

/** How large an organization, and for how many nights it was read. */
export interface History {
  readonly org: string;
  readonly members: number;
  readonly nights: number;
  /** The instant of the last night. */
  readonly until: Date;
}

/**
 * Writes the rows that so many nights leave, straight into the tables: members whose teams change every two months, some who
 * leave, join late or are renamed, Insights that change daily for most, pushes on some days, and a join event for each.
 */
export async function writeHistory(connection: DuckDBConnection, history: History): Promise<void> {
  const { nights, until } = history;
  const at = `timestamp '${until.toISOString().slice(0, 19).replace("T", " ")}'`;
  const night = (n: string) => `(${at} - to_days((${nights} - 1 - ${n})::integer))`;
  const statements = [
    ...peopleSql(history, night),
    ...readsSql(history, night),
    ...factsSql(history, night),
    "drop table person",
    "drop table period",
    "drop table lived",
    "drop table happened",
  ];
  for (const statement of statements) await connection.run(statement);
}

/** SQL of the instant of a night, by SQL of its number. */
type Night = (n: string) => string;

/** Who there is, and the periods of each. */
function peopleSql({ org, members, nights }: History, night: Night): string[] {
  return [
    `create temp table person as
     select i, 'user' || i as username, 'id' || i as member_id, i % 40 = 7 as leaves, i % 40 = 9 as is_late, i % 50 = 3 as is_renamed,
       i % 5 <> 0 as has_insights, i % 3 = 0 as pushes
     from range(${members}) as listed (i)`,
    `create temp table period as
     with cut as (
       select person.*, unnest(list_sort(list_distinct(list_concat(
         [case when is_late then ${nights} // 2 else 0 end], case when is_renamed then [${nights} // 3] else [] end,
         list_filter(range(i % 60, ${nights}, 60), lambda n: n > case when is_late then ${nights} // 2 else 0 end)
       )))) as night
       from person
     )
     select *, case when is_renamed and night < ${nights} // 3 then username || '-old' else username end as name,
       coalesce(lead(night) over (partition by i order by night), case when leaves then greatest(${nights} * 4 // 5, night + 1) end) as until_night
     from cut`,
    `create temp table lived as
     select *, unnest(range(night, coalesce(until_night, ${nights}))) as n from period`,
    `insert into dim_member by name
     select '${org}' as org, name as member_key, member_id, member_id as person, name as username, name || '@example.com' as email, 'Member' as role,
       'member' as seat_type, ['team' || (night % 7)] as teams, false as is_guest, ${night("night")} as valid_from,
       ${night("until_night")} as valid_to, until_night is null as is_current, 'team_change' as change_type, 'run' || night as run_id
     from period`,
  ];
}

/** What each night read, and the settings it was read with. */
function readsSql({ org, members, nights }: History, night: Night): string[] {
  return [
    `insert into ops.member_snapshots by name
     select '${org}' as org, ${night("n")} as taken_at, ${members} as members, 0 as invitees, ${members} as insights_members, ${members} as emails,
       'run' || n as run_id, 'members' || n as raw_file
     from range(${nights}) as listed (n)`,
    `insert into ops.member_insights by name
     select '${org}' as org, name as member_key, ${night("n")} as taken_at, null::timestamp as last_logged_in_at,
       ${night("n")} - interval 9 hours as last_seen_at, '4.' || (n // 30) as desktop_version
     from lived
     where has_insights`,
    `insert into ops.loaded_files by name
     select stream || n as raw_file, '${org}' as org, stream, kind, 'run' || n as run_id, ${night("n")} as read_at,
       case when stream = 'members' then ${night("n")} when n = 0 then timestamp '2013-01-01' else ${night("n - 1")} end as window_from,
       ${night("n")} as window_to, 0 as records, 0 as facts, 0 as rejected, 0 as duplicates, ${night("n")} as loaded_at
     from range(${nights}) as listed (n), (values ('members', 'snapshot'), ('auditlog', 'window')) as streams (stream, kind)`,
    `insert into ops.event_days
     select 'auditlog' || n, '${org}', ${night("n")}, cast(${night("n - back")} as date), date_trunc('day', ${night("n - back")}), 1
     from range(${nights}) as listed (n), range(3) as again (back)`,
    `insert into ops.license_settings by name
     select '${org}' as org, '${org}' as connection, ${night("0")} as set_at, 24 as price_per_seat_month, 'USD' as currency,
       'yearly' as billing_cycle, 60 as idle_after_days, 30 as grace_days, 14 as invite_after_days, 30 as assumed_retention_days,
       []::varchar[] as service_accounts, [] as exclude`,
  ];
}

/** What they did. */
function factsSql({ org, nights }: History, night: Night): string[] {
  return [
    `create temp table happened as
     select name as actor, ${night("n")} - interval 9 hours as occurred_at, 'desktop.use' as action, 'desktop' as category,
       'member_insights' as source, null as subject
     from lived
     where has_insights
     union all
     select name, ${night("n")} - to_seconds(3600 + (i * 37 + part * 997) % 50000), 'repo.push', 'repo', 'auditlog', null
     from lived, range(4) as pushed (part)
     where pushes and (i + n) % 4 = 0
     union all
     select 'user0', ${night("night")} - interval 1 hour, 'org.member.add', 'org', 'auditlog', name
     from period
     where is_late and night = ${nights} // 2`,
    `insert into fct_usage by name
     select 'fact' || row_number() over () as fact_id, '${org}' as org, occurred_at, action, action as source_action, category,
       split_part(action, '.', -1) as verb, actor, 'member' as actor_kind, false as via_token, subject, 1 as quantity, source,
       'run' as run_id, 'auditlog0' as raw_file, 0 as raw_row
     from happened
     order by occurred_at`,
  ];
}

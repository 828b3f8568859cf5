import { type RawBuilder, sql } from "kysely";
import type { FactRow } from "./warehouse.ts";

/**
 * Members of the parsed snapshot with at least one Insights value: `member_key, member_id, username, raw_row` and the values.
 * Docker's page on Insights: last login is the website's, last seen is Docker Desktop's; both refresh daily; absent for
 * everybody means that the organization has no Insights, null for one among others means never seen.
 */
export function insightsValues(): RawBuilder<unknown> {
  return sql`
    select lower(coalesce(username, email)) as member_key, member_id, username, raw_row, last_logged_in_at, last_seen_at, desktop_version,
    from incoming_members
    where reason is null and (last_logged_in_at is not null or last_seen_at is not null or desktop_version is not null)
    qualify row_number() over (partition by member_key order by raw_row) = 1`;
}

/** Insights values as facts: a login at `last_logged_in_at`, a use of Docker Desktop at `last_seen_at`; once each. */
export function insightsFacts(file: {
  org: string;
  first_org: string;
  run_id: string;
  name: string;
  read_at: Date;
}): RawBuilder<FactRow> {
  return sql<FactRow>`
    with value as (${insightsValues()}),
    observed as (
      select 'auth.login' as action, 'login' as verb, last_logged_in_at as occurred_at, value.* from value
      union all
      select 'desktop.use', 'use', last_seen_at, value.* from value
    )
    select
      md5(concat_ws(chr(31), 'member_insights', ${file.first_org}, action, coalesce(member_id, member_key), epoch_us(occurred_at))) as fact_id,
      ${file.org} as org,
      occurred_at,
      action,
      case action when 'auth.login' then 'last_logged_in_at' else 'last_seen_at' end as source_action,
      split_part(action, '.', 1) as category,
      verb,
      lower(username) as actor,
      null as actor_kind,
      false as via_token,
      null::varchar as token_label,
      null::varchar as resource,
      null::varchar as tag,
      null::varchar as digest,
      null::varchar as subject,
      1 as quantity,
      'member_insights' as source,
      null::varchar as description,
      case when desktop_version is not null and action = 'desktop.use'
        then json_object('desktop_version', desktop_version) end as data,
      null::varchar as event_id,
      ${file.run_id} as run_id,
      ${file.name} as raw_file,
      raw_row,
    from observed
    where username is not null and occurred_at between timestamp '2013-01-01' and ${file.read_at} + interval 1 day`;
}

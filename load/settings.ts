import { sql } from "kysely";
import type { WarehouseFile } from "./warehouse/open.ts";

/** A seat that is kept whatever its activity: until a day (that day included), or for good. */
export interface Exclusion {
  readonly username: string;
  readonly until: string | null;
  readonly reason: string | null;
}

/** What the operator says about an organization's seats, as `ops.license_settings` keeps it. null: not configured. */
export interface LicenseRow {
  readonly plan: string | null;
  readonly seats_purchased: number | null;
  readonly price_per_seat_month: number | null;
  readonly currency: string;
  /** `YYYY-MM-DD`; repeats with the billing cycle. */
  readonly renewal_date: string | null;
  readonly billing_cycle: string;
  readonly idle_after_days: number;
  readonly grace_days: number;
  readonly invite_after_days: number;
  readonly assumed_retention_days: number;
  /** A stream that could not be read for so many days no longer holds back the moment that seats are judged at. */
  readonly stale_after_days: number;
  /** Globs on usernames. */
  readonly service_accounts: readonly string[];
  readonly exclude: readonly Exclusion[];
}

const EXCLUDE_SHAPE = '[{"username":"VARCHAR","until":"DATE","reason":"VARCHAR"}]';

/** Keeps an organization's license settings if they differ from the last ones kept: their history is evidence, too. */
export async function keepLicense(
  { transaction }: WarehouseFile,
  { org, connection, setAt }: { org: string; connection: string; setAt: Date },
  license: LicenseRow,
): Promise<void> {
  const exclude = JSON.stringify(license.exclude.map(({ username, until, reason }) => ({ username, until, reason })));
  await transaction(async (tx) => {
    // in the table's own order of columns, which is what "intersect" compares by
    await sql`create or replace temp table incoming_license as select * from ops.license_settings limit 0`.execute(tx);
    await sql`
    insert into incoming_license by name
    select
      ${org} as org,
      ${connection} as connection,
      ${setAt} as set_at,
      ${license.plan}::varchar as plan,
      ${license.seats_purchased}::bigint as seats_purchased,
      ${license.price_per_seat_month}::decimal(18, 2) as price_per_seat_month,
      ${license.currency} as currency,
      ${license.renewal_date}::date as renewal_date,
      ${license.billing_cycle} as billing_cycle,
      ${license.idle_after_days}::bigint as idle_after_days,
      ${license.grace_days}::bigint as grace_days,
      ${license.invite_after_days}::bigint as invite_after_days,
      ${license.assumed_retention_days}::bigint as assumed_retention_days,
      ${license.stale_after_days}::bigint as stale_after_days,
      from_json(${JSON.stringify(license.service_accounts)}, '["VARCHAR"]') as service_accounts,
      from_json(${exclude}, ${EXCLUDE_SHAPE}) as exclude`.execute(tx);
    await sql`
    insert into ops.license_settings by name
    select * from incoming_license
    where not exists (
      select * exclude (set_at) from incoming_license
      intersect
      select * exclude (set_at)
      from (select * from ops.license_settings where org = ${org} order by set_at desc, rowid desc limit 1)
    )`.execute(tx);
  });
}

/** One person of the operator's people file, by username or e-mail address in lower case. */
export interface PeopleFileRow {
  readonly person: string;
  readonly department: string | null;
  readonly manager: string | null;
  readonly cost_center: string | null;
}

/** Replaces what is known of an organization's people with the people file of today. */
export async function keepPeople(
  { transaction }: WarehouseFile,
  org: string,
  people: readonly PeopleFileRow[],
): Promise<void> {
  const shape = '[{"person":"VARCHAR","department":"VARCHAR","manager":"VARCHAR","cost_center":"VARCHAR"}]';
  await transaction(async (tx) => {
    await sql`delete from ops.people where org = ${org}`.execute(tx);
    await sql`
      insert into ops.people by name
      select ${org} as org, unnest(from_json(${JSON.stringify(people)}, ${shape}), recursive := true)`.execute(tx);
  });
}

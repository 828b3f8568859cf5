import { judgedMarts } from "../../load/marts.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import type { LicenseDocument } from "./license-document.ts";
import { onlyOrgs, reportNamed } from "./named.ts";

/** What a license report is asked for; null or empty: as the warehouse has it. */
export interface LicenseQuestion {
  readonly orgs: readonly string[] | null;
  /** `YYYY-MM-DD`: the verdicts as of the end of that day (UTC). */
  readonly asOf: string | null;
  /** Thresholds in days: one judges the seats, several are set side by side. */
  readonly idleAfter: readonly number[];
  readonly grace: number | null;
  readonly price: number | null;
}

/**
 * Answers the question from facts and history. The stored marts follow a temp table `seat_moments`, which says at which moment
 * and with which thresholds the seats are judged; moment 0 is the report's, the others are what-ifs.
 */
export async function licenseReport(warehouse: WarehouseFile, question: LicenseQuestion): Promise<LicenseDocument> {
  const { connection } = warehouse;
  await prepareSeats(warehouse, question);
  const read = async (query: string) => onlyOrgs(await readRows(connection, query), question.orgs);
  const summary = await read("select * from seat_summary where moment_id = 0 order by org");
  const at = summary.columns.findIndex((column) => column.name === "as_of");
  return {
    as_of:
      summary.rows
        .map((row) => String(row[at]))
        .sort()
        .at(-1) ?? null,
    summary,
    seats: await read((await reportNamed("licenses")).text),
    whatIf: await read(
      "select threshold_days, * exclude (threshold_days) from seat_summary where moment_id > 0 order by org, moment_id",
    ),
    trend: await read("select * from seat_trend order by org, week_end_date, status"),
    activity: await read(ACTIVITY),
    teams: await read(TEAMS),
    coverage: await read(COVERAGE),
  };
}

/** Makes `seats` and what stands around it answer the question, where the stored ones do not: temp tables of this connection. */
export async function prepareSeats(warehouse: WarehouseFile, question: LicenseQuestion): Promise<void> {
  if (isAsked(question)) await judge(warehouse, question);
}

function isAsked({ asOf, idleAfter, grace, price }: LicenseQuestion): boolean {
  return asOf !== null || idleAfter.length > 0 || grace !== null || price !== null;
}

async function judge(
  { connection, db }: WarehouseFile,
  { asOf, idleAfter, grace, price }: LicenseQuestion,
): Promise<void> {
  const judged = idleAfter.length === 1 ? idleAfter[0]! : null;
  await connection.run(
    `create temp table asked as
    select
      moment_id,
      org,
      case when $1::date is null then as_of else least(as_of, $1::date + interval 1 day) end as as_of,
      case when $1::date + interval 1 day <= as_of then $1::date + interval 1 day - interval 1 microsecond else known_until end
        as known_until,
      coalesce($2::bigint, idle_after_days) as idle_after_days,
      coalesce($3::bigint, grace_days) as grace_days,
      invite_after_days,
      assumed_retention_days,
      coalesce($4::decimal(18, 2), price_per_seat_month) as price_per_seat_month,
      currency
    from seat_moments
    where moment_id = 0`,
    [asOf, judged, grace, price],
  );
  for (const [i, days] of idleAfter.entries()) {
    await connection.run(
      "insert into asked select * replace ($1::integer as moment_id, $2::bigint as idle_after_days) from asked where moment_id = 0",
      [i + 1, days],
    );
  }
  await connection.run("create temp table seat_moments as select * from asked");
  for (const { name, text } of await judgedMarts(db)) await connection.run(`create temp table ${name} as ${text}`);
}

const ACTIVITY = `
  with moments as (select org, as_of from seat_moments where moment_id = 0)
  select
    facts.org,
    cast(date_trunc('week', occurred_at) as date) as week_start_date,
    category,
    count(*) as facts,
    count(distinct actor) filter (actor_kind in ('member', 'former_member')) as active_people
  from fct_usage as facts
  join moments using (org)
  where occurred_at <= as_of and occurred_at > as_of - interval 182 days
  group by all
  order by all`;

const TEAMS = `
  select
    org,
    team,
    count(*) as seats,
    count(*) filter (status = 'active') as active,
    count(*) filter (status = 'idle') as idle,
    count(*) filter (status = 'never_active') as never_active,
    count(*) filter (status = 'pending_invite') as pending_invite,
    count(*) filter (status = 'no_data') as no_data,
    sum(wasted_month) as wasted_month
  from (select *, unnest(case when len(teams) = 0 then ['(no team)'] else teams end) as team from seats where moment_id = 0)
  group by org, team
  order by org, team`;

const COVERAGE = `
  select org, stream, window_from as "from", window_to as "to", assured, case when assured then 'read to its end' else 'read, but the source may have forgotten it' end as note
  from ops.coverage
  union all
  select org, stream, gap_from, gap_to, false, case when lost then 'lost: the source no longer holds it' else 'not collected; lost on ' || lost_on end
  from ops.gaps
  order by 1, 2, 3`;

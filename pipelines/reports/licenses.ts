import { judgedMarts } from "../../load/marts.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { type QueryRows, readRows } from "../../load/warehouse/rows.ts";
import { sqlText } from "../../transform/query.ts";
import { licenseNotes } from "./known-since.ts";
import type { LicenseDocument, LicenseVerdicts } from "./license-document.ts";
import { onlyOrgs, reportNamed } from "./named.ts";
import { EVERY_SEAT, filterSeats, type SeatFilter, unmatchedWords } from "./seat-filter.ts";

/** What a license report is asked for; null or empty: as the warehouse has it. */
export interface LicenseQuestion {
  readonly orgs: readonly string[] | null;
  /** `YYYY-MM-DD`: the verdicts as of the end of that day (UTC). */
  readonly asOf: string | null;
  /** Thresholds in days: one judges the seats, several are set side by side. */
  readonly idleAfter: readonly number[];
  readonly grace: number | null;
  readonly price: number | null;
  /** Temp tables stand for the settings that the last sync kept. */
  readonly hasOwnSettings?: boolean;
  /** Which seats are shown, where not all; all are judged and counted. */
  readonly filter?: SeatFilter;
}

/**
 * Answers the question from facts and history. The stored marts follow a temp table `seat_moments`, which says at which moment
 * and with which thresholds the seats are judged; moment 0 is the report's, the others are what-ifs.
 */
export async function licenseReport(warehouse: WarehouseFile, question: LicenseQuestion): Promise<LicenseDocument> {
  const verdicts = await licenseVerdicts(warehouse, question);
  const read = reading(warehouse, question);
  return {
    ...verdicts,
    trend: await read("select * from seat_trend order by org, week_end_date, status"),
    activity: await read(sqlText("questions/activity_by_week")),
    teams: await read(sqlText("questions/seats_by_team")),
    coverage: await read(sqlText("questions/read_and_missing")),
  };
}

/** The seats of a license report and their sums alone: no fact is read for these. */
export async function licenseVerdicts(warehouse: WarehouseFile, question: LicenseQuestion): Promise<LicenseVerdicts> {
  await prepareSeats(warehouse, question);
  const read = reading(warehouse, question);
  const summary = await read("select * from seat_summary where moment_id = 0 order by org");
  const every = await everySeat(warehouse, question);
  const at = summary.columns.findIndex((column) => column.name === "as_of");
  return {
    as_of:
      summary.rows
        .map((row) => String(row[at]))
        .sort()
        .at(-1) ?? null,
    notes: await licenseNotes(warehouse, question),
    summary,
    seats: filterSeats(every, question.filter ?? EVERY_SEAT),
    every,
    decisions: await read(sqlText("questions/decided_seats")),
    whatIf: await read(
      "select threshold_days, * exclude (threshold_days) from seat_summary where moment_id > 0 order by org, moment_id",
    ),
  };
}

function reading({ connection }: WarehouseFile, { orgs }: LicenseQuestion): (query: string) => Promise<QueryRows> {
  return async (query) => onlyOrgs(await readRows(connection, query), orgs);
}

/** What the filter asks for and no seat has, in words; to be asked once the seats are prepared. */
export async function unmatchedFilters(warehouse: WarehouseFile, question: LicenseQuestion): Promise<string[]> {
  const { filter = EVERY_SEAT } = question;
  if (filter === EVERY_SEAT) return [];
  return unmatchedWords(await everySeat(warehouse, question), filter);
}

/** The seats whatever the filter says; to be asked once they are prepared. */
async function everySeat(warehouse: WarehouseFile, question: LicenseQuestion): Promise<QueryRows> {
  return reading(warehouse, question)((await reportNamed("licenses")).text);
}

/** Makes `seats` and what stands around it answer the question, where the stored ones do not: temp tables of this connection. */
export async function prepareSeats(warehouse: WarehouseFile, question: LicenseQuestion): Promise<void> {
  if (isAsked(question)) await judge(warehouse, question);
}

function isAsked({ asOf, idleAfter, grace, price, hasOwnSettings = false }: LicenseQuestion): boolean {
  return hasOwnSettings || asOf !== null || idleAfter.length > 0 || grace !== null || price !== null;
}

async function judge(
  { connection, db }: WarehouseFile,
  { asOf, idleAfter, grace, price }: LicenseQuestion,
): Promise<void> {
  const judged = idleAfter.length === 1 ? idleAfter[0]! : null;
  await connection.run(`create temp table asked as ${sqlText("questions/asked_moment")}`, [asOf, judged, grace, price]);
  for (const [i, days] of idleAfter.entries()) {
    await connection.run(
      "insert into asked select * replace ($1::integer as moment_id, $2::bigint as idle_after_days) from asked where moment_id = 0",
      [i + 1, days],
    );
  }
  await connection.run("create temp table seat_moments as select * from asked");
  for (const { name, text } of await judgedMarts(db)) await connection.run(`create temp table ${name} as ${text}`);
}

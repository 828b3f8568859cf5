import { type RawBuilder, sql } from "kysely";
import { makeTemp } from "./merge/temp-table.ts";
import type { Statements, WarehouseFile } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

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

/** Keeps an organization's license settings if they differ from the last ones kept: their history is evidence, too. */
export async function keepLicense(
  { transaction }: WarehouseFile,
  { org, connection, setAt }: { org: string; connection: string; setAt: Date },
  license: LicenseRow,
): Promise<void> {
  await transaction(async (tx) => {
    await statement("load/make_incoming_license").execute(tx);
    await fillIncoming(tx, { org, connection, setAt }, license);
    await statement("load/keep_license", { org }).execute(tx);
  });
}

async function fillIncoming(
  tx: Statements,
  { org, connection, setAt }: { org: string; connection: string; setAt: Date },
  license: LicenseRow,
): Promise<void> {
  const exclude = JSON.stringify(license.exclude.map(({ username, until, reason }) => ({ username, until, reason })));
  const service_accounts = JSON.stringify(license.service_accounts);
  const settings = { ...license, org, connection, set_at: setAt, service_accounts, exclude };
  await statement("load/fill_incoming_license", settings).execute(tx);
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
  await transaction(async (tx) => {
    await tx.deleteFrom("ops.people").where("org", "=", org).execute();
    await sql`insert into ops.people by name ${peopleOf([{ org, people }])}`.execute(tx);
  });
}

/** The people files of organizations, as rows of `ops.people`. */
function peopleOf(files: readonly Pick<SettingsNow, "org" | "people">[]): RawBuilder<unknown> {
  const rows = files.flatMap(({ org, people }) => people.map((one) => ({ org, ...one })));
  return statement("load/people_of_files", { people: JSON.stringify(rows) });
}

/** What is configured for an organization of the warehouse now. */
export interface SettingsNow {
  readonly org: string;
  readonly connection: string;
  readonly license: LicenseRow;
  readonly people: readonly PeopleFileRow[];
  readonly decisions: readonly DecisionRow[];
}

/** The keys of an organization's license settings that are not what the last sync kept. */
export interface ChangedSettings {
  readonly org: string;
  readonly keys: readonly string[];
}

/**
 * Lets the marts of this connection be judged by what is configured now, where that is not what the last sync kept: temp tables
 * stand for `dim_org`, `seat_people` and `standing_decisions` then. Gives what differs; nothing is made where nothing does.
 */
export async function useSettings(
  { db }: Pick<WarehouseFile, "db">,
  settings: readonly SettingsNow[],
): Promise<ChangedSettings[]> {
  await statement("load/make_incoming_license").execute(db);
  for (const { org, connection, license } of settings)
    await fillIncoming(db, { org, connection, setAt: new Date(0) }, license);
  await makeTemp(db, "incoming_people_file", peopleOf(settings));
  await makeTemp(db, "incoming_decisions", decisionsOf(settings, new Date()));
  const { rows } = await statement<{ org: string; keys: string }>("load/changed_settings").execute(db);
  if (rows.length === 0) return [];
  await statement("load/use_incoming_license").execute(db);
  await statement("load/use_incoming_people_file").execute(db);
  await statement("load/use_incoming_decisions").execute(db);
  return rows.map(({ org, keys }) => ({ org, keys: keys.split(", ") }));
}

/** A decision on one seat, by username or e-mail address in lower case. */
export interface DecisionRow {
  readonly username: string | null;
  readonly email: string | null;
  readonly decision: "remove" | "keep" | "ask";
  readonly decision_by: string | null;
  /** `YYYY-MM-DD`: the last day of a keep. */
  readonly decision_until: string | null;
  readonly decision_note: string | null;
}

/** The decisions files of organizations, as rows of `ops.decisions` that stand. */
function decisionsOf(files: readonly Pick<SettingsNow, "org" | "decisions">[], setAt: Date): RawBuilder<unknown> {
  const rows = files.flatMap(({ org, decisions }) => decisions.map((one) => ({ org, ...one })));
  return statement("load/decisions_of_files", { decisions: JSON.stringify(rows), set_at: setAt });
}

/** Makes these the decisions that stand on an organization's seats; those that stand no more are kept with their end. */
export async function keepDecisions(
  { transaction }: WarehouseFile,
  { org, setAt }: { org: string; setAt: Date },
  decisions: readonly DecisionRow[],
): Promise<void> {
  await transaction(async (tx) => {
    await makeTemp(tx, "incoming_decisions", decisionsOf([{ org, decisions }], setAt));
    await statement("load/keep_decisions", { org, set_at: setAt }).execute(tx);
  });
}

import { sql } from "kysely";
import type { RawFileInfo } from "./merge/raw-files.ts";
import type { Statements } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/** An organization's names: as every relation spells it, and as its raw files and the ids of its facts do. */
export interface OrgNames {
  readonly org: string;
  readonly firstOrg: string;
}

/** The names that an organization has in the warehouse, whatever the capitals of `org`; as given where it has none yet. */
export async function orgNames(db: Statements, org: string): Promise<OrgNames> {
  const { rows } = await statement<OrgNames>("load/org_names", { org }).execute(db);
  return rows[0] ?? { org, firstOrg: org };
}

/** The files under their organizations' names in the warehouse; one that has none gets that of its first file. */
export async function underTheirNames(db: Statements, files: readonly RawFileInfo[]): Promise<RawFileInfo[]> {
  const known = new Map<string, OrgNames>();
  for (const { org, read_at } of files) {
    if (known.has(org)) continue;
    await statement("load/add_organization", { org, read_at }).execute(db);
    known.set(org, await orgNames(db, org));
  }
  return files.map((file) => {
    const { org, firstOrg } = known.get(file.org)!;
    return { ...file, org, first_org: firstOrg };
  });
}

/** Learns from the events of a batch (`incoming_spellings`) how the source spells their organizations, and how the first one did. */
export async function learnFromEvents(db: Statements): Promise<void> {
  await statement("merge/spell_by_events").execute(db);
}

/** Learns from a snapshot's open invitations how the source spells the organization; the audit log's spelling goes before. */
export async function learnFromInvites(db: Statements, { org, path, read_at }: RawFileInfo): Promise<void> {
  await statement("merge/spell_by_invites", { org, path, read_at }).execute(db);
}

/** Lets every table spell each organization as `ops.organizations` does; does nothing where all do. */
export async function spellAlike(db: Statements): Promise<void> {
  const { rows } = await statement<{ schema_name: string; table_name: string }>("load/spelled_tables").execute(db);
  const tables = rows.map(({ schema_name, table_name }) => sql.id(schema_name, table_name));
  if (tables.length === 0) return;
  // one question for all tables: as a rule there is nothing to do
  const spellings = tables.map((table, place) => sql`select distinct ${sql.lit(place)} as place, org from ${table}`);
  const { rows: misspelled } = await sql<{ place: number }>`
    select distinct place from (${sql.join(spellings, sql` union all `)}) as other
    join ops.organizations as named on named.org_key = lower(other.org)
    where other.org <> named.org order by place`.execute(db);
  for (const { place } of misspelled) {
    const table = tables[place]!;
    await sql`
      update ${table} as other set org = named.org
      from ops.organizations as named
      where named.org_key = lower(other.org) and other.org <> named.org`.execute(db);
  }
}

/** Whether an older docktally took the spellings of one organization for two: its facts stand twice, and only raw can tell them apart. */
export async function hasTwoSpellings(db: Statements): Promise<boolean> {
  const { rows } = await statement<{ has_two: boolean }>("load/has_two_spellings").execute(db);
  return rows[0]?.has_two === true;
}

import { sql } from "kysely";
import type { RawFileInfo } from "./merge/raw-files.ts";
import type { Statements } from "./warehouse/open.ts";

/** An organization's names: as every relation spells it, and as its raw files and the ids of its facts do. */
export interface OrgNames {
  readonly org: string;
  readonly firstOrg: string;
}

/** The names that an organization has in the warehouse, whatever the capitals of `org`; as given where it has none yet. */
export async function orgNames(db: Statements, org: string): Promise<OrgNames> {
  const { rows } = await sql<OrgNames>`
    select org, first_org as "firstOrg" from ops.organizations where org_key = lower(${org}::varchar)`.execute(db);
  return rows[0] ?? { org, firstOrg: org };
}

/** The files under their organizations' names in the warehouse; one that has none gets that of its first file. */
export async function underTheirNames(db: Statements, files: readonly RawFileInfo[]): Promise<RawFileInfo[]> {
  const known = new Map<string, OrgNames>();
  for (const { org, read_at } of files) {
    if (known.has(org)) continue;
    await sql`
      insert into ops.organizations by name
      select lower(${org}::varchar) as org_key, ${org} as org, ${org} as first_org, 'configuration' as spelled_by, ${read_at} as spelled_at
      where not exists (select 1 from ops.organizations where org_key = lower(${org}::varchar))`.execute(db);
    known.set(org, await orgNames(db, org));
  }
  return files.map((file) => {
    const { org, firstOrg } = known.get(file.org)!;
    return { ...file, org, first_org: firstOrg };
  });
}

/**
 * Learns from the parsed events (`incoming`) how the source spells their organizations.
 */
export async function learnFromEvents(db: Statements): Promise<void> {
  await sql`
    update ops.organizations as named
    set first_account = coalesce(named.first_account, said.first_account),
      org = case when said.said_at >= spelled_at or spelled_by <> 'auditlog' then said.account else named.org end,
      spelled_at = case when said.said_at >= spelled_at or spelled_by <> 'auditlog' then said.said_at else spelled_at end,
      spelled_by = 'auditlog'
    from (
      select lower(incoming.org) as org_key, arg_min(account, row_id) as first_account, arg_max(account, (read_at, occurred_at, row_id)) as account,
        max(read_at) as said_at
      from incoming join incoming_files as file on file.number = incoming.file_number
      where reason is null and lower(account) = lower(incoming.org)
      group by all
    ) as said
    where said.org_key = named.org_key`.execute(db);
}

/** Learns from a snapshot's open invitations how the source spells the organization; the audit log's spelling goes before. */
export async function learnFromInvites(db: Statements, { org, path, read_at }: RawFileInfo): Promise<void> {
  await sql`
    update ops.organizations set org = said.org, spelled_by = 'invites', spelled_at = ${read_at}
    from (
      select min(try(json_transform(payload, '{"org":"VARCHAR"}')).org) as org
      from read_parquet(${sql.lit(path)}, hive_partitioning = false)
      where lower(try(json_transform(payload, '{"org":"VARCHAR"}')).org) = lower(${org}::varchar)
    ) as said
    where said.org is not null and org_key = lower(${org}::varchar)
      and (spelled_by = 'configuration' or (spelled_by = 'invites' and spelled_at <= ${read_at}))`.execute(db);
}

/** Lets every table spell each organization as `ops.organizations` does; does nothing where all do. */
export async function spellAlike(db: Statements): Promise<void> {
  const { rows } = await sql<{ schema_name: string; table_name: string }>`
    select schema_name, table_name from duckdb_columns()
    where database_name = current_database() and schema_name in ('main', 'ops') and column_name = 'org'
      and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables() where not temporary)
      and table_name <> 'organizations'`.execute(db);
  for (const { schema_name, table_name } of rows) {
    const table = sql.id(schema_name, table_name);
    await sql`
      update ${table} as other set org = named.org
      from ops.organizations as named
      where named.org_key = lower(other.org) and other.org <> named.org`.execute(db);
  }
}

/** Whether an older docktally took the spellings of one organization for two: its facts stand twice, and only raw can tell them apart. */
export async function hasTwins(db: Statements): Promise<boolean> {
  const { rows } = await sql<{ twins: boolean }>`
    select count(distinct org) > count(distinct lower(org)) as twins from ops.loaded_files`.execute(db);
  return rows[0]?.twins === true;
}

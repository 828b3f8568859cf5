import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import type { WarehouseFile } from "./open.ts";

/** The warehouse was written by a newer docktally. */
export class NewerWarehouseError extends Error {
  override readonly name = "NewerWarehouseError";
}

/** The warehouse was published by an older docktally, and lacks what this one asks for. */
export class OlderWarehouseError extends Error {
  override readonly name = "OlderWarehouseError";
}

export const SQL_FOLDER = new URL("../../sql/", import.meta.url);

interface Migration {
  readonly version: number;
  readonly name: string;
}

/**
 * Brings the warehouse to this program's schema by the numbered files in sql/migrations, each in a transaction of its own
 * with its entry in `main.schema_migrations`.
 * @throws NewerWarehouseError where the file has a version that this program does not know
 */
export async function migrate({ db, path, transaction }: WarehouseFile, programVersion: string): Promise<void> {
  await db.schema
    .createTable("schema_migrations")
    .ifNotExists()
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("name", "varchar", (column) => column.notNull())
    .addColumn("applied_at", "timestamp", (column) => column.notNull())
    .addColumn("program_version", "varchar", (column) => column.notNull())
    .execute();
  const rows = await db
    .selectFrom("schema_migrations")
    .select(["version", "program_version"])
    .orderBy("version", "desc")
    .limit(1)
    .execute();
  const [found] = rows;
  const known = await migrations();
  const newest = known.at(-1)?.version ?? 0;
  if (found && found.version > newest) {
    throw new NewerWarehouseError(
      `${path} has schema version ${found.version} (written by docktally ${found.program_version}); this is docktally ${programVersion}, which knows schema version ${newest}`,
    );
  }
  for (const { version, name } of known) {
    if (found && version <= found.version) continue;
    const text = await readFile(new URL(`migrations/${name}`, SQL_FOLDER), "utf8");
    await transaction(async (tx) => {
      await sql.raw(text).execute(tx);
      await tx
        .insertInto("schema_migrations")
        .values({ version, name, applied_at: new Date(), program_version: programVersion })
        .execute();
    });
  }
}

/**
 * A published warehouse has the schema that this program's reports ask for.
 * @throws OlderWarehouseError
 */
export async function mustBeCurrent({ db, path }: Pick<WarehouseFile, "db" | "path">): Promise<void> {
  const { version } = await db
    .selectFrom("schema_migrations")
    .select((eb) => eb.fn.max("version").as("version"))
    .executeTakeFirstOrThrow();
  const newest = (await migrations()).at(-1)?.version ?? 0;
  if (version < newest)
    throw new OlderWarehouseError(`${path} has schema version ${version}, and this docktally reports on ${newest}`);
}

async function migrations(): Promise<Migration[]> {
  const names = await readdir(new URL("migrations/", SQL_FOLDER));
  return names
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name) => ({ version: Number(name.slice(0, 4)), name }));
}

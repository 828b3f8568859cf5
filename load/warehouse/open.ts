import { chmod, mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { Kysely, sql, type Transaction } from "kysely";
import { macros } from "../../transform/query.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { alone, DuckDBDialect } from "./dialect.ts";

/** One statement at a time; who needs several in one, asks the warehouse for a transaction. */
export type Statements = Omit<Kysely<Warehouse>, "transaction" | "startTransaction" | "connection">;

/**
 * An open warehouse, and the owner of its one connection. Whoever needs the connection is given it in their turn: two
 * transactions cannot overlap, and no statement from outside gets into one.
 */
export interface WarehouseFile {
  readonly path: string;
  readonly dataDir: string;
  /** What the engine may take for what needs it (`useFullMemory`). */
  readonly memoryLimit: string;
  /** Pages are read beside what the engine does: until somebody asks for all, it has less memory. */
  readonly isLean: boolean;
  /** For a reader's questions, and to interrupt; it asks nobody's leave, so no writer sends a statement here. */
  readonly connection: DuckDBConnection;
  /** Single statements, each in its turn. */
  readonly db: Statements;
  /** Runs `work` in a transaction: committed when it ends, rolled back when it fails. Inside, `tx` is used for everything. */
  transaction<T>(work: (tx: Transaction<Warehouse>) => Promise<T>): Promise<T>;
  /** Runs `work` without anybody in between; for what must be prepared before a transaction of its own (`own.transaction()`). */
  alone<T>(work: (own: Kysely<Warehouse>) => Promise<T>): Promise<T>;
  /** Opens the file with a new engine: one that ran out of memory, or broke down, does not give back all that it took. */
  renew(): Promise<void>;
  close(): void;
}

/** Another process holds the warehouse's lock. */
export class WarehouseHeldError extends Error {
  override readonly name = "WarehouseHeldError";
  readonly pid: number | null;
  readonly program: string | null;
  constructor(path: string, cause: Error) {
    const holder = /held in (.*?) \(PID (\d+)\)/.exec(cause.message);
    const who = holder ? `process ${holder[2]} (${holder[1]})` : "another process";
    super(`${who} holds ${path}`, { cause });
    this.pid = holder ? Number(holder[2]) : null;
    this.program = holder?.[1] ?? null;
  }
}

/** The data folder cannot be written. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

/** There is no published warehouse to read. */
export class NoWarehouseError extends Error {
  override readonly name = "NoWarehouseError";
}

/** The warehouse file is no DuckDB database that this version can open. */
export class UnreadableWarehouseError extends Error {
  override readonly name = "UnreadableWarehouseError";
}

export const STATE_FILE = "state/warehouse.duckdb";
export const PUBLISHED_FILE = "warehouse.duckdb";

/** `leanMemoryLimit` is what the engine may take until somebody asks for all of `memoryLimit`. */
export interface WriterOptions {
  readonly file?: string;
  readonly memoryLimit?: string;
  readonly leanMemoryLimit?: string;
}

/** Nothing is fetched from the network, and times are UTC whatever the machine thinks. */
const SETTINGS = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  allow_community_extensions: "false",
};

/**
 * Opens the writer's warehouse, made if it is not there. DuckDB's own lock on the file keeps a second run out; it must
 * not be read through another handle of this process, since closing any handle of a file drops a POSIX lock on it.
 * @throws WarehouseHeldError, DataFolderError, UnreadableWarehouseError
 */
export async function openWriter(
  dataDir: string,
  { file = STATE_FILE, memoryLimit = "256MB", leanMemoryLimit = memoryLimit }: WriterOptions = {},
): Promise<WarehouseFile> {
  const path = join(dataDir, file);
  try {
    await mkdir(join(dataDir, "state"), { recursive: true, mode: 0o700 });
    await chmod(join(dataDir, "state"), 0o700);
  } catch (error) {
    throw new DataFolderError(`the data folder ${dataDir} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const options = {
    ...SETTINGS,
    temp_directory: join(dataDir, "state", "tmp"),
    preserve_insertion_order: "false",
    // each commit of a merge would otherwise rewrite the newest row group; publishing checkpoints once
    checkpoint_threshold: "512MB",
  };
  // an engine that ran out of memory is opened anew with all that it may have
  const create = (isAnew: boolean) =>
    DuckDBInstance.create(path, { ...options, memory_limit: isAnew ? memoryLimit : leanMemoryLimit }).catch(
      (error: Error) => {
        throw openError(path, error);
      },
    );
  const open = (isAnew: boolean) =>
    create(isAnew).catch(async (error: unknown) => {
      if (!(error instanceof UnreadableWarehouseError && (await isUnfinished(path)))) throw error;
      await rm(path, { force: true });
      return create(isAnew);
    });
  const warehouse = await opened(
    { dataDir, path, memoryLimit, isLean: leanMemoryLimit !== memoryLimit },
    open,
    macros(),
  );
  await chmod(path, 0o600);
  return warehouse;
}

/** Lets a writer's engine take all the memory that it may: for what is not done while pages are held beside it. */
export async function useFullMemory(
  db: Statements,
  { memoryLimit }: Pick<WarehouseFile, "memoryLimit">,
): Promise<void> {
  await sql`set memory_limit = ${sql.lit(memoryLimit)}`.execute(db);
}

/** What DuckDB writes first: a file that is shorter was being made when its run was killed, and holds nothing. */
const HEADERS_BYTES = 3 * 4096;

async function isUnfinished(path: string): Promise<boolean> {
  if ((await stat(path)).size >= HEADERS_BYTES) return false;
  const bytes = await readFile(path);
  return bytes.length === 0 || bytes.toString("latin1", 8, 12) === "DUCK";
}

/**
 * Opens the published warehouse for reading only.
 * @throws NoWarehouseError, UnreadableWarehouseError
 */
export async function openReader(dataDir: string, file: string = PUBLISHED_FILE): Promise<WarehouseFile> {
  const path = join(dataDir, file);
  const options = { ...SETTINGS, access_mode: "READ_ONLY" };
  const open = () =>
    DuckDBInstance.create(path, options).catch((error: Error) => {
      if (/does not exist|cannot open file/i.test(error.message))
        throw new NoWarehouseError(`there is no warehouse at ${path}`, { cause: error });
      throw openError(path, error);
    });
  return opened({ dataDir, path, memoryLimit: "", isLean: true }, open);
}

/** `setup` is run in each new engine: what queries need and the file does not hold. */
async function opened(
  file: Pick<WarehouseFile, "dataDir" | "path" | "memoryLimit" | "isLean">,
  open: (isAnew: boolean) => Promise<DuckDBInstance>,
  setup = "",
): Promise<WarehouseFile> {
  const engine = await begin(() => open(false), setup);
  const db = new Kysely<Warehouse>({ dialect: new DuckDBDialect(() => engine.connection) });
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    engine.connection.closeSync();
    engine.instance.closeSync();
  };
  return {
    ...file,
    get connection() {
      return engine.connection;
    },
    db,
    transaction: (work) => alone(db, (own) => own.transaction().execute(work)),
    alone: (work) => alone(db, work),
    renew: () =>
      alone(db, async () => {
        close();
        Object.assign(engine, await begin(() => open(true), setup));
        isOpen = true;
      }),
    close,
  };
}

async function begin(open: () => Promise<DuckDBInstance>, setup: string) {
  const instance = await open();
  const connection = await instance.connect();
  await connection.run(`set timezone = 'UTC'; ${setup}`);
  return { instance, connection };
}

function openError(path: string, error: Error): Error {
  if (/could not set lock|conflicting lock|being used by another process/i.test(error.message))
    return new WarehouseHeldError(path, error);
  if (/permission denied|read-only|no space left/i.test(error.message)) {
    return new DataFolderError(`${path} cannot be opened for writing: ${error.message}`, { cause: error });
  }
  return new UnreadableWarehouseError(`${path} cannot be opened as a DuckDB file: ${error.message.split("\n")[0]}`, {
    cause: error,
  });
}

import { AsyncLocalStorage } from "node:async_hooks";
import { type DuckDBConnection, DuckDBTimestampValue, type DuckDBValue, listValue } from "@duckdb/node-api";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";

/** What a piece of work that has the connection to itself knows of it; whatever it calls knows it, too. */
const holding = new AsyncLocalStorage<{ has: boolean }>();

/**
 * Gives `work` the connection to itself, until it ends: no statement of anybody else runs in between, and none of its own
 * that is not sent through what it was given.
 */
export async function alone<DB, T>(db: Kysely<DB>, work: (own: Kysely<DB>) => Promise<T>): Promise<T> {
  refuseInside();
  return holding.run({ has: false }, () => db.connection().execute(work));
}

/** Who has the connection already would wait for themselves, for ever. */
function refuseInside(): void {
  if (holding.getStore()?.has)
    throw new Error("a statement inside a transaction must be sent through that transaction's tx");
}

/**
 * Kysely over one open DuckDB connection. DuckDB speaks PostgreSQL's placeholders and quoting, so only the driver is ours:
 * everything runs on the one connection given, parameters are bound with their types (Date included), rows come as plain
 * JavaScript values. The connection goes from hand to hand: who is given it has it until they give it back, so that no
 * statement can slip into a transaction that is not its own. The connection's owner opens and closes it, and says which it is.
 */
export class DuckDBDialect implements Dialect {
  readonly #connection: () => DuckDBConnection;
  constructor(connection: () => DuckDBConnection) {
    this.#connection = connection;
  }
  createDriver(): Driver {
    return new DuckDBDriver(this.#connection);
  }
  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler();
  }
  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }
  // biome-ignore lint/suspicious/noExplicitAny: Kysely's own signature
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
}

/** Rollbacks of one transaction that an interrupt may hit, at the most. */
const ROLLBACKS = 100;

class DuckDBDriver implements Driver {
  readonly #connection: OneConnection;
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;
  constructor(connection: () => DuckDBConnection) {
    this.#connection = new OneConnection(connection);
  }
  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    refuseInside();
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
    const holder = holding.getStore();
    if (holder) holder.has = true;
    return this.#connection;
  }
  async beginTransaction(): Promise<void> {
    await this.#connection.run("begin transaction");
  }
  async commitTransaction(): Promise<void> {
    await this.#connection.run("commit");
  }
  async rollbackTransaction(): Promise<void> {
    // an interrupt may hit the rollback itself, and until one gets through every statement fails; where the commit failed (a
    // full disk), the engine has already rolled back, and why it failed is what matters
    for (let tries = 0; tries < ROLLBACKS; tries++) {
      const error = await this.#connection.run("rollback").then(
        () => null,
        (reason: unknown) => reason,
      );
      if (!(error instanceof Error && /interrupt/i.test(error.message))) return;
    }
  }
  async releaseConnection(): Promise<void> {
    const holder = holding.getStore();
    if (holder) holder.has = false;
    const next = this.#waiting.shift();
    if (next) next();
    else this.#isTaken = false;
  }
  async destroy(): Promise<void> {}
}

class OneConnection implements DatabaseConnection {
  readonly #connection: () => DuckDBConnection;
  constructor(connection: () => DuckDBConnection) {
    this.#connection = connection;
  }
  async run(text: string): Promise<void> {
    await this.#connection().run(text);
  }
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    // without values the engine takes the text as it is; with an empty list it would be prepared first
    const values = query.parameters.length === 0 ? undefined : query.parameters.map(toDuckDB);
    const reader = await this.#connection().runAndReadAll(query.sql, values);
    const rows = reader.getRowObjectsJS() as R[];
    return { rows, numAffectedRows: BigInt(reader.rowsChanged) };
  }
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    const result = await this.#connection().stream(query.sql, query.parameters.map(toDuckDB));
    for await (const rows of result.yieldRowObjectJs()) yield { rows: rows as R[] };
  }
}

function toDuckDB(value: unknown): DuckDBValue {
  if (value instanceof Date) return new DuckDBTimestampValue(BigInt(value.getTime()) * 1000n);
  if (Array.isArray(value)) return listValue(value.map(toDuckDB));
  if (value === undefined) return null;
  return value as DuckDBValue;
}

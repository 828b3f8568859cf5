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

/**
 * Kysely over one open DuckDB connection. DuckDB speaks PostgreSQL's placeholders and quoting, so only the driver is ours:
 * everything runs on the one connection given, parameters are bound with their types (Date included), rows come as plain
 * JavaScript values. The connection's owner opens and closes it.
 */
export class DuckDBDialect implements Dialect {
  readonly #connection: DuckDBConnection;
  constructor(connection: DuckDBConnection) {
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

class DuckDBDriver implements Driver {
  readonly #connection: OneConnection;
  constructor(connection: DuckDBConnection) {
    this.#connection = new OneConnection(connection);
  }
  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async beginTransaction(): Promise<void> {
    await this.#connection.run("begin transaction");
  }
  async commitTransaction(): Promise<void> {
    await this.#connection.run("commit");
  }
  async rollbackTransaction(): Promise<void> {
    // where the commit itself failed (a full disk), the engine has already rolled back; why it failed is what matters
    await this.#connection.run("rollback").catch(() => {});
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

class OneConnection implements DatabaseConnection {
  readonly #connection: DuckDBConnection;
  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }
  async run(text: string): Promise<void> {
    await this.#connection.run(text);
  }
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const values = query.parameters.map(toDuckDB);
    const reader = await this.#connection.runAndReadAll(query.sql, values);
    const rows = reader.getRowObjectsJS() as R[];
    return { rows, numAffectedRows: BigInt(reader.rowsChanged) };
  }
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    const result = await this.#connection.stream(query.sql, query.parameters.map(toDuckDB));
    for await (const rows of result.yieldRowObjectJs()) yield { rows: rows as R[] };
  }
}

function toDuckDB(value: unknown): DuckDBValue {
  if (value instanceof Date) return new DuckDBTimestampValue(BigInt(value.getTime()) * 1000n);
  if (Array.isArray(value)) return listValue(value.map(toDuckDB));
  if (value === undefined) return null;
  return value as DuckDBValue;
}

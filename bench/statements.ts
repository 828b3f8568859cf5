import { DuckDBConnection } from "@duckdb/node-api";

export interface Statement {
  readonly text: string;
  readonly seconds: number;
  readonly coreSeconds: number;
}

/** Notes every statement that this process gives the engine, whoever sends it, until `stop`. */
export function watchStatements(): { readonly statements: readonly Statement[]; stop(): void } {
  const statements: Statement[] = [];
  const { prototype } = DuckDBConnection;
  const { run, stream } = prototype;
  prototype.run = function (this: DuckDBConnection, text, ...rest) {
    return noted(text, () => run.call(this, text, ...rest));
  };
  prototype.stream = function (this: DuckDBConnection, text, ...rest) {
    return noted(text, () => stream.call(this, text, ...rest));
  };
  const noted = async <T>(text: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const before = process.cpuUsage();
    try {
      return await work();
    } finally {
      const { user, system } = process.cpuUsage(before);
      statements.push({ text, seconds: (performance.now() - started) / 1000, coreSeconds: (user + system) / 1e6 });
    }
  };
  return { statements, stop: () => Object.assign(prototype, { run, stream }) };
}

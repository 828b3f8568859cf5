import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, onTestFinished } from "vitest";
import { type DemoHub, startHub } from "../../demo/hub.ts";
import { demoSecret, type Organization } from "../../demo/organization.ts";
import type { DemoHubOptions } from "../../demo/request-handler.ts";
import type { Limits } from "../../extract/hub/limits.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { loadConfig } from "../../pipelines/config/config.ts";
import type { Progress } from "../../pipelines/run/progress.ts";
import { type RebuildReport, rebuild } from "../../pipelines/run/rebuild.ts";
import { type SyncReport, sync } from "../../pipelines/run/sync.ts";

const CLI = fileURLToPath(new URL("../../dist/pipelines/cli.js", import.meta.url));
/** What hangs is ended; a busy machine takes less. */
export const MOST_MS = 240_000;

/** How a run of the real program ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape
  readonly json: any;
}

export interface RunOptions {
  /** Where it runs: an empty folder of its own. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs `docktally` as a user would: a process of its own, nothing in its environment but what is given. */
export function docktally(args: readonly string[], { cwd, env = {}, input = "" }: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd,
      env: { PATH: process.env.PATH ?? "", HOME: cwd, ...env },
      timeout: MOST_MS,
      killSignal: "SIGKILL",
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => out.push(part));
    child.stderr.on("data", (part: Buffer) => err.push(part));
    child.on("error", reject);
    child.on("close", (code) => {
      const stdout = Buffer.concat(out).toString("utf8");
      const ran = { code, stdout, stderr: Buffer.concat(err).toString("utf8") };
      resolve(Object.defineProperty(ran, "json", { get: () => JSON.parse(stdout) }) as Ran);
    });
    child.stdin.end(input);
  });
}

/** An empty folder that is gone after the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "docktally-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder that `make` fills once a test file; each call gives a copy of it that is gone after the test. */
export function copiesOf(make: (folder: string) => Promise<void>): () => Promise<string> {
  const original = mkdtempSync(join(tmpdir(), "docktally-test-"));
  afterAll(() => rmSync(original, { recursive: true, force: true }));
  let made: Promise<void> | null = null;
  return async () => {
    made ??= make(original);
    await made;
    const folder = emptyFolder();
    cpSync(original, folder, { recursive: true });
    return folder;
  };
}

/** A rebuild in this process, with the warnings that it gave. */
export async function rebuildHere(folder: string): Promise<RebuildReport & { warnings: readonly string[] }> {
  const warnings: string[] = [];
  const onProgress = (event: Progress) => void (event.kind === "warning" && warnings.push(event.text));
  const report = await rebuild(join(folder, "data"), new Date(), new AbortController().signal, onProgress);
  return { ...report, warnings };
}

/** A Docker Hub with these organizations, closed after the test. */
export async function hubOf(organizations: Organization[], options: Partial<DemoHubOptions> = {}): Promise<DemoHub> {
  const hub = await startHub({ organizations, ...options });
  onTestFinished(() => hub.close());
  return hub;
}

/** The environment of one connection with the organization's own token. */
export function environmentOf(hub: { url: string }, org: string): Record<string, string> {
  return {
    DOCKER_HUB_URL: hub.url,
    DOCKER_HUB_ORG: org,
    DOCKER_HUB_IDENTIFIER: org,
    DOCKER_HUB_SECRET: demoSecret(org),
  };
}

/** Writes docktally.yaml into `folder`: a connection an organization, few tries; `more` lines go under the one named. */
export function writeConfig(
  folder: string,
  hub: { url: string },
  orgs: readonly string[],
  more: Readonly<Record<string, readonly string[]>> = {},
): Record<string, string> {
  const lines = [`defaults:`, `  url: ${hub.url}`, "limits:", "  attempts: 2", "connections:"];
  const env: Record<string, string> = {};
  orgs.forEach((org, n) => {
    env[`SECRET_${n}`] = demoSecret(org);
    const own = more[org] ?? [];
    const given = (key: string) => own.some((line) => line.startsWith(`${key}:`));
    lines.push(`  - org: ${JSON.stringify(org)}`);
    if (!given("name")) lines.push(`    name: the-${org}`);
    if (!given("identifier")) lines.push(`    identifier: ${JSON.stringify(org)}`);
    if (!given("secret") && !given("secret_file")) lines.push(`    secret: \${SECRET_${n}}`);
    lines.push(...own.map((line) => `    ${line}`));
  });
  writeFileSync(join(folder, "docktally.yaml"), `${lines.join("\n")}\n`);
  return env;
}

export interface SyncHere {
  readonly folder: string;
  readonly hub: { url: string };
  readonly orgs: readonly string[];
  readonly more?: Readonly<Record<string, readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The instant of the run; now where it is not given. */
  readonly at?: Date;
  readonly acceptShrink?: boolean;
  /** `--connection`: all where it is not given. */
  readonly only?: readonly string[];
  /** `--from`, `--to`: just this range again. */
  readonly range?: { readonly from: number; readonly to: number };
  readonly limits?: Partial<Limits>;
}

/** A sync in this process, for what a process of its own would not show better. */
export async function syncHere(how: SyncHere): Promise<SyncReport> {
  const { folder, hub, orgs, more, env, at, acceptShrink, only, range, limits } = how;
  const secrets = writeConfig(folder, hub, orgs, more);
  const config = loadConfig({
    flags: { config: join(folder, "docktally.yaml"), data: join(folder, "data"), connection: only },
    env: { ...secrets, ...env },
    readFile: (path) => readFileSync(path, "utf8"),
    needConnections: true,
  });
  return sync({
    config: { ...config, limits: { ...config.limits, ...limits } },
    range: range ?? null,
    acceptShrink: acceptShrink ?? false,
    startedAt: at ?? new Date(),
    signal: new AbortController().signal,
    onProgress: () => {},
  });
}

export type Row = Record<string, unknown>;

/** Rows of a DuckDB file, opened read-only for this one question. */
export async function rowsOf(file: string, query: string): Promise<Row[]> {
  const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
  try {
    const connection = await instance.connect();
    await connection.run("set timezone = 'UTC'");
    const { columns, rows } = await readRows(connection, query);
    connection.closeSync();
    const small = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, small(row[i])])));
  } finally {
    instance.closeSync();
  }
}

/** Changes a DuckDB file by hand. */
export async function change(file: string, ...statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

/** Every file below a folder, by its path in it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The files below a folder that hold one of these texts, byte for byte. */
export function filesWith(folder: string, texts: readonly string[]): string[] {
  return filesBelow(folder).filter((file) => {
    const bytes = readFileSync(file);
    return texts.some((text) => bytes.includes(text));
  });
}

/** Columns that tell which run it was, and when it wrote. */
const OF_A_RUN = ["run_id", "loaded_at", "applied_at", "warned_at", "program_version"];

/**
 * The relations of two warehouse files whose rows differ, runs and what else is named `aside` (relations, columns) left out;
 * each with a row that only one of them has.
 */
export async function differences(
  before: string,
  after: string,
  aside: { readonly relations?: readonly string[]; readonly columns?: readonly string[] } = {},
): Promise<string[]> {
  const skipped = ["ops.runs", ...(aside.relations ?? [])];
  const unlike = [...OF_A_RUN, ...(aside.columns ?? [])];
  const relations = await rowsOf(
    before,
    `select schema_name || '.' || table_name as name, string_agg('"' || column_name || '"', ', ' order by column_index) as columns
     from duckdb_columns() where database_name = current_database() and schema_name in ('main', 'ops') and not internal
       and column_name not in (${unlike.map((name) => `'${name}'`).join(", ")})
     group by all order by 1`,
  );
  if (relations.length < 20) throw new Error(`only ${relations.length} relations were compared`);
  const compared = relations.filter(({ name }) => !skipped.includes(String(name)));
  const sums = compared.map(
    ({ name, columns }) =>
      `select count(*) as n, sum(hash(${columns})::hugeint)::varchar as sum, '${name}' as name from ${name}`,
  );
  const sumsOf = async (file: string) =>
    new Map((await rowsOf(file, sums.join(" union all "))).map((row) => [row.name, `${row.n} ${row.sum}`]));
  const [was, is] = [await sumsOf(before), await sumsOf(after)];
  const found: string[] = [];
  for (const { name, columns } of compared.filter((relation) => was.get(relation.name) !== is.get(relation.name))) {
    const select = `select ${columns} from ${name}`;
    const all = async (file: string) => (await rowsOf(file, select)).map((row) => JSON.stringify(row)).sort();
    const [one, two] = [await all(before), await all(after)];
    const at = one.findIndex((row, i) => row !== two[i]);
    found.push(`${name}: ${one.length} rows before, ${two.length} after; ${one[at]} became ${two[at]}`);
  }
  return found;
}

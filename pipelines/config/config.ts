import { DEFAULT_LIMITS, type Limits } from "../../extract/hub/limits.ts";
import { type Connection, connectionsOf } from "./connections.ts";
import { type Env, errorCode, type ReadFile, type Sources } from "./credentials.ts";
import { connectionFromEnvironment, environmentNamesConnection } from "./environment.ts";
import { ConfigFile } from "./file.ts";
import { besideFile, DEFAULT_LICENSE, fillLicense, type LicenseSettings } from "./license.ts";
import { ConfigError, type Problem, quoted } from "./problems.ts";
import { NO_PROXY, type ProxyConfig, proxyFromEnvironment } from "./proxy.ts";
import { auditlogPathOf, enterpriseUrl, hubUrl } from "./rules.ts";
import { FORMER_LIMITS } from "./schema.ts";
import { Secret } from "./secret.ts";
import { readShape, type Shaped, unknownName } from "./shape.ts";

export const DEFAULT_FILE = "./docktally.yaml";
export const DEFAULT_DATA = "./data";

/** The flags that every command takes, as given. */
export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly data?: string | undefined;
  readonly connection?: readonly string[] | undefined;
}

/** Everything a configuration is made of. */
export interface ConfigInput {
  readonly flags: ConfigFlags;
  readonly env: Env;
  readonly readFile: ReadFile;
  /** False for commands that never log in: they need no connection, and no secret is looked up for them. */
  readonly needConnections: boolean;
}

/** What there is to say of a connection that was not chosen. */
export type Configured = Pick<Connection, "name" | "org" | "auditlog" | "streams">;

/** The configuration: frozen, filled in, nothing optional. */
export interface Config {
  /** The file it came from; null where there is none. */
  readonly file: string | null;
  readonly dataDir: string;
  /** The chosen connections: all, or those that `--connection` names. */
  readonly connections: readonly Connection[];
  /** Every connection that is configured, chosen or not. */
  readonly configured: readonly Configured[];
  readonly warnings: readonly string[];
  readonly limits: Limits;
  readonly proxy: ProxyConfig;
  /** For an organization in the warehouse that no connection names; a connection has its own. */
  readonly license: LicenseSettings;
}

/** Makes the configuration from flags, environment and file text; throws one `ConfigError` that tells all that is wrong. */
export function loadConfig(input: ConfigInput): Config {
  const path = input.flags.config ?? DEFAULT_FILE;
  const text = readConfigText(input, path);
  const problems = flagProblems(input.flags);
  const proxy = input.needConnections ? proxyFromEnvironment(input.env, problems) : NO_PROXY;
  const config =
    text === null ? fromEnvironment(input, problems) : fromFile(input, new ConfigFile(path, text), problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze({ ...config, proxy });
}

/** The file's text; null where no file is named and none is there. */
function readConfigText({ flags, readFile }: ConfigInput, path: string): string | null {
  try {
    return readFile(path);
  } catch (error) {
    const code = errorCode(error);
    if (flags.config === undefined && code === "ENOENT") return null;
    const message = `${quoted(path)} cannot be read (${code}); name a file that is there`;
    throw new ConfigError([{ file: null, line: null, key: "--config", message }]);
  }
}

function flagProblems(flags: ConfigFlags): Problem[] {
  if (flags.data !== "") return [];
  return [{ file: null, line: null, key: "--data", message: "found nothing: expected a folder; write it like ./data" }];
}

function fromFile(input: ConfigInput, file: ConfigFile, problems: Problem[]): Omit<Config, "proxy"> {
  const shaped = readShape(file);
  const all = file.content === null ? [] : fileConnections(input, { file, shaped }, problems);
  const connections = choose(all, input.flags, problems);
  const { data, defaults } = shaped.shape;
  const limits = limitsOf(file, shaped);
  problems.push(...file.problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  return {
    file: file.path,
    dataDir: input.flags.data ?? (data === undefined ? DEFAULT_DATA : besideFile(file.path, data)),
    connections,
    configured: all.map(configuredOf),
    warnings: [...file.warnings],
    limits,
    license: fillLicense(file.path, defaults?.license),
  };
}

/** The limits of the file over the defaults; a key of former times is passed over with a warning. */
function limitsOf(file: ConfigFile, { shape }: Shaped): Limits {
  const written: Record<string, unknown> = { ...shape.limits };
  for (const [key, why] of Object.entries(FORMER_LIMITS)) {
    if (key in written) file.warn(["limits", key], why);
    delete written[key];
  }
  return { ...DEFAULT_LIMITS, ...(written as Partial<Limits>) };
}

function fileConnections(
  input: ConfigInput,
  { file, shaped }: { file: ConfigFile; shaped: Shaped },
  problems: Problem[],
): Connection[] {
  const { env, needConnections: needed } = input;
  const names = new Set((input.flags.connection ?? []).map((name) => name.toLowerCase()));
  const isChosen = (name: string) => needed && (names.size === 0 || names.has(name.toLowerCase()));
  const sources: Sources = { env, readFile: input.readFile };
  const around = { env, needed, sourcesOf: (name: string) => (isChosen(name) ? sources : null) };
  if (needed)
    problems.push(...urlProblems(env, shaped), ...enterpriseProblems(env, shaped), ...pathProblems(env, shaped));
  return connectionsOf(file, shaped, around);
}

function configuredOf({ name, org, auditlog, streams }: Connection): Configured {
  return { name, org, auditlog, streams };
}

/** The environment's address counts where neither a connection nor the defaults have one. */
function urlProblems(env: Env, { shape }: Shaped): Problem[] {
  const isUsed = shape.defaults?.url === undefined && (shape.connections ?? []).some(({ url }) => url === undefined);
  const url = isUsed && env.DOCKER_HUB_URL ? hubUrl(env.DOCKER_HUB_URL) : null;
  if (url === null || url instanceof URL) return [];
  return [{ file: null, line: null, key: "DOCKER_HUB_URL", message: url.error }];
}

/** So does its address of the Enterprise Data API. */
function enterpriseProblems(env: Env, { shape }: Shaped): Problem[] {
  const { defaults, connections = [] } = shape;
  const isUsed = defaults?.enterprise_url === undefined && connections.some((one) => one.enterprise_url === undefined);
  const url = isUsed && env.DOCKER_ENTERPRISE_URL ? enterpriseUrl(env.DOCKER_ENTERPRISE_URL) : null;
  if (url === null || url instanceof URL) return [];
  return [{ file: null, line: null, key: "DOCKER_ENTERPRISE_URL", message: url.error }];
}

/** So does its path of the audit log. */
function pathProblems(env: Env, { shape }: Shaped): Problem[] {
  const { defaults, connections = [] } = shape;
  const isUsed = defaults?.audit_log_path === undefined && connections.some((one) => one.audit_log_path === undefined);
  const path = isUsed ? auditlogPathOf(env.DOCKER_HUB_AUDIT_LOG_PATH) : null;
  if (path === null || typeof path === "string") return [];
  return [{ file: null, line: null, key: "DOCKER_HUB_AUDIT_LOG_PATH", message: path.error }];
}

function fromEnvironment(input: ConfigInput, problems: Problem[]): Omit<Config, "proxy"> {
  const { flags, env, readFile, needConnections } = input;
  if (needConnections && !environmentNamesConnection(env)) {
    const message = `no connection is configured; write ${DEFAULT_FILE} with connections:, or set DOCKER_HUB_ORG, DOCKER_HUB_IDENTIFIER and DOCKER_HUB_SECRET`;
    throw new ConfigError([...problems, { file: null, line: null, key: "", message }]);
  }
  const from = connectionFromEnvironment({ env, readFile }, needConnections);
  problems.push(...from.problems);
  const all = from.connection === null ? [] : [from.connection];
  return {
    file: null,
    dataDir: flags.data ?? DEFAULT_DATA,
    connections: from.problems.length > 0 ? [] : choose(all, flags, problems),
    configured: all.map(configuredOf),
    warnings: [...from.warnings],
    limits: { ...DEFAULT_LIMITS },
    license: { ...DEFAULT_LICENSE },
  };
}

/** The connections that the flags name; all where they name none. */
function choose(all: readonly Connection[], flags: ConfigFlags, problems: Problem[]): Connection[] {
  const names = flags.connection ?? [];
  const known = all.map(({ name }) => name).filter((name) => name !== "");
  for (const name of new Set(names)) {
    if (known.some((one) => one.toLowerCase() === name.toLowerCase())) continue;
    problems.push({ file: null, line: null, key: "--connection", message: unknownName(name, known) });
  }
  const chosen = names.map((name) => name.toLowerCase());
  return all.filter(({ name }) => names.length === 0 || chosen.includes(name.toLowerCase()));
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || value instanceof URL || value instanceof Secret) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

import { AUDITLOG_PATH } from "../../extract/streams/auditlog.ts";
import { type Env, mismatch, type Sources, secretFromFile, secretFromKey } from "./credentials.ts";
import type { ConfigFile } from "./file.ts";
import { fillLicense, type LicenseSettings } from "./license.ts";
import { keyPath, type Path } from "./problems.ts";
import { auditlogPathOf, enterpriseUrl, hubUrl } from "./rules.ts";
import type { ConnectionShape, DefaultsShape } from "./schema.ts";
import { Secret } from "./secret.ts";
import type { Shaped } from "./shape.ts";
import { DEFAULT_STREAMS, type StreamSwitches } from "./streams.ts";

/** One organization and the credential that reads it. */
export interface Connection {
  readonly name: string;
  readonly org: string;
  /** Who logs in: a Docker ID, or the organization's name. Empty only where no command needs a login. */
  readonly identifier: string;
  readonly secret: Secret;
  readonly url: URL;
  readonly auditlog: boolean;
  /** A path on the same host, with `{account}` in it or without. */
  readonly auditlogPath: string;
  /** Where the Enterprise Data API is; null where the hub is not Docker's own and no address was given: nothing is asked there then. */
  readonly enterpriseUrl: URL | null;
  readonly streams: StreamSwitches;
  readonly license: LicenseSettings;
}

export const DEFAULT_URL = "https://hub.docker.com";
export const DEFAULT_ENTERPRISE_URL = "https://api.docker.com";

/** What the building of connections looks at besides the file. */
export interface Surroundings {
  readonly env: Env;
  /** Where the secrets of a connection are looked up; null where this command does not log in with it. */
  readonly sourcesOf: (name: string) => Sources | null;
  /** True where the command logs in, so that identifier and secret must be there. */
  readonly needed: boolean;
}

/** The connections of a file, filled in from its defaults and the environment's address. What is wrong is reported to the file. */
export function connectionsOf(file: ConfigFile, shaped: Shaped, around: Surroundings): Connection[] {
  const list = shaped.shape.connections ?? [];
  if (list.length === 0 && around.needed && !shaped.isBad(["connections"]))
    file.report(["connections"], "there is none; write connections: with an org, identifier and secret for each");
  reportDuplicates(file, list);
  return list.map((own, index) => new Filling({ file, shaped, around }, index).connection(own));
}

/** Fills one connection in: its own keys, then the defaults, then the environment. */
class Filling {
  readonly #file: ConfigFile;
  readonly #shaped: Shaped;
  readonly #around: Surroundings;
  readonly #at: Path;

  constructor({ file, shaped, around }: { file: ConfigFile; shaped: Shaped; around: Surroundings }, index: number) {
    this.#file = file;
    this.#shaped = shaped;
    this.#around = around;
    this.#at = ["connections", index];
  }

  connection(own: ConnectionShape): Connection {
    const defaults = this.#shaped.shape.defaults ?? {};
    const org = own.org ?? "";
    if (org === "") this.#missing("org", "write org: with the organization's name, as in hub.docker.com/orgs/NAME");
    const name = own.name ?? org;
    const identifier = own.identifier ?? defaults.identifier ?? "";
    if (identifier === "" && this.#around.needed)
      this.#missing("identifier", "write identifier: with a Docker ID, or the organization's name for its own token");
    const { secret, path } = this.#secret(own, defaults, this.#around.sourcesOf(name));
    const warning = org === "" || identifier === "" ? null : mismatch(identifier, org, secret);
    if (warning !== null) this.#file.warn(path, warning);
    const url = this.#url(own.url ?? defaults.url);
    return {
      name,
      org,
      identifier,
      secret,
      url,
      auditlog: own.audit_log ?? defaults.audit_log ?? true,
      auditlogPath: own.audit_log_path ?? defaults.audit_log_path ?? this.#auditlogPath(),
      enterpriseUrl: enterpriseUrlOf(url, own.enterprise_url ?? defaults.enterprise_url, this.#around.env),
      streams: { ...DEFAULT_STREAMS, ...({ ...defaults.streams, ...own.streams } as Partial<StreamSwitches>) },
      license: this.#license(own, defaults),
    };
  }

  #secret(own: ConnectionShape, defaults: DefaultsShape, sources: Sources | null): { secret: Secret; path: Path } {
    const hasOwn = own.secret !== undefined || own.secret_file !== undefined || this.#isBad("secret", "secret_file");
    const [from, at] = hasOwn ? [own, this.#at] : [defaults, ["defaults"]];
    const both = from.secret !== undefined && from.secret_file !== undefined;
    if (both)
      this.#file.report([...at, "secret_file"], `${keyPath([...at, "secret"])} is there too; keep one of the two`);
    else if (from.secret !== undefined) {
      const path = [...at, "secret"];
      return { secret: secretFromKey(this.#file, { path, value: from.secret }, sources), path };
    } else if (from.secret_file !== undefined) {
      const path = [...at, "secret_file"];
      return { secret: secretFromFile(this.#file, { path, value: from.secret_file }, sources), path };
    } else if (this.#around.needed && !this.#isBad("secret", "secret_file"))
      this.#missing("secret", `write secret: "\${DOCKER_HUB_SECRET}" or secret_file: with a path`);
    return { secret: new Secret(null), path: at };
  }

  #url(written: URL | undefined): URL {
    const fallback = hubUrl(this.#around.env.DOCKER_HUB_URL || DEFAULT_URL);
    if (written !== undefined) return new URL(written);
    return fallback instanceof URL ? fallback : new URL(DEFAULT_URL);
  }

  #auditlogPath(): string {
    const path = auditlogPathOf(this.#around.env.DOCKER_HUB_AUDIT_LOG_PATH);
    return typeof path === "string" ? path : AUDITLOG_PATH;
  }

  #license(own: ConnectionShape, defaults: DefaultsShape): LicenseSettings {
    return fillLicense(this.#file.path, defaults.license, own.license);
  }

  #missing(key: string, what: string): void {
    if (!this.#isBad(key)) this.#file.report([...this.#at, key], `missing; ${what}`);
  }

  #isBad(...keys: readonly string[]): boolean {
    return keys.some((key) => this.#shaped.isBad([...this.#at, key]) || this.#shaped.isBad(["defaults", key]));
  }
}

/**
 * Where the Enterprise Data API is: as written, else as the environment has it, else Docker's own where the hub is Docker's own.
 * The bearer of another hub is never sent to Docker.
 */
export function enterpriseUrlOf(hub: URL, written: URL | undefined, env: Env): URL | null {
  if (written !== undefined) return new URL(written);
  const named = env.DOCKER_ENTERPRISE_URL ? enterpriseUrl(env.DOCKER_ENTERPRISE_URL) : null;
  if (named instanceof URL) return named;
  return hub.href === new URL(DEFAULT_URL).href ? new URL(DEFAULT_ENTERPRISE_URL) : null;
}

/** Two connections for one organization, or of one name, would write over each other. Capitals do not tell them apart. */
function reportDuplicates(file: ConfigFile, list: readonly ConnectionShape[]): void {
  const orgs = new Map<string, number>();
  const names = new Map<string, number>();
  list.forEach(({ org, name = org }, index) => {
    const earlier = org === undefined ? undefined : orgs.get(org.toLowerCase());
    const namesake = name === undefined ? undefined : names.get(name.toLowerCase());
    const first = (other: number, key: string) =>
      `connections[${other}] (line ${file.lineOf(["connections", other, key])})`;
    if (earlier !== undefined)
      file.report(["connections", index, "org"], `${first(earlier, "org")} reads this organization already; keep one`);
    else if (namesake !== undefined)
      file.report(["connections", index, "name"], `${first(namesake, "name")} has this name already; choose another`);
    if (org !== undefined && earlier === undefined) orgs.set(org.toLowerCase(), index);
    if (name !== undefined && namesake === undefined) names.set(name.toLowerCase(), index);
  });
}

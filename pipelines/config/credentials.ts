import type { ConfigFile } from "./file.ts";
import { besideFile } from "./license.ts";
import { type Path, quoted } from "./problems.ts";
import { Secret } from "./secret.ts";

/** Gives a file's text, or throws as `fs.readFileSync` does. */
export type ReadFile = (path: string) => string;
export type Env = Readonly<Record<string, string | undefined>>;

/** Where variables and files are looked up. */
export interface Sources {
  readonly env: Env;
  readonly readFile: ReadFile;
}

/** Either a secret's text or the words that say why there is none. */
export type Found = { readonly text: string } | { readonly error: string };

const REFERENCE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;
const BROKEN_REFERENCE = /\$\{|^\$[A-Z_][A-Z0-9_]*$/;
const HOW_TO_REFER = `write the variable alone, as in secret: "\${DOCKER_HUB_SECRET}"`;

/** What stands under a key, and where. */
interface Written {
  readonly path: Path;
  readonly value: string;
}

/** The secret that stands under `secret:`, as `${NAME}` or, with a warning, in plain. Looked up only where it is needed. */
export function secretFromKey(file: ConfigFile, { path, value }: Written, sources: Sources | null): Secret {
  const name = REFERENCE.exec(value)?.[1];
  if (name === undefined && BROKEN_REFERENCE.test(value)) {
    file.report(path, `found a variable among other text or without its braces; ${HOW_TO_REFER}`);
    return new Secret(null);
  }
  if (sources === null) return new Secret(null);
  if (name === undefined) {
    file.warn(
      path,
      "the secret stands here in plain text; put it in a variable (secret: $" + "{NAME}) or a secret_file",
    );
    return checked(file, path, { text: value });
  }
  const text = sources.env[name] ?? "";
  if (text.trim() === "") {
    file.report(path, `the variable ${quoted(name).slice(1, -1)} is not set or empty; set it to the secret`);
    return new Secret(null);
  }
  return checked(file, path, { text });
}

/** The secret in the file that `secret_file:` names, from the configuration file's own folder. */
export function secretFromFile(file: ConfigFile, { path, value }: Written, sources: Sources | null): Secret {
  if (sources === null) return new Secret(null);
  return checked(file, path, readSecretFile(sources.readFile, besideFile(file.path, value)));
}

/** The one line of text in a secret file, without its line ends. */
export function readSecretFile(readFile: ReadFile, path: string): Found {
  try {
    return { text: readFile(path) };
  } catch (error) {
    return { error: `${quoted(path)} cannot be read (${errorCode(error)}); name a file that holds the secret` };
  }
}

/** Trims the line ends, and refuses what no login could take. */
export function checkSecret(source: Found): Found {
  if ("error" in source) return source;
  const text = source.text.replace(/^\uFEFF/, "").replace(/[\r\n]+$/, "");
  if (text.trim() === "") return { error: "the secret is empty; put the token there" };
  if (/\p{Cc}/u.test(text))
    return { error: "the secret has several lines or control characters; put only the token there" };
  return { text };
}

function checked(file: ConfigFile, path: Path, source: Found): Secret {
  const result = checkSecret(source);
  if ("text" in result) return new Secret(result.text);
  file.report(path, result.error);
  return new Secret(null);
}

/** The code of a failed read, such as ENOENT; never its message. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "no reason given";
}

/** A word of warning where a token and the name beside it do not belong together; null where they do or nobody can tell. */
export function mismatch(identifier: string, org: string, secret: Secret): string | null {
  const isOrg = identifier.toLowerCase() === org.toLowerCase();
  const text = secret.isKnown() ? secret.reveal() : "";
  if (text.startsWith("dckr_oat_") && !isOrg)
    return `an organization access token logs in as the organization; write identifier: ${org}`;
  if (text.startsWith("dckr_pat_") && isOrg)
    return "a personal access token logs in as the person who made it; write that Docker ID as identifier";
  return null;
}

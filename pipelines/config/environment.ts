import { ORG_NAME } from "../../extract/raw/store.ts";
import { AUDITLOG_PATH } from "../../extract/streams/auditlog.ts";
import { type Connection, DEFAULT_URL, enterpriseUrlOf } from "./connections.ts";
import { checkSecret, type Env, type Found, mismatch, readSecretFile, type Sources } from "./credentials.ts";
import { DEFAULT_LICENSE } from "./license.ts";
import { type Problem, quoted } from "./problems.ts";
import { auditlogPathOf, enterpriseUrl, hubUrl, isNoIdentifier } from "./rules.ts";
import { Secret } from "./secret.ts";
import { DEFAULT_STREAMS } from "./streams.ts";

/** What the environment gave, and what is wrong with it. */
export interface FromEnvironment {
  readonly connection: Connection | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** The one connection that the environment describes. Where no login is needed, a part of it is enough and its secret stays unread. */
export function connectionFromEnvironment(sources: Sources, needed: boolean): FromEnvironment {
  const { env } = sources;
  const problems: Problem[] = [];
  const report = (key: string, message: string) => problems.push({ file: null, line: null, key, message });
  const org = env.DOCKER_HUB_ORG ?? "";
  const identifier = env.DOCKER_HUB_IDENTIFIER ?? "";
  const url = hubUrl(env.DOCKER_HUB_URL || DEFAULT_URL);
  if (!needed && !(ORG_NAME.test(org) && url instanceof URL)) return { connection: null, problems, warnings: [] };
  if (org === "")
    report("DOCKER_HUB_ORG", "not set; set it to the organization's name, as in hub.docker.com/orgs/NAME");
  else if (!ORG_NAME.test(org))
    report(
      "DOCKER_HUB_ORG",
      `found ${quoted(org)}: expected letters and digits, and ".", "_", "-" after the first; write it like acme`,
    );
  if (needed && identifier === "")
    report("DOCKER_HUB_IDENTIFIER", "not set; set it to a Docker ID, or the organization's name for its own token");
  else if (isNoIdentifier(identifier))
    report("DOCKER_HUB_IDENTIFIER", "found a token or a variable: expected a name; set it to a Docker ID such as jdoe");
  const secret = needed ? secretOf(sources, report) : new Secret(null);
  if (!(url instanceof URL)) report("DOCKER_HUB_URL", url.error);
  const enterprise = env.DOCKER_ENTERPRISE_URL ? enterpriseUrl(env.DOCKER_ENTERPRISE_URL) : null;
  if (needed && enterprise !== null && !(enterprise instanceof URL)) report("DOCKER_ENTERPRISE_URL", enterprise.error);
  const path = auditlogPathOf(env.DOCKER_HUB_AUDIT_LOG_PATH);
  if (needed && path !== null && typeof path !== "string") report("DOCKER_HUB_AUDIT_LOG_PATH", path.error);
  if (problems.length > 0 || !(url instanceof URL)) return { connection: null, problems, warnings: [] };
  const warning = mismatch(identifier, org, secret);
  const paths = {
    enterpriseUrl: enterpriseUrlOf(url, undefined, env),
    streams: DEFAULT_STREAMS,
    auditlog: true,
    auditlogPath: typeof path === "string" ? path : AUDITLOG_PATH,
  };
  return {
    connection: { name: org, org, identifier, secret, url, ...paths, license: { ...DEFAULT_LICENSE } },
    problems,
    warnings: warning === null ? [] : [`DOCKER_HUB_IDENTIFIER: ${warning.replace("write identifier: ", "set it to ")}`],
  };
}

/** True where the environment says anything of a connection. */
export function environmentNamesConnection(env: Env): boolean {
  const variables = ["DOCKER_HUB_IDENTIFIER", "DOCKER_HUB_SECRET", "DOCKER_HUB_SECRET_FILE", "DOCKER_HUB_ORG"];
  return variables.some((name) => (env[name] ?? "") !== "");
}

function secretOf({ env, readFile }: Sources, report: (key: string, message: string) => void): Secret {
  const text = env.DOCKER_HUB_SECRET ?? "";
  const path = env.DOCKER_HUB_SECRET_FILE ?? "";
  const key = path === "" ? "DOCKER_HUB_SECRET" : "DOCKER_HUB_SECRET_FILE";
  let source: Found;
  if (text !== "" && path !== "") source = { error: "DOCKER_HUB_SECRET is set too; keep one of the two" };
  else if (path !== "") source = readSecretFile(readFile, path);
  else if (text !== "") source = { text };
  else source = { error: "not set; set it to the token, or DOCKER_HUB_SECRET_FILE to a file that holds it" };
  const result = checkSecret(source);
  if ("text" in result) return new Secret(result.text);
  report(key, result.error);
  return new Secret(null);
}

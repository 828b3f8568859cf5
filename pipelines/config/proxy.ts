import type { ProxySettings } from "../../extract/hub/proxy.ts";
import type { Env } from "./credentials.ts";
import type { Problem } from "./problems.ts";
import { expected } from "./rules.ts";
import { Secret } from "./secret.ts";

/** The forward proxies of a company network. An address may hold a name and a password, so it shows itself to nobody. */
export interface ProxyConfig {
  readonly http: Secret;
  readonly https: Secret;
  /** Hosts that are reached without. */
  readonly noProxy: string;
}

/** What the environment says of proxies: the name in lower case wins, as everywhere. What is wrong is added to `problems`. */
export function proxyFromEnvironment(env: Env, problems: Problem[]): ProxyConfig {
  const of = (name: string): Secret => {
    const key = env[name.toLowerCase()] !== undefined ? name.toLowerCase() : name;
    const address = proxyAddress(env[key] ?? "");
    if (typeof address === "string") return new Secret(address);
    problems.push({ file: null, line: null, key, message: address.error });
    return new Secret(null);
  };
  return { http: of("HTTP_PROXY"), https: of("HTTPS_PROXY"), noProxy: env.no_proxy ?? env.NO_PROXY ?? "" };
}

/** The settings in plain, for the client of Docker Hub alone. */
export function proxySettings({ http, https, noProxy }: ProxyConfig): ProxySettings {
  return { http: http.reveal(), https: https.reveal(), noProxy };
}

/** No proxy at all, whatever the environment says. */
export const NO_PROXY: ProxyConfig = { http: new Secret(""), https: new Secret(""), noProxy: "" };

/** An address with its scheme, "" where there is none, or the words that say why a text is no address; these never show it. */
function proxyAddress(value: string): string | { error: string } {
  const text = value.trim();
  if (text === "") return "";
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "" || !isDecodable(url))
    return expected("the address of a proxy, http or https", "http://proxy.example:3128");
  return whole;
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

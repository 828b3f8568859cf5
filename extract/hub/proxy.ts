import { type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { ProxyRefusedError, type Where } from "./errors.ts";
import type { Limits } from "./limits.ts";

/** Forward proxies, as addresses that may hold a name and a password; empty where there is none. */
export interface ProxySettings {
  readonly http: string;
  readonly https: string;
  /** Hosts that are reached without, in the form of the variable NO_PROXY. */
  readonly noProxy: string;
}

const NONE: ProxySettings = { http: "", https: "", noProxy: "" };

/**
 * The connections to a proxy. A proxy that hangs up instead of opening a tunnel is an error like any other: undici takes a
 * closed socket for one to be opened again, and would ask for the tunnel without pause or end.
 */
class ProxyPool extends Pool {
  override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>;
  override connect(options: Dispatcher.ConnectOptions, callback: never): void;
  override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    try {
      return await super.connect(options);
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== "UND_ERR_SOCKET") throw error;
      throw new Error("the proxy hung up when it was asked for a tunnel", { cause: error });
    }
  }
}

/** Undici's own agent for these settings; the environment is not its business. Loopback is no exception to it. */
export function proxyAgent({ http, https, noProxy }: ProxySettings = NONE, limits: Limits): EnvHttpProxyAgent {
  const connect = { timeout: limits.connect_timeout_seconds * 1000 };
  return new EnvHttpProxyAgent({
    // given even where empty: what is not given, the agent takes from the environment
    httpProxy: http,
    httpsProxy: https,
    noProxy,
    proxyTls: connect,
    clientFactory: (origin, options) => new ProxyPool(origin, options),
    connect,
    connections: limits.concurrency,
    pipelining: 1,
    headersTimeout: limits.headers_timeout_seconds * 1000,
    bodyTimeout: limits.body_timeout_seconds * 1000,
  });
}

/** A proxy's own refusal, which no second try would change; null where the trouble is another, or a proxy's 5xx. */
export function refusedByProxy(at: Where, trouble: unknown): ProxyRefusedError | null {
  const status = proxyStatus(trouble);
  if (status === null || status >= 500) return null;
  const why = status === 407 ? "it asks for a name and a password, or for others" : "it does not let this host through";
  return new ProxyRefusedError(`the proxy refused the way with HTTP ${status}`, { ...at, detail: why });
}

/** What a proxy answered to the request for a tunnel, where that is the trouble. */
function proxyStatus(trouble: unknown): number | null {
  for (let error: unknown = trouble; error instanceof Error; error = error.cause) {
    const status = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/.exec(error.message);
    if (status) return Number(status[1] ?? status[2]);
  }
  return null;
}

/** A proxy's password, in the forms in which it may be echoed. */
export function proxyWords({ http, https }: ProxySettings = NONE): string[] {
  return [http, https].flatMap((address) => {
    if (!address) return [];
    const { username, password } = new URL(address);
    const plain = decodeURIComponent(password);
    return [password, plain, Buffer.from(`${decodeURIComponent(username)}:${plain}`).toString("base64")];
  });
}

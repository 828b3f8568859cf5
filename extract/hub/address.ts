export type Query = Readonly<Record<string, string | number | boolean>>;

/** True for a host name, as `URL` has it, that is this machine: the only one to which plain http may be spoken. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Where a request goes. */
export interface Address {
  readonly origin: string;
  /** As sent, with the query. */
  readonly path: string;
  /** As told, without it. */
  readonly pathname: string;
}

/** Addresses under a configured one. Each path is taken apart once: a run asks for few of them, ten thousand times. */
export class Addresses {
  readonly #base: string;
  readonly #known = new Map<string, URL>();

  constructor(base: URL) {
    this.#base = base.origin + base.pathname.replace(/\/+$/, "");
  }

  of(path: string, query: Query = {}): Address {
    const url = this.#known.get(path) ?? new URL(this.#base + path);
    this.#known.set(path, url);
    const params = new URLSearchParams(url.search);
    for (const [key, value] of Object.entries(query)) params.set(key, String(value));
    const search = params.size === 0 ? "" : `?${params}`;
    return { origin: url.origin, path: url.pathname + search, pathname: url.pathname };
  }
}

import type { Limits } from "./limits.ts";
import type { ProxySettings } from "./proxy.ts";

export interface HubClientOptions {
  /** Origin, with a path prefix if a proxy needs one. */
  readonly url: URL;
  readonly identifier: string;
  /** Gives the secret when a login needs it; it is kept nowhere else. */
  readonly secret: () => string;
  readonly userAgent: string;
  readonly proxy?: ProxySettings | undefined;
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: HubEvent) => void) | undefined;
  /** This machine's clock, in milliseconds. */
  readonly clock?: (() => number) | undefined;
}

/** What the client reports while it works; it never prints. */
export type HubEvent =
  | { readonly kind: "request"; readonly path: string; readonly status: number; readonly ms: number }
  | { readonly kind: "wait"; readonly reason: string; readonly delay_ms: number };

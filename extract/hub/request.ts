import type { Address } from "./address.ts";
import type { Reply } from "./refusals.ts";

/** A request that a client sends. */
export interface Request {
  readonly method: "GET" | "POST";
  readonly address: Address;
  readonly body?: string;
  /** A redirect is the answer, and is not followed. */
  readonly isRedirect?: boolean;
  /** Of requests that wait, the lowest goes first. */
  readonly rank: number;
}

/** What is made of a reply that came whole. */
export type Parse<T> = (body: Buffer, reply: Reply) => T;

/** Where a redirect leads, or what came instead of one. */
export type Located = { readonly link: URL } | { readonly body: Buffer };

/** Whether a reply is what was asked for. */
export function isAnswer({ status, headers }: Reply, { isRedirect = false }: Request): boolean {
  if (status >= 200 && status < 300) return true;
  return isRedirect && status >= 300 && status < 400 && headers.location !== undefined;
}

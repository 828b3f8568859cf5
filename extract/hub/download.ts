import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Dispatcher } from "undici";
import { isLoopback } from "./address.ts";
import { errorDetail } from "./errors.ts";
import { flatten, type Headers } from "./exchange.ts";

/** What a link answered. A body that is not read must be destroyed. */
export interface OpenedLink {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

/** A download that did not come whole, or was no more there: to be begun anew. */
export class BrokenDownloadError extends Error {
  override readonly name = "BrokenDownloadError";
  /** The server needs a pause; else a new link may be asked for at once. */
  readonly isPassing: boolean;
  constructor(message: string, { isPassing = true }: { isPassing?: boolean } = {}) {
    super(message);
    this.isPassing = isPassing;
  }
}

const MOST_REDIRECTS = 3;

/**
 * Opens a link without any credential, over https (plain http on loopback only), and follows where it leads. The time of a
 * download is not limited, only its silence: it may be large.
 * @throws BrokenDownloadError whose message names the host alone: a pre-signed address is a credential itself
 */
export async function openLink(
  dispatcher: Dispatcher,
  link: URL,
  { signal, userAgent }: { signal: AbortSignal | undefined; userAgent: string },
): Promise<OpenedLink> {
  // loaded where there is something to fetch
  const { request } = await import("undici");
  let url = link;
  for (let n = 0; n <= MOST_REDIRECTS; n++) {
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))
      throw new BrokenDownloadError(`the report is to be fetched from ${url.origin}, and only https is trusted`);
    const headers = { accept: "text/csv, */*", "accept-encoding": "gzip", "user-agent": userAgent };
    const reply = await request(url, { dispatcher, headers, signal: signal ?? null }).catch((error: Error) => {
      throw new BrokenDownloadError(`no usable reply from ${url.origin}: ${error.message || error.name}`);
    });
    const opened: OpenedLink = { status: reply.statusCode, headers: flatten(reply.headers), body: reply.body };
    const { location } = opened.headers;
    if (opened.status < 300 || opened.status >= 400 || location === undefined) return opened;
    opened.body.destroy();
    url = new URL(location, url);
  }
  throw new BrokenDownloadError(`the report's link leads from one address to the next without end (${url.origin})`);
}

/** What a refusing body says, of its beginning; the words of the link's query are taken out, where they are echoed. */
export async function refusalText({ body }: OpenedLink, link: URL): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of body) {
      parts.push(part as Buffer);
      if (parts.length > 4) break;
    }
  } catch {
    // what came is enough
  }
  const words = [link.search.slice(1), ...link.search.slice(1).split(/[&=]/), ...link.searchParams.values()];
  const hidden = words.filter((word) => word.length >= 4).sort((a, b) => b.length - a.length);
  return errorDetail(Buffer.concat(parts), (text) =>
    hidden.reduce((clean, word) => clean.replaceAll(word, "[secret]"), text),
  );
}

/**
 * The bytes of a file that may be packed, once as a whole or once more for the way: gzip is known by how it begins.
 * @throws BrokenDownloadError where it breaks off
 */
export async function* unpacked(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const [begin, all] = await beginOf(pieces);
    if (begin[0] !== 0x1f || begin[1] !== 0x8b) yield* all;
    else yield* unpacked(gunzipped(all));
  } catch (error) {
    if (error instanceof BrokenDownloadError) throw error;
    throw new BrokenDownloadError(`the download broke off: ${(error as Error).message}`);
  }
}

async function* gunzipped(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip();
  const { pipeline } = await import("node:stream/promises");
  const fed = pipeline(pieces, gunzip).catch((error: Error) => gunzip.destroy(error));
  yield* gunzip as AsyncIterable<Uint8Array>;
  await fed;
}

/** The first two bytes, and all of them again. */
async function beginOf(pieces: AsyncIterable<Uint8Array>): Promise<[Buffer, AsyncGenerator<Uint8Array>]> {
  const rest = pieces[Symbol.asyncIterator]();
  let begin = Buffer.alloc(0);
  while (begin.length < 2) {
    const { done, value } = await rest.next();
    if (done) break;
    begin = Buffer.concat([begin, value]);
  }
  async function* all() {
    try {
      yield begin as Uint8Array;
      for (;;) {
        const { done, value } = await rest.next();
        if (done) return;
        yield value;
      }
    } finally {
      // who stops early lets go of the connection, too
      await rest.return?.();
    }
  }
  return [begin, all()];
}

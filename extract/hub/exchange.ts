import type { Dispatcher } from "undici";
import { BrokenBodyError } from "./errors.ts";

/** The headers of a reply, by their names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

export interface ExchangeOptions {
  /** The largest body in bytes, as it is sent. */
  readonly limit: number;
  /** Begins the time of the request; what it returns ends it. */
  readonly start: (end: (why: Error) => void) => () => void;
  /** Hears status and headers before the body is there. */
  readonly onHead: (status: number, headers: Headers) => void;
}

/**
 * One request and the bytes of its reply, by undici's dispatch: no stream, no signal and no object of its own for each
 * page is made, which at ten thousand pages a run is most of what a request costs here.
 * @throws BrokenBodyError where the body is larger than `limit`; what undici says of a broken connection; what ended it
 */
export function exchange(
  agent: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { limit, start, onHead }: ExchangeOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let ended: Error | null = null;
    const parts: Buffer[] = [];
    let size = 0;
    const end = (why: Error) => {
      ended ??= why;
      stopClock();
      reject(ended);
      controller?.abort(ended);
    };
    const stopClock = start(end);
    agent.dispatch(request, {
      onRequestStart(begun) {
        controller = begun;
        if (ended) begun.abort(ended);
      },
      onResponseStart(_, status, headers) {
        if (status >= 200) onHead(status, flatten(headers));
      },
      onResponseData(_, chunk) {
        size += chunk.length;
        if (size > limit) end(tooLarge(limit));
        else parts.push(chunk);
      },
      onResponseEnd() {
        stopClock();
        resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts, size));
      },
      onResponseError(_, error) {
        stopClock();
        reject(error);
      },
    });
  });
}

export function tooLarge(limit: number): BrokenBodyError {
  return new BrokenBodyError(`the body is larger than ${limit} bytes (limits.body_bytes)`);
}

/** Of a header that came more than once, the first. */
export function flatten(headers: Record<string, string | string[] | undefined>): Headers {
  const flat: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers))
    flat[name.toLowerCase()] = Array.isArray(value) ? value[0] : value;
  return flat;
}

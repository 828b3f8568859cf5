import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, routeOf } from "./answer.ts";
import { Limiter } from "./limiter.ts";
import { numberIn } from "./lists.ts";
import { Login } from "./login.ts";
import type { Organization } from "./organization.ts";
import { deliver, jsonReply, type Reply, refusal, websiteReply } from "./reply.ts";
import { storageReply } from "./reports.ts";
import type { RequestLog } from "./request-log.ts";
import type { Call, HubHandle, Scenario, Stream } from "./scenario.ts";
import type { TokenIssuer } from "./tokens.ts";

/**
 * `port` 0 (the default) takes a free one. `pageSizeLimit` clamps every page (default 100). `tokenSeconds` is the life of an
 * access token (default 600, as Docker's document says). `fromInclusive` (default true) and `toInclusive` (default false) say
 * how the audit log reads its bounds, which Docker leaves open.
 */
export type DemoHubOptions = {
  organizations: Organization[];
  port?: number;
  now?: () => Date;
  pageSizeLimit?: number;
  rateLimit?: { perMinute: number };
  tokenSeconds?: number;
  fromInclusive?: boolean;
  toInclusive?: boolean;
  scenario?: Scenario;
};

/** What serves the requests: one for both ports. */
export class RequestHandler {
  readonly #options: DemoHubOptions;
  readonly #log: RequestLog;
  readonly #tokens: TokenIssuer;
  readonly #login: Login;
  readonly #limiter: Limiter;
  readonly #seen = new Map<Stream, number>();
  #scenario: Scenario | undefined;
  #handle: HubHandle | undefined;

  constructor(options: DemoHubOptions, log: RequestLog, tokens: TokenIssuer) {
    this.#options = options;
    this.#log = log;
    this.#tokens = tokens;
    this.#login = new Login(options.organizations, tokens);
    this.#limiter = new Limiter(options.rateLimit?.perMinute);
  }

  open(handle: HubHandle): void {
    this.#handle = handle;
    this.play(this.#options.scenario);
  }

  play(scenario: Scenario | undefined): void {
    this.#scenario = scenario;
    this.#seen.clear();
    if (this.#handle !== undefined) scenario?.begin?.(this.#handle);
  }

  now(): Date {
    const now = this.#options.now?.() ?? new Date();
    return new Date(now.getTime() + (this.#scenario?.clockSkewMs ?? 0));
  }

  listener(foreign: boolean): (request: IncomingMessage, response: ServerResponse) => void {
    return (request, response) => {
      void this.#serve(request, response, foreign);
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse, foreign: boolean): Promise<void> {
    const call = this.#call(request);
    const record = this.#log.start({
      method: call.method,
      path: call.path,
      query: call.query.toString(),
      at: this.now(),
      authorized: request.headers.authorization !== undefined,
      foreign,
    });
    let status = 0;
    try {
      const body = call.method === "POST" ? await bodyOf(request) : "";
      const scenario = foreign ? undefined : this.#scenario;
      const plain = (await scenario?.before?.(call)) ?? this.#reply(call, body);
      const reply = (await scenario?.after?.(plain, call)) ?? plain;
      status = reply.delivery === "reset" || reply.delivery === "silent" ? 0 : reply.status;
      response.sendDate = false;
      await deliver(response, { ...reply, headers: { date: this.now().toUTCString(), ...reply.headers } });
    } catch {
      response.destroy();
    } finally {
      this.#log.finish(record, status);
    }
  }

  #call(request: IncomingMessage): Call {
    const handle = this.#handle!;
    const { pathname, searchParams } = new URL(request.url ?? "/", handle.url);
    const { stream, account } = routeOf(pathname);
    const earlier = this.#seen.get(stream) ?? 0;
    this.#seen.set(stream, earlier + 1);
    return {
      method: request.method ?? "GET",
      path: pathname,
      query: searchParams,
      headers: request.headers,
      stream,
      account,
      organization: handle.organizations.find((one) => one.name.toLowerCase() === account.toLowerCase()),
      page: numberIn(searchParams, "page", 1),
      earlier,
      now: this.now(),
      hub: handle,
    };
  }

  #reply(call: Call, body: string): Reply {
    const { stream, method } = call;
    const now = this.now();
    if (stream === "other") return websiteReply();
    if (stream === "storage") return storageReply(call);
    if (method !== (stream === "token" ? "POST" : "GET")) return refusal(405, `method ${method} not allowed`);
    const seconds = this.#scenario?.tokenSeconds ?? this.#options.tokenSeconds ?? 600;
    if (stream === "token") return this.#login.answer(body, now, seconds);
    const session = this.#tokens.check(call.headers.authorization, now);
    if (session === undefined) return refusal(401, "unauthorized", "authentication required");
    const left = this.#limiter.take(now.getTime());
    if (!left.allowed) {
      const wait = { "retry-after": String(left.retryAfterSeconds) };
      return jsonReply(429, '{"detail":"Rate limit exceeded","error":false}', wait);
    }
    const { fromInclusive = true, toInclusive = false, pageSizeLimit = 100 } = this.#options;
    const reply = answer(call, session, {
      pageSizeLimit,
      bounds: { fromInclusive, toInclusive },
      scenario: this.#scenario,
    });
    if (reply.status !== 200) return reply;
    reply.headers["x-ratelimit-limit"] = String(left.limit);
    reply.headers["x-ratelimit-remaining"] = String(left.remaining);
    reply.headers["x-ratelimit-reset"] = String(left.resetSeconds);
    return reply;
  }
}

/** The text of a request body, cut off at 64 KiB. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > 65_536) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

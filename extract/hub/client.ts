import type { EnvHttpProxyAgent } from "undici";
import { Addresses, type Query } from "./address.ts";
import { Bearer } from "./bearer.ts";
import { decompress } from "./body.ts";
import type { HubClientOptions } from "./client-options.ts";
import { Concurrency } from "./concurrency.ts";
import { Deadlines } from "./deadline.ts";
import { type OpenedLink, openLink } from "./download.ts";
import { HubError, InterruptedError, UnauthorizedError, type Where } from "./errors.ts";
import { exchange } from "./exchange.ts";
import { Gate } from "./gate.ts";
import type { Limits } from "./limits.ts";
import { Pace } from "./pace.ts";
import { proxyAgent, proxyWords, refusedByProxy } from "./proxy.ts";
import { Redaction } from "./redaction.ts";
import { gaveUp, type Reply, refusalOf } from "./refusals.ts";
import { isAnswer, type Located, type Parse, type Request } from "./request.ts";
import { retryDelay } from "./retry.ts";
import { ServerClock } from "./server-clock.ts";
import { parseToken, type Token, tokenFrom } from "./token.ts";

/**
 * The only way to Docker Hub: one login for all workers of a connection, retries, pacing and one concurrency limit.
 * Nothing but GET and the login's one POST can leave it, and the bearer goes to the configured origin only.
 */
export class HubClient {
  /** Requests sent so far, logins and retries included. */
  requests = 0;
  readonly limits: Limits;
  /** What is known of the server's clock. */
  readonly clock: ServerClock;
  readonly #options: HubClientOptions;
  readonly #agent: EnvHttpProxyAgent;
  readonly #gate: Gate;
  readonly #concurrency: Concurrency;
  readonly #pace: Pace;
  readonly #addresses: Addresses;
  readonly #deadlines: Deadlines;
  readonly #bearer: Bearer;
  readonly #elsewhere = new Map<string, HubClient>();
  #isClosed = false;
  #lists = 0;
  readonly #redaction: Redaction;

  /** `login`: whose bearer and whose words to keep secret it shares; its own where it is not given. */
  constructor(options: HubClientOptions, login?: HubClient) {
    const { limits } = options;
    this.#options = options;
    this.limits = limits;
    this.clock = new ServerClock(options.clock ?? Date.now);
    this.#concurrency = new Concurrency(limits.concurrency);
    this.#gate = new Gate(this.#concurrency.now);
    this.#pace = new Pace(limits, options.signal, (reason, delay_ms) =>
      options.onEvent?.({ kind: "wait", reason, delay_ms }),
    );
    this.#addresses = new Addresses(options.url);
    this.#deadlines = new Deadlines(limits.request_timeout_seconds * 1000, options.signal);
    this.#redaction = login ? login.#redaction : new Redaction(options.secret, proxyWords(options.proxy));
    this.#bearer = login ? login.#bearer : new Bearer(() => this.#fetchToken());
    this.#agent = proxyAgent(options.proxy, limits);
  }

  /** The server's time where it differs from ours by more than half a minute, else ours: windows end by it, since events carry it. */
  now(): Date {
    return this.clock.now();
  }

  /**
   * Hears the server's clock often enough, by a small request or two where it differs from ours, that one wrong reply is
   * outvoted; what else these requests answer does not matter.
   * @throws ClockError where the clocks are more than a day apart
   */
  async settleClock(path: string): Promise<void> {
    for (let n = 0; n < 3 && this.clock.isInDoubt; n++) {
      await this.get(path, { page: 1, page_size: 1 }, () => null).catch((error: unknown) => {
        if (!(error instanceof HubError)) throw error;
      });
    }
    this.clock.mustAgree();
  }

  /** A rank behind all that were given before, for a list whose pages are to wait for those of earlier lists. */
  nextRank(): number {
    return ++this.#lists;
  }

  /** Whether a request that comes now need not wait for others. */
  get hasRoom(): boolean {
    return this.#gate.hasRoom;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#deadlines.close();
    await Promise.all([this.#agent.destroy(), ...[...this.#elsewhere.values()].map((other) => other.close())]);
  }

  /** A client for another origin that asks with the same login, at a pace of its own. It is closed with this one. */
  at(url: URL): HubClient {
    const known = this.#elsewhere.get(url.href);
    if (known) return known;
    const other = new HubClient({ ...this.#options, url }, this);
    this.#elsewhere.set(url.href, other);
    return other;
  }

  /** Waits before a download is begun anew: longer each time. */
  pauseBeforeTry(attempt: number): Promise<void> {
    return this.#pace.pause("a broken download", 100 * 2 ** attempt, false);
  }

  /** Requests sent so far, those to other origins, too. */
  get allRequests(): number {
    return [...this.#elsewhere.values()].reduce((sum, other) => sum + other.allRequests, this.requests);
  }

  /**
   * Fetches a bearer by `POST /v2/auth/token` (password, personal or organization access token alike; Docker's OpenAPI
   * document) unless a valid one is there. Concurrent callers share one login; a refused one is never tried again.
   * @throws UnauthorizedError, LockedError, SsoEnforcedError, ServerError, TransportError, RateLimitedError
   */
  async login(): Promise<void> {
    await this.#bearer.token();
  }

  /**
   * GET `path` under the configured origin, and what `parse` makes of the body. `parse` may throw BrokenBodyError: the
   * request is then tried again like a broken connection. 401 renews the token and is replayed once.
   * @throws the classes of errors.ts, one for each reaction
   */
  async get<T>(path: string, query: Query, parse: (body: Buffer) => T, { rank = 0 } = {}): Promise<T> {
    return this.#get({ method: "GET", address: this.#addresses.of(path, query), rank }, parse);
  }

  /** Where an address leads, as its redirect says, or what it answers itself. */
  async locate(path: string): Promise<Located> {
    const address = this.#addresses.of(path);
    return this.#get({ method: "GET", address, rank: 0, isRedirect: true }, (body, { headers }) =>
      headers.location === undefined ? { body } : { link: new URL(headers.location, address.origin + address.path) },
    );
  }

  /** Opens a link that needs no login, wherever it is: without the bearer, and its query never stands in a message. */
  async open(link: URL): Promise<OpenedLink> {
    this.requests++;
    return openLink(this.#agent, link, { ...this.#options, signal: this.#options.signal });
  }

  async #get<T>(request: Request, parse: Parse<T>): Promise<T> {
    try {
      return await this.#attempts(request, parse);
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || error.where.method === "POST") throw error;
      return await this.#attempts(request, parse);
    }
  }

  async #fetchToken(): Promise<Token> {
    const { identifier, secret } = this.#options;
    const body = JSON.stringify({ identifier, secret: secret() });
    const address = this.#addresses.of("/v2/auth/token");
    const value = await this.#attempts({ method: "POST", address, body, rank: 0 }, parseToken);
    this.#redaction.add(value);
    return tokenFrom(value, this.clock.at(), performance.now());
  }

  /** One request until it succeeds, is refused, or has been tried often enough. */
  async #attempts<T>(request: Request, parse: Parse<T>): Promise<T> {
    const { method, address } = request;
    const failures = { limited: 0, broken: 0 };
    for (;;) {
      const where: Where = { method, url: address.origin + address.pathname };
      let reply: Reply | null = null;
      let trouble: unknown = null;
      try {
        reply = await (method === "POST"
          ? this.#send(request)
          : this.#gate.run(request.rank, () => this.#sendWithBearer(request)));
        if (isAnswer(reply, request)) return parse(reply.body, reply);
      } catch (error) {
        if (this.#isClosed || this.#options.signal?.aborted) throw new InterruptedError();
        if (error instanceof HubError) throw error;
        trouble = error;
      }
      const status = trouble === null ? (reply?.status ?? 0) : 0;
      const refusal = reply && trouble === null ? refusalOf(reply, where, this.#redaction) : null;
      if (refusal && method === "POST") this.#bearer.refuse(refusal);
      if (refusal) throw refusal;
      const attempt = status === 429 ? ++failures.limited : ++failures.broken;
      const outcome = { status, headers: reply?.headers ?? {}, attempt, limitedMs: this.#pace.limitedMs };
      const delay = retryDelay(outcome, this.limits, {
        serverNowMs: this.clock.at(reply?.headers),
        random: Math.random,
      });
      const refused = trouble === null ? null : refusedByProxy(where, trouble);
      if (refused) throw refused;
      if (delay === null) throw gaveUp({ where, reply, trouble, attempt }, this.#redaction);
      await this.#pace.pause(
        status === 429 ? "rate limit" : status === 0 ? "no usable reply" : `HTTP ${status}`,
        delay,
        status === 429,
      );
    }
  }

  /** GET with a bearer that is valid now, not when the request began to wait. A bearer that was refused is forgotten. */
  async #sendWithBearer(request: Request): Promise<Reply> {
    await this.#pace.free();
    const token = await this.#bearer.token();
    const reply = await this.#send(request, { authorization: `Bearer ${token.value}` });
    if (reply.status === 401) this.#bearer.forget(token);
    return reply;
  }

  async #send({ method, address, body }: Request, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    this.#options.signal?.throwIfAborted();
    const number = await this.#pace.enter();
    const round = this.#concurrency.begin();
    const started = performance.now();
    this.requests++;
    const head: { status: number; headers: Reply["headers"] } = { status: 0, headers: {} };
    const request = {
      origin: address.origin,
      path: address.path,
      method,
      headers: {
        accept: "application/json",
        "accept-encoding": "gzip, deflate",
        "user-agent": this.#options.userAgent,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body ?? null,
    };
    const limit = this.limits.body_bytes;
    try {
      const bytes = await exchange(this.#agent, request, {
        limit,
        start: (end) => this.#deadlines.start(end),
        onHead: (status, headers) => {
          Object.assign(head, { status, headers });
          this.clock.learn(headers);
          this.#pace.learn(number, { status, headers, serverNowMs: this.clock.exactAt(headers) });
        },
      });
      return { ...head, body: await decompress(bytes, head.headers["content-encoding"], limit) };
    } finally {
      const ms = performance.now() - started;
      if (head.status === 429) this.#concurrency.refuse(round);
      this.#concurrency.end(round, head.status >= 200 && head.status < 300 ? ms : null);
      this.#gate.most = this.#concurrency.now;
      this.#pace.leave();
      this.#options.onEvent?.({ kind: "request", path: address.pathname, status: head.status, ms });
    }
  }
}

import type { IncomingHttpHeaders } from "node:http";
import type { EventSource } from "./event-log.ts";
import type { Organization } from "./organization.ts";
import type { Reply } from "./reply.ts";

/** What a request asks for: an endpoint's name. `other` is every path that is no part of the API. */
export type Stream =
  | "token"
  | "members"
  | "invites"
  | "organization"
  | "auditlogs"
  | "actions"
  | "other"
  | (string & Record<never, never>);

/** Docker does not say whether `from` and `to` include their instant; the hub can be told. */
export type Bounds = { fromInclusive: boolean; toInclusive: boolean };

/** The part of a running hub that a scenario may use. `otherOrigin` reaches the same hub by another port, where no scenario acts. */
export type HubHandle = {
  url: string;
  otherOrigin: string;
  organizations: Organization[];
  now(): Date;
  /** Makes every token issued until now answer 401. */
  revokeTokens(): void;
};

/** One request, as a scenario sees it. `earlier` counts the requests of the same stream since the scenario was set. */
export type Call = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  stream: Stream;
  account: string;
  organization: Organization | undefined;
  page: number;
  earlier: number;
  /** The hub's time. */
  now: Date;
  hub: HubHandle;
};

type Maybe<T> = T | Promise<T>;

/**
 * A way of misbehaving. `begin` runs once, when it is set. `before` may answer instead of the hub (or wait, or change an
 * organization first); `after` may change the reply. `record` rewrites each audit record on its way out, `position` says which
 * event stands at an index. `pageSize` turns the size asked for into the size given.
 */
export type Scenario = {
  name: string;
  tokenSeconds?: number;
  clockSkewMs?: number;
  pageSize?(asked: number): number;
  begin?(hub: HubHandle): void;
  before?(call: Call): Maybe<Reply | undefined>;
  position?(index: number, log: EventSource & { find(fromMs: number, toMs: number): [number, number] }): number;
  record?(text: string): string;
  after?(reply: Reply, call: Call): Maybe<Reply>;
};

/** Several scenarios as one: the first `before` that answers wins, everything else is applied in turn. */
export function combine(...parts: Scenario[]): Scenario {
  const tokenSeconds = parts.findLast((part) => part.tokenSeconds !== undefined)?.tokenSeconds;
  const sizing = parts.filter((part) => part.pageSize !== undefined);
  const placing = parts.filter((part) => part.position !== undefined);
  const writing = parts.filter((part) => part.record !== undefined);
  return {
    name: parts.map((part) => part.name).join(" + "),
    ...(tokenSeconds === undefined ? {} : { tokenSeconds }),
    clockSkewMs: parts.reduce((sum, part) => sum + (part.clockSkewMs ?? 0), 0),
    begin: (hub) => {
      for (const part of parts) part.begin?.(hub);
    },
    before: (call) => firstAnswer(parts, call),
    after: async (reply, call) => {
      let current = reply;
      for (const part of parts) current = (await part.after?.(current, call)) ?? current;
      return current;
    },
    ...(sizing.length === 0 ? {} : { pageSize: (asked) => sizing.reduce((size, part) => part.pageSize!(size), asked) }),
    ...(placing.length === 0
      ? {}
      : { position: (index, log) => placing.reduce((at, part) => part.position!(at, log), index) }),
    ...(writing.length === 0
      ? {}
      : { record: (text) => writing.reduce((written, part) => part.record!(written), text) }),
  };
}

async function firstAnswer(parts: Scenario[], call: Call): Promise<Reply | undefined> {
  for (const part of parts) {
    const reply = await part.before?.(call);
    if (reply !== undefined) return reply;
  }
  return undefined;
}

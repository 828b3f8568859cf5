import { addEvent, addMember } from "./organization.ts";
import { randomOf, uuidOf } from "./random.ts";
import { jsonReply, type Reply, refusal } from "./reply.ts";
import type { Call, Scenario, Stream } from "./scenario.ts";
import { altering, answering } from "./target.ts";

type Envelope = { count: number; previous: string | null; next?: string | null; results: unknown[] };

/** Rewrites every members envelope. */
function enveloping(name: string, change: (envelope: Envelope, call: Call) => unknown): Scenario {
  return altering(name, { streams: ["members"] }, (reply, call) => ({
    ...reply,
    body: JSON.stringify(change(JSON.parse(String(reply.body)) as Envelope, call)),
  }));
}

/** Rewrites the `next` of every members page that has one. */
function linking(name: string, link: (next: URL, call: Call) => string): Scenario {
  return enveloping(name, (envelope, call) =>
    typeof envelope.next === "string" ? { ...envelope, next: link(new URL(envelope.next), call) } : envelope,
  );
}

/** Changes the organization once, just before a later members page is read. */
function membersChanging(name: string, change: (call: Call) => void): Scenario {
  return answering(name, { streams: ["members"], skip: 1, times: 1 }, (call) => {
    change(call);
    return undefined;
  });
}

/** Records an event before each audit request, at most `times`; `agoMs` says how old it already is. */
function arriving(name: string, times: number, agoMs: () => number): Scenario {
  let nth = 0;
  return answering(name, { streams: ["auditlogs"], times }, ({ organization, hub }) => {
    if (organization === undefined) return undefined;
    const atMs = hub.now().getTime() - agoMs();
    nth += 1;
    addEvent(organization, {
      action: "repo.tag.push",
      name: `${organization.name}/drift`,
      actor: "drifter",
      atMs,
      eventId: uuidOf(`${name}/${organization.name}/${nth}/${atMs}`),
      data: { tag: `late-${nth}` },
    });
    return undefined;
  });
}

/** Answers one later page with the body of the page before it, once; asked again, it is right. */
function repeating(stream: Stream): Scenario {
  const pages = new Map<string, Reply>();
  let done = false;
  return {
    name: `repeated-page-${stream}`,
    after: (reply, call) => {
      if (call.stream !== stream || reply.status !== 200 || done) return reply;
      const query = new URLSearchParams(call.query);
      query.delete("page");
      const key = (page: number) => `${call.path}?${query}#${page}`;
      const before = pages.get(key(call.page - 1));
      pages.set(key(call.page), reply);
      if (before === undefined) return reply;
      done = true;
      return before;
    },
  };
}

/** Past the last page of events, other things than an empty list. */
function ending(name: string, body: string): Scenario {
  return altering(name, { streams: ["auditlogs"] }, (reply) =>
    String(reply.body) === '{"logs":[]}' ? { ...reply, body } : reply,
  );
}

/** Past the last page of members, 404, as Docker documents it for repositories. */
function missingPastEnd(): Scenario {
  return altering("404-past-the-end", { streams: ["members"] }, (reply, call) => {
    const { results } = JSON.parse(String(reply.body)) as Envelope;
    return call.page > 1 && results.length === 0 ? refusal(404, "Not found") : reply;
  });
}

/** Refuses pages deeper than the fifth, with the words that users of other lists have met; the status is a guess. */
function shallow(): Scenario {
  return answering("deep-offset-refused", { streams: ["auditlogs"] }, ({ page }) =>
    page > 5 ? jsonReply(400, '{"message":"pagination offset too large; narrow the request"}') : undefined,
  );
}

/** Answers with the whole log, whatever range is asked for. */
function deafToRange(): Scenario {
  return answering("range-ignored", { streams: ["auditlogs"] }, ({ query }) => {
    query.delete("from");
    query.delete("to");
    return undefined;
  });
}

/** Faults of pages: their sizes, their links, and what changes between them. */
export const pagingFaults: Record<string, (seed?: number) => Scenario> = {
  "page-size-clamped": () => ({ name: "page-size-clamped", pageSize: (asked) => Math.min(asked, 7) }),
  "page-size-ignored": () => ({ name: "page-size-ignored", pageSize: () => 25 }),
  "next-plain-http": () =>
    linking("next-plain-http", ({ search, pathname }) => `http://hub.invalid${pathname}${search}`),
  "next-foreign-host": () =>
    linking("next-foreign-host", ({ search, pathname }, { hub }) => `${hub.otherOrigin}${pathname}${search}`),
  "next-drops-page-size": () =>
    linking("next-drops-page-size", (next) => {
      next.searchParams.delete("page_size");
      return String(next);
    }),
  "next-empty": () => enveloping("next-empty", (envelope) => ({ ...envelope, next: envelope.next ?? "" })),
  "next-absent": () => enveloping("next-absent", ({ next: _next, ...envelope }) => envelope),
  "members-as-array": () => enveloping("members-as-array", (envelope) => [envelope]),
  "count-disagrees": () => enveloping("count-disagrees", (envelope) => ({ ...envelope, count: envelope.count + 3 })),
  "member-leaves": () => membersChanging("member-leaves", ({ organization }) => void organization?.members.shift()),
  "member-joins": () =>
    membersChanging("member-joins", ({ organization }) => {
      if (organization !== undefined) addMember(organization, { username: "just.joined" }, 0);
    }),
  "404-past-the-end": () => missingPastEnd(),
  "deep-offset-refused": () => shallow(),
  "range-ignored": () => deafToRange(),
  "page-drift": () => arriving("page-drift", 200, () => 0),
  "late-events": (seed = 1) => {
    const random = randomOf(`late/${seed}`);
    return arriving("late-events", 50, () => 60_000 + Math.floor(random() * 3 * 3_600_000));
  },
  "repeated-page-auditlogs": () => repeating("auditlogs"),
  "repeated-page-members": () => repeating("members"),
  "logs-missing": () => ending("logs-missing", "{}"),
  "logs-null": () => ending("logs-null", '{"logs":null}'),
};

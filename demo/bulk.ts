import { type EventFields, EventLog, type EventSource } from "./event-log.ts";
import { addMember, emptyOrganization, type Organization } from "./organization.ts";
import { mix32 } from "./random.ts";

/** `now` is the end of history (default 2026-01-01), `members` the number of seats (250), `days` the length of history (90). */
export type BulkOptions = { now?: Date; members?: number; days?: number; eventIds?: boolean };

const dayMs = 86_400_000;

/** Eight hexadecimal digits; different integers of 32 bits give different digits, because the scrambling loses nothing. */
function hex8(value: number): string {
  return (0x1_0000_0000 + mix32(value)).toString(16).slice(1);
}

function hex(seed: number, parts: number): string {
  return Array.from({ length: parts }, (_, part) => hex8(seed * 16 + part)).join("");
}

// The endings of ids and digests come from small tables: their eight leading digits alone make them differ.
const idTails = Array.from({ length: 1024 }, (_, seed) => {
  const text = hex(seed + 1, 3);
  return `-${text.slice(0, 4)}-4${text.slice(4, 7)}-a${text.slice(7, 10)}-${text.slice(10, 22)}`;
});
const digestTails = Array.from({ length: 1024 }, (_, seed) => hex(seed + 5000, 7));
const tags = Array.from({ length: 350 }, (_, nth) => `1.${nth % 50}.${nth % 7}`);

/** Events that are made when they are asked for: number i depends on i alone, and their times rise with i. */
class GeneratedEvents implements EventSource {
  readonly count: number;
  readonly #account: string;
  readonly #startMs: number;
  readonly #stepMs: number;
  readonly #people: number;
  readonly #eventIds: boolean;
  #minute = Number.NaN;
  #minuteText = "";

  constructor(account: string, count: number, options: Required<BulkOptions>) {
    this.count = count;
    this.#account = account;
    this.#startMs = options.now.getTime() - options.days * dayMs;
    this.#stepMs = (options.days * dayMs) / Math.max(1, count);
    this.#people = Math.max(1, options.members);
    this.#eventIds = options.eventIds;
  }

  atMs(index: number): number {
    return this.#startMs + Math.floor((index + mix32(index) / 0x1_0000_0000) * this.#stepMs);
  }

  fields(index: number): EventFields {
    const dice = mix32(index ^ 0x5bd1e995);
    const person = bulkUsername(dice % this.#people);
    const kind = (dice >>> 8) % 100;
    const atMs = this.atMs(index);
    if (kind < 94) {
      const actor = kind < 20 ? `${person} - access token "CI"` : person;
      return { atMs, action: "repo.tag.push", name: `${this.#account}/service-${(dice >>> 16) % 60}`, actor };
    }
    if (kind < 97) return { atMs, action: "offload.lease.end", name: this.#account, actor: person };
    return { atMs, action: "org.team.member.add", name: person, actor: bulkUsername(0) };
  }

  record(index: number): string {
    const { action, name, actor, atMs } = this.fields(index);
    const unique = hex8(index);
    const id = this.#eventIds ? `"event_id":"${unique}${idTails[index & 1023]}",` : "";
    const tag = tags[index % tags.length];
    let data = `{"lease_id":"${unique}","resource_type":"run_4cpu_8mem"}`;
    let text = action;
    if (action === "repo.tag.push") {
      data = `{"digest":"sha256:${unique}${digestTails[index & 1023]}","tag":"${tag}"}`;
      text = `pushed the tag ${tag} to the repository ${name}`;
    }
    const quoted = actor.endsWith('"') ? actor.replaceAll('"', '\\"') : actor;
    return `{${id}"account":"${this.#account}","action":"${action}","name":"${name}","actor":"${quoted}","data":${data},"timestamp":"${this.#timestamp(atMs)}","action_description":"${text}"}`;
  }

  /** The instant as ISO text; neighbours share their minute, so that it is formatted once. */
  #timestamp(atMs: number): string {
    const minute = Math.floor(atMs / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#minuteText = new Date(minute * 60_000).toISOString().slice(0, 17);
    }
    const restMs = atMs - minute * 60_000;
    return `${this.#minuteText}${String(100_000 + restMs).slice(1, 3)}.${String(1000 + (restMs % 1000)).slice(1)}Z`;
  }
}

/** The username of seat `index` of a bulk organization. */
export function bulkUsername(index: number): string {
  return `user${String(index).padStart(5, "0")}`;
}

/**
 * A Business organization with exactly `events` audit events of about 330 bytes, made on demand, so that a million cost no memory.
 * Readable with `demoSecret(name)`. The same arguments give the same events.
 */
export function bulkOrganization(name: string, events: number, options: BulkOptions = {}): Organization {
  const { now = new Date("2026-01-01T00:00:00Z"), members = 250, days = 90, eventIds = true } = options;
  const source = new GeneratedEvents(name, events, { now, members, days, eventIds });
  const organization = emptyOrganization(name, { plan: "Business", insights: true, events: new EventLog([], source) });
  for (let index = 0; index < members; index += 1) {
    const lastSeen = new Date(now.getTime() - (mix32(index) % 80) * dayMs).toISOString();
    const seen = index % 10 === 9 ? null : lastSeen;
    addMember(organization, {
      username: bulkUsername(index),
      id: hex8(index) + hex8(index + 1e6) + hex8(index + 2e6) + hex8(index + 3e6),
      role: index === 0 ? "Owner" : "Member",
      last_seen_at: seen,
      last_logged_in_at: seen,
      last_desktop_version: seen === null ? null : "4.46.0",
    });
  }
  return organization;
}

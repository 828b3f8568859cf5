import { type EventFields, EventLog, type EventSource } from "./event-log.ts";
import { addMember, emptyOrganization, type Organization } from "./organization.ts";
import { mix32 } from "./random.ts";

/** `now` is the end of history (default 2026-01-01), `members` the number of seats (250), `days` the length of history (90). */
export type BulkOptions = { now?: Date; members?: number; days?: number; eventIds?: boolean };

const dayMs = 86_400_000;
const hexPairs = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, "0"));

function hex8(value: number): string {
  const mixed = mix32(value);
  return `${hexPairs[mixed >>> 16]}${hexPairs[mixed & 0xffff]}`;
}

/** Events that are made when they are asked for: number i depends on i alone, and their times rise with i. */
class GeneratedEvents implements EventSource {
  readonly count: number;
  readonly #account: string;
  readonly #startMs: number;
  readonly #stepMs: number;
  readonly #people: number;
  readonly #eventIds: boolean;

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
    const base = index * 16;
    const short = hex8(base + 1);
    const id = `"event_id":"${hex8(base)}-${short.slice(0, 4)}-4${short.slice(5)}-a${hex8(base + 2).slice(5)}-${hex8(base + 3)}${short.slice(4)}",`;
    const tag = `1.${index % 50}.${index % 7}`;
    let data = `{"lease_id":"${hex8(base + 4)}${hex8(base + 5)}","resource_type":"run_4cpu_8mem"}`;
    let text = `${action} by ${actor.split(" ")[0]}`;
    if (action === "repo.tag.push") {
      let digest = "sha256:";
      for (let part = 4; part < 12; part += 1) digest += hex8(base + part);
      data = `{"digest":"${digest}","tag":"${tag}"}`;
      text = `pushed the tag ${tag} to the repository ${name}`;
    }
    const quoted = actor.includes('"') ? actor.replaceAll('"', '\\"') : actor;
    return `{${this.#eventIds ? id : ""}"account":"${this.#account}","action":"${action}","name":"${name}","actor":"${quoted}","data":${data},"timestamp":"${new Date(atMs).toISOString()}","action_description":"${text}"}`;
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

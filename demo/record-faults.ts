import type { EventDraft } from "./event-log.ts";
import { addEvent, addMember, type Organization } from "./organization.ts";
import { randomOf, uuidOf } from "./random.ts";
import type { Scenario } from "./scenario.ts";

type Planted = Partial<Omit<EventDraft, "account">>;

/**
 * Records odd events in every organization when it begins, one a minute up to the hub's present. What is not given is that of a
 * pushed tag. They are true events: `eventsOf` yields them too.
 */
export function planting(name: string, plants: Planted[], extra?: (organization: Organization) => void): Scenario {
  return {
    name,
    begin: ({ organizations, now }) => {
      for (const organization of organizations) {
        plants.forEach((plant, nth) => {
          const atMs = now().getTime() - (plants.length - nth) * 60_000;
          addEvent(organization, {
            action: "repo.tag.push",
            name: `${organization.name}/odd`,
            actor: "odd.one",
            atMs,
            eventId: uuidOf(`${name}/${organization.name}/${nth}/${atMs}`),
            data: { tag: "odd" },
            ...plant,
          });
        });
        extra?.(organization);
      }
    },
  };
}

/** Rewrites every audit record on its way out; the true event stays. */
export function rewriting(name: string, record: (text: string) => string): Scenario {
  return { name, record };
}

const timestamp = /"timestamp":"([^"]*)","action_description"/;

function withOffset(text: string): string {
  return text.replace(timestamp, (_, instant: string) => {
    const local = new Date(Date.parse(instant) + 2 * 3_600_000).toISOString().replace("Z", "+02:00");
    return `"timestamp":"${local}","action_description"`;
  });
}

const withoutId = (text: string) => text.replace(/^\{"event_id":"[^"]*",/, "{");

const inSeconds = (text: string) => text.replace(/("timestamp":"[^"]*?)\.\d+(Z","action_description")/, "$1$2");

/**
 * Twelve events of one millisecond, and each reading of a window sees events that share a time in another order, the first one
 * even from page to page: where such a group lies across two pages, one of them is seen twice and another not at all, and only
 * reading again finds it. (Where no two readings agree, what all of them saw twice cannot be told from two events.)
 */
function unstableOrder(seed: number): Scenario {
  const random = randomOf(`order/${seed}`);
  const readings = new Map<string, { count: number; turn: number }>();
  let turn = 0;
  return {
    name: "unstable-order",
    begin: (hub) => {
      const atMs = hub.now().getTime() - 300_000;
      const plants = Array.from({ length: 12 }, (_, nth) => ({ atMs, data: { tag: `tie-${nth}` } }));
      planting("unstable-order", plants).begin?.(hub);
    },
    before: ({ stream, query, page }) => {
      if (stream !== "auditlogs") return undefined;
      const window = `${query.get("from")} ${query.get("to")}`;
      const reading = readings.get(window) ?? { count: 0, turn: 0 };
      if (page === 1) reading.count += 1;
      if (page === 1 || reading.count === 1) reading.turn = Math.floor(random() * 1e6);
      readings.set(window, reading);
      turn = reading.turn;
      return undefined;
    },
    position: (index, log) => {
      const atMs = log.atMs(index);
      const [low, high] = log.find(atMs, atMs + 1);
      return low + ((index - low + turn) % (high - low));
    },
  };
}

const nested = {
  who: { name: "x", roles: ["a", ["b", { deep: [null, true, 1.5] }]] },
  list: [1, "two", null],
  empty: {},
};
const huge =
  '{"big":1e400,"id":12345678901234567890,"small":-1e-400,"exact":0.1000000000000000055511151231257827,"minus":-0}';
const oldNames = ["org.member.removed", "org.team.member.invite", "team.member.add", "team.member.remove"];
const newNames = ["scout.policy.evaluate", "repo.tag.sign", "REPO.TAG.PUSH", "nodots", "", "a.b.c.d.e.f"];
const sqlNames = [
  "'); drop table usage_facts; --",
  'a"b',
  "x' or '1'='1",
  "{{ jinja }}",
  "$1",
  "%s",
  "select",
  "--",
  "\\",
];
const formulas = ['=HYPERLINK("http://x.invalid","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"];
const controls = ["\u0000", "\u0001\u001f\u007f", "a\r\nb\tc", "\u2028\u2029", "\u200b\u202e", "\ufeff"];

/** Plants each text as a tag, an actor and a description, and as the full name of a new member. */
function named(name: string, texts: readonly string[]): Scenario {
  const plants = texts.map((text) => ({ actor: text, data: { tag: text, [text]: text }, description: text }));
  return planting(name, plants, (organization) => {
    texts.forEach((text, nth) => {
      addMember(organization, { username: `${name}-${nth}`, full_name: text, groups: [text] });
    });
  });
}

/** Faults of records: odd events and odd texts. */
export const recordFaults: Record<string, (seed?: number) => Scenario> = {
  "no-event-id": () => rewriting("no-event-id", withoutId),
  "second-timestamps": () => rewriting("second-timestamps", inSeconds),
  "offset-timestamps": () => rewriting("offset-timestamps", withOffset),
  "identical-events": () => ({
    name: "identical-events",
    begin: (hub) => {
      const atMs = hub.now().getTime() - 600_000;
      planting("identical-events", Array(3).fill({ atMs, eventId: undefined, data: { tag: "twin" } })).begin?.(hub);
    },
  }),
  "unknown-actions": () =>
    planting(
      "unknown-actions",
      [...oldNames, ...newNames].map((action) => ({ action })),
    ),
  "data-missing": () => planting("data-missing", [{ data: undefined }]),
  "data-null": () => planting("data-null", [{ data: null }]),
  "data-nested": () => planting("data-nested", [{ data: nested }, { data: [] }, { data: "text" }, { data: 7 }]),
  "huge-numbers": () => planting("huge-numbers", [{ dataText: huge }]),
  "megabyte-strings": () => planting("megabyte-strings", [{ data: { tag: "x".repeat(1_048_576) } }]),
  "control-characters": () => named("control-characters", controls),
  emoji: () => named("emoji", ["🐳", "👩‍👩‍👧‍👦 family", "e\u0301 and é", "日本語", "مرحبا"]),
  "lone-surrogates": () =>
    planting("lone-surrogates", [
      { dataText: '{"tag":"\\ud83d broken \\udc33","\\ud800":"key"}', description: "\ud800" },
    ]),
  "sql-names": () => named("sql-names", sqlNames),
  "formula-names": () => named("formula-names", formulas),
  "unstable-order": (seed = 1) => unstableOrder(seed),
};

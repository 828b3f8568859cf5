import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { eventText } from "../../../demo/event-log.ts";
import { slicePage } from "../../../extract/page.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { runChecks } from "../../../load/checks.ts";
import { buildMarts } from "../../../load/marts.ts";
import { mergeRawFiles } from "../../../load/merge/merge.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { readRows } from "../../../load/warehouse/rows.ts";

const BASE = Date.parse("2026-06-01T00:00:00Z");
const HOUR = 3_600_000;
const MINUTE = 60_000;
const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

/** JSON texts of any value, those that a parser may choke on among them; the last ones are none. */
const NASTY = [
  String.raw`"\ud800"`,
  String.raw`"\udfff and more"`,
  String.raw`"a\u0000b"`,
  String.raw`"\u0000"`,
  JSON.stringify("x".repeat(200_000)),
  '"constructor"',
  '"__proto__"',
  '""',
  '"  "',
  '"{"',
  '"infinity"',
  '"-infinity"',
  '"9999-99-99T99:99:99Z"',
  '"9999-12-31T23:59:59+14:00"',
  '"0000-01-01"',
  '"2026-05-20T10:00:00 BC"',
  '"294277-01-01"',
  "1e400",
  "-0",
  "123456789012345678901234567890",
  "0.1",
  "true",
  "null",
  "{}",
  "[]",
  '{"name":"core"}',
  '[null,1,"a",{"name":"b"},{"x":1},["c"],true]',
  String.raw`["\ud800"]`,
  deep(3000),
  `{"a":${deep(3000)}}`,
];
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
);
const key = (...names: string[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string() });

/** A record whose fields are anything, or no record at all. */
const recordOf = (...names: string[]) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .array(fc.tuple(key(...names), value), { maxLength: 6 })
        .map((pairs) => `{${pairs.map(([name, said]) => `${JSON.stringify(name)}:${said}`).join(",")}}`),
    },
    { weight: 1, arbitrary: value },
  );
const member = recordOf(
  ...["id", "username", "email", "primary_email", "full_name", "role", "groups", "is_guest", "company", "location"],
  ...["date_joined", "last_logged_in_at", "last_seen_at", "last_desktop_version"],
);
const invite = recordOf("id", "inviter_username", "invitee", "team", "role", "created_at");
const action = recordOf("action", "group", "label", "description");
const event = recordOf("event_id", "account", "action", "name", "actor", "data", "timestamp", "action_description");

const story = fc.record({
  members: fc.array(member, { maxLength: 8 }),
  invites: fc.array(invite, { maxLength: 6 }),
  actions: fc.array(action, { maxLength: 6 }),
  events: fc.array(event, { maxLength: 6 }),
});

const KEEPER = '{"id":"k","username":"Keeper","email":"keeper@example.com","role":"Owner","groups":["core"]}';
const GUEST = '{"id":"i","invitee":"guest","team":"core","created_at":"2026-05-01T00:00:00Z"}';
const PUSH = eventText({
  account: "acme",
  action: "repo.push",
  name: "acme/app",
  actor: "keeper",
  atMs: BASE,
  data: {},
});

it(
  "no payload does more than land in ops.rejected: what stands beside it is merged, and every law holds",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "docktally-property-"));
    const warehouse = await openWriter(folder);
    const store = new RawStore(folder);
    const list = async (query: string) =>
      (await readRows(warehouse.connection, query)).rows.map(([first]) => String(first));
    const write = (stream: string, records: readonly string[], at: Date) => {
      const page = slicePage(Buffer.from(`{"list":[${records.join(",")}]}`), "list", at);
      const kind = { auditlog: "window", actions: "catalog" }[stream] ?? "snapshot";
      const times = { read_at: at, window_from: new Date(at.getTime() - HOUR), window_to: at };
      const meta = { org: "acme", stream, kind: kind as "window", run_id: runId, accept_shrink: true, ...times };
      return store.write(meta, [{ page, number: 1 }]);
    };
    let hour = 2;
    let runId = "";
    try {
      await migrate(warehouse, "0.0.0");
      const property = fc.asyncProperty(story, async ({ members, invites, actions, events }) => {
        const at = new Date(BASE + hour++ * HOUR);
        runId = newRunId(at);
        const files = [
          await write("invites", [...invites, GUEST], at),
          await write("members", [...members, KEEPER], at),
          await write("actions", [...actions, `{"action":"odd.thing${hour}","label":"Odd"}`], at),
          await write("auditlog", [...events, PUSH.replace("acme/app", `acme/app${hour}`)], at),
        ];
        const { broken, refused } = await mergeRawFiles(warehouse, files);
        expect([broken, refused]).toEqual([[], []]);
        expect(
          await list("select username from dim_member where is_current and username in ('Keeper', 'guest') order by 1"),
        ).toEqual(["Keeper", "guest"]);
        expect(
          await list(`select 1 from dim_action where source_action = 'odd.thing${hour}' and label = 'Odd'`),
        ).toEqual(["1"]);
        expect(await list(`select actor from fct_usage where resource = 'acme/app${hour}'`)).toEqual(["keeper"]);
        // whoever tells nobody was rejected, with what was sent
        const rejected = new Set(await list("select payload from ops.rejected"));
        for (const record of members.filter((one) => !tells(one, ["username", "email", "primary_email"])))
          expect(rejected).toContain(record);
        for (const record of invites.filter((one) => !tells(one, ["invitee"]))) expect(rejected).toContain(record);
        for (const record of actions.filter((one) => !tells(one, ["action"]))) expect(rejected).toContain(record);
        await buildMarts(warehouse);
        expect((await runChecks(warehouse)).failed).toEqual([]);
      });
      await fc.assert(property, { numRuns: 12, endOnFailure: true });
    } finally {
      warehouse.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  MINUTE,
);

/** Whether a record could tell whom or what it is about: an object with text (or a number) under one of these names. */
function tells(text: string, names: readonly string[]): boolean {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof record !== "object" || record === null || Array.isArray(record)) return false;
  const isText = (said: unknown) =>
    said !== null && said !== undefined && typeof said !== "object" && String(said).trim() !== "";
  // of a name that stands twice another one may be taken than here
  return names.some((name) => isText((record as Record<string, unknown>)[name]) || text.split(`"${name}":`).length > 2);
}

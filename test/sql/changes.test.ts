import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { buildMarts } from "../../load/marts.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter } from "../../load/warehouse/open.ts";
import { sqlText } from "../../transform/query.ts";
import { ago, NOW, Org } from "../kit/org.ts";
import { insert, type Row, rowsOf } from "../kit/rows.ts";

/** Snapshots 40, 20 and 10 days ago and now, the audit log whole. */
function organization(): Org {
  const org = new Org("acme");
  org.settings();
  org.auditlog(100);
  for (const days of [40, 20, 10]) org.insights(ago(days));
  org.insights();
  const from = (days: number) => ({ valid_from: ago(days) });
  const until = (days: number) => ({ valid_to: ago(days) });
  org.member("told", { ...from(20), change_type: "join" });
  org.fact("boss", ago(25), { action: "org.member.add", subject: "told" });
  org.member("untold", { ...from(20), change_type: "join" });
  org.member("left", { ...from(40), ...until(10) });
  org.fact("boss", ago(50), { action: "org.member.remove", subject: "left" }); // another time
  org.fact("boss", ago(12), { action: "org.member.remove", subject: "left" });
  // in and out between two snapshots
  org.fact("boss", ago(8), { action: "org.member.add", subject: "brief" });
  org.fact("boss", ago(7), { action: "org.member.remove", subject: "brief" });
  org.invitee(null, { email: "ines@example.com", ...from(20), ...until(10), person: "ines" });
  org.member("ines", { email: "ines@example.com", ...from(10), change_type: "accept", person: "ines" });
  org.fact("boss", ago(11), { action: "org.member.add", subject: "ines" });
  org.invitee(null, { email: "gone@example.com", ...from(20), ...until(10), invited_at: ago(22) });
  org.member("ruth", { ...from(40), ...until(10), member_id: "r" });
  org.member("ruth", { ...from(10), role: "Owner", change_type: "role_change", member_id: "r" });
  // active until 60 days after, idle since
  org.member("tired", from(40));
  org.fact("tired", ago(65));
  org.member("back", from(40));
  org.fact("back", ago(3));
  return org;
}

let told: Row[];
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "docktally-changes-"));
  const writer = await openWriter(folder);
  await migrate(writer, "0.0.0");
  for (const [table, rows] of Object.entries(organization().tables)) await insert(writer.connection, table, rows);
  await buildMarts(writer);
  await writer.connection.run(`set variable since = timestamp '${ago(60)}'`);
  told = await rowsOf(writer.connection, sqlText("reports/changes"));
  writer.close();
  rmSync(folder, { recursive: true });
});

const of = (name: string) =>
  told
    .filter(({ username, email }) => username === name || email === `${name}@example.com`)
    .map(({ change, before, after, at }) => [change, before, after, String(at).slice(0, 19)]);
const at = (days: number) => ago(days).slice(0, 19);

it.each<[claim: string, name: string, changes: unknown[][]]>([
  ["what an event tells, a snapshot does not tell again", "told", [["joined", null, "Member", at(25)]]],
  ["what no event tells is told by the snapshot", "untold", [["joined", null, "Member", at(20)]]],
  [
    "an event that tells of another time stands for itself",
    "left",
    [
      ["left", "Member", null, at(12)],
      ["left", null, null, at(50)],
    ],
  ],
  [
    "who was in between two snapshots only is known by the log",
    "brief",
    [
      ["left", null, null, at(7)],
      ["joined", null, null, at(8)],
    ],
  ],
  [
    "who accepts an invitation has not joined besides",
    "ines",
    [
      ["invitation_accepted", "invited", "Member", at(11)],
      ["invited", null, "invited", at(20)],
    ],
  ],
  [
    "an invitation that is gone with nobody joined has ended, and began when Docker says",
    "gone",
    [
      ["invitation_ended", "invited", null, at(10)],
      ["invited", null, "invited", at(22)],
    ],
  ],
  ["another role is told with both", "ruth", [["role_changed", "Member", "Owner", at(10)]]],
  ["who becomes idle was active", "tired", [["became_idle", "active", "idle", "2026-10-18"]]],
  ["who comes back was idle or never active", "back", [["became_active", "never_active", "active", "2026-10-20"]]],
])("%s", (_, name, changes) => {
  expect(of(name)).toEqual(changes);
});

it("nothing before the day or after the moment of the report is told, the newest first", () => {
  const times = told.map((row) => String(row.at));
  expect(times).toEqual([...times].sort().reverse());
  expect(times.at(-1)! >= ago(60) && times[0]! <= NOW).toBe(true);
});

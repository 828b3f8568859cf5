import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addMember, emptyOrganization } from "../../../demo/organization.ts";
import { docktally, emptyFolder, hubOf, type Row, writeConfig } from "../../kit/at-work.ts";

const ORG = "acme";
const PEOPLE = `username,department,manager
ann,R&D,"Doe, Jane"
bob,Sales,zoe
cleo,r&d,ZOE
stranger,Sales,zoe
`;
const DECISIONS = `Seat,Organization,Decision,By,Until,Note
ann,,remove,zoe,,
cleo,Acme,keep,zoe,2999-12-31,quarterly job
dan,other,remove,,,
ghost,,remove,,,
`;
const SETTINGS = [
  "license:",
  "  price_per_seat_month: 10",
  "  people: people.csv",
  "  decisions: decisions.csv",
  '  service_accounts: ["ci-*"]',
  "  exclude: [{ username: bob, until: 2999-01-01, reason: parental leave }, { username: dan, until: 2020-01-01 }]",
];

it("people and decisions are shown, respected and followed up; lists are filtered and split", async () => {
  const organization = emptyOrganization(ORG, { insights: true });
  for (const username of ["ann", "bob", "cleo", "dan"])
    addMember(organization, { username, last_seen_at: "2020-01-01T00:00:00Z" });
  const folder = emptyFolder();
  const hub = await hubOf([organization]);
  const env = writeConfig(folder, hub, [ORG], { [ORG]: SETTINGS });
  writeFileSync(join(folder, "people.csv"), PEOPLE);
  const run = (...args: string[]) => docktally(args, { cwd: folder, env });
  const decide = (text: string) => writeFileSync(join(folder, "decisions.csv"), text);

  decide("Seat,Decision\nann,remov\n");
  const refused = await run("sync", "--quiet");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/decisions\.csv:2: decision: found "remov": .*did you mean remove\?/);

  decide(DECISIONS);
  const synced = await run("sync", "--quiet");
  expect(synced.code).toBe(0);
  expect(synced.stderr).toMatch(/license\.decisions: ghost: .*correct the seat/);

  const report = (await run("report", "licenses", "--json")).json;
  const seats = Object.fromEntries(report.seats.map((seat: Row) => [seat.username, seat]));
  expect(seats.ann).toMatchObject({ decision: "remove", decision_by: "zoe", protected_reason: null });
  expect(seats.bob).toMatchObject({ protected_reason: "excluded", protected_note: "parental leave", manager: "zoe" });
  expect(seats.cleo).toMatchObject({
    protected_reason: "decided",
    recommendation: "keep",
    decision_until: "2999-12-31",
  });
  expect(seats.dan).toMatchObject({ decision: null, protected_reason: null });
  expect(report.decisions).toEqual([
    { org: ORG, username: "ann", email: null, decision: "remove", outcome: "still_there", saving_realized_year: 0 },
    { org: ORG, username: "cleo", email: null, decision: "keep", outcome: "still_there", saving_realized_year: 0 },
  ]);

  const check = await run("check");
  expect(check.code).toBe(0);
  for (const words of [
    /the exclusion of\s+dan ended on 2020-01-01/,
    /ci-\*: these match no username/,
    /people: stranger/,
  ])
    expect(check.stdout.replace(/\n +/g, " ")).toMatch(words);
  expect((await run("explain", "bob")).stdout).toMatch(
    /department Sales, manager zoe[\s\S]*excluded until 2999-01-01: parental leave/,
  );
  expect((await run("report", "licenses")).stdout).toContain(
    "Decisions: 1 to remove: 1 still there; 1 to keep: 1 still there.",
  );
  expect((await run("explain", "ann")).stdout).toMatch(/decision +remove by zoe/);

  const named = async (...args: string[]) => (await run("report", "licenses", "--json", ...args)).json;
  const whole = await named("--manager", "Zoe", "--sort", "seat");
  expect(whole.seats.map((seat: Row) => seat.username)).toEqual(["bob", "cleo"]);
  expect(whole.summary).toEqual(report.summary);
  const table = await run("report", "licenses", "--department", "R&D", "--sort", "seat");
  expect(table.stdout).toMatch(/ann[\s\S]*cleo/);
  expect(table.stdout).not.toMatch(/\b(bob|dan)\b/);
  const nobody = await run("report", "licenses", "--format", "csv", "--manager", "zo");
  expect([nobody.code, nobody.stdout.split("\n").length]).toEqual([0, 2]);
  expect(nobody.stderr).toContain('no seat has the manager "zo"; did you mean zoe?');
  expect((await run("report", "licenses", "--todo", "reclaim,cancel_invit")).stderr).toContain(
    "did you mean cancel_invite?",
  );

  const split = await run("report", "licenses", "--split-by", "manager", "--format", "csv", "--out", "lists");
  expect(split.stdout).toContain(`${join("lists", "zoe.csv")}  2 seats`);
  expect(readdirSync(join(folder, "lists")).sort()).toEqual(["Doe_Jane.csv", "none.csv", "zoe.csv"]);
  expect(readFileSync(join(folder, "lists/none.csv"), "utf8").split("\n")).toHaveLength(3);
  expect(statSync(join(folder, "lists/zoe.csv")).mode & 0o077).toBe(0);

  decide(`${DECISIONS}dan,acme,keep,,,\n`);
  const heeded = await run("report", "licenses", "--json");
  expect(heeded.stderr).toContain("license.decisions");
  expect(heeded.json.seats.find((seat: Row) => seat.username === "dan").protected_reason).toBe("decided");

  const [ann] = organization.members.filter(({ username }) => username === "ann");
  organization.members = organization.members.filter((member) => member !== ann);
  expect((await run("sync", "--quiet")).code).toBe(0);
  expect((await run("report", "licenses")).stdout).toContain("1 to remove: 1 removed (120 USD a year saved)");
  const [gone] = (await named()).decisions;
  expect(gone).toMatchObject({ username: "ann", outcome: "removed", saving_realized_year: 120 });
  organization.members.push(ann!);
  expect((await run("sync", "--quiet")).code).toBe(0);
  const [back] = (await named()).decisions;
  expect(back).toMatchObject({ username: "ann", outcome: "came_back", saving_realized_year: 0 });
});

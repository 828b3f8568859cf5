import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

it("a name that another account took over was theirs until then; who was renamed has both names", async () => {
  const { ask, members } = await queries();
  const until = { is_current: false, valid_to: "2026-03-01 00:00:00" };
  await members([
    { ...until, username: "Ann", person: "1" },
    { username: "ann", person: "2", valid_from: "2026-03-01 00:00:00" },
    { ...until, username: "bob", person: "3" },
    { username: "bobby", person: "3", valid_from: "2026-03-01 00:00:00" },
    { username: "finn", person: "4", seat_type: "invitee" },
  ]);
  const columns = "actor, kind, used_from::varchar as used_from, used_until::varchar as used_until";
  const always = { used_from: "-infinity", used_until: "infinity" };
  expect(await ask("known_people", {}, columns)).toEqual([
    { actor: "ann", kind: "former_member", used_from: "-infinity", used_until: "2026-03-01 00:00:00" },
    { actor: "ann", kind: "member", used_from: "2026-03-01 00:00:00", used_until: "infinity" },
    { ...always, actor: "bob", kind: "member" },
    { ...always, actor: "bobby", kind: "member" },
    { ...always, actor: "finn", kind: "invitee" },
  ]);
});

it("who left before anybody looked is a former member, and so is who joined and is in no snapshot after it", async () => {
  const { ask, connection, facts, given } = await queries();
  const [early, late] = ["2026-02-01 00:00:00", "2026-04-01 00:00:00"];
  const told = (subject: string, occurred_at: string, action = "org.member.add") => ({
    fact_id: `${subject} ${occurred_at}`,
    actor: "boss",
    action,
    subject,
    occurred_at,
  });
  await facts([
    told("left", early, "org.member.remove"),
    told("Left", "2026-01-01 00:00:00"),
    told("joined", early),
    told("joins-now", late),
    told("known", early, "org.member.remove"),
    told("came-back", early, "org.member.remove"),
    told("came-back", late),
  ]);
  await connection.run("insert into ops.member_snapshots values ('acme', '2026-03-01', 1, 0, 0, 0, 'r0', 'f0')");
  await given("known_people", [{ org: "acme", actor: "known", kind: "member", used_from: early, used_until: late }]);
  const [row] = await ask("former_members", {}, "actor, kind, used_until::varchar as used_until");
  expect(row).toEqual({ actor: "joined", kind: "former_member", used_until: "infinity" });
  expect((await ask("former_members", {}, "actor")).map(({ actor }) => actor).sort()).toEqual(["joined", "left"]);
});

it("facts get the kind that their actor had at the time, once the members changed", async () => {
  const { ask, connection, facts, given, rows, run, text } = await queries();
  const [early, late] = ["2026-02-01 00:00:00", "2026-04-01 00:00:00"];
  await facts([
    { fact_id: "a", actor: "ann", occurred_at: early },
    { fact_id: "b", actor: "ann", occurred_at: late },
    { fact_id: "c", actor: "acme", actor_kind: "member" },
    { fact_id: "d", actor: "dockersupport" },
    { fact_id: "e", actor: null, actor_kind: "member" },
    { fact_id: "f", actor: "stranger", actor_kind: "former_member" },
  ]);
  const taken = "2026-03-01 00:00:00";
  await given("known_people", [
    { org: "acme", actor: "ann", kind: "former_member", used_from: "-infinity", used_until: taken },
    { org: "acme", actor: "ann", kind: "member", used_from: taken, used_until: "infinity" },
    { org: "other", actor: "stranger", kind: "member", used_from: "-infinity", used_until: "infinity" },
  ]);
  expect(await ask("stale_actors", {}, "actor")).toHaveLength(6);
  await connection.run(`insert into stale_actors ${text("stale_actors")}`);
  await run("refresh_actor_kinds");
  expect(await rows("select fact_id, actor_kind from fct_usage order by all")).toEqual(
    ["former_member", "member", "org_token", "docker_support", "unknown", "unknown"].map((actor_kind, n) => ({
      fact_id: "abcdef"[n]!,
      actor_kind,
    })),
  );
});

it("actors of whom the members say something else than the facts were told are found without the facts, and their days renamed", async () => {
  const { ask, connection, given, rows, run, text } = await queries();
  await connection.run(
    "create table actor_day (org varchar, actor varchar, activity_date date, last_at timestamp, actor_kind varchar)",
  );
  await connection.run(`insert into actor_day values
    ('acme', 'ann', '2026-05-01', '2026-05-01 10:00:00', 'member'), ('acme', 'bob', '2026-05-01', '2026-05-01 11:00:00', 'member')`);
  const always = { used_from: "-infinity", used_until: "infinity" };
  const told = (actor: string, kind: string) => ({ ...always, org: "acme", actor, kind });
  await given("known_people", [told("ann", "former_member"), told("bob", "member"), told("eve", "member")]);
  for (const { actor, kind } of [told("ann", "member"), told("bob", "member")])
    await connection.run(`insert into ops.actor_kinds values ('acme', '${actor}', '${kind}', '-infinity', 'infinity')`);
  expect(await ask("moved_actors", {}, "actor, kind")).toEqual([{ actor: "ann", kind: "former_member" }]);
  await connection.run(`insert into stale_actors ${text("moved_actors")}`);
  await run("refresh_actor_days");
  expect(await rows("select actor, actor_kind from actor_day order by all")).toEqual([
    { actor: "ann", actor_kind: "former_member" },
    { actor: "bob", actor_kind: "member" },
  ]);
});

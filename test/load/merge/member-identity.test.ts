import { readFileSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { addMember, memberOf, removeMember, renameMember } from "../../../demo/organization.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { readRows } from "../../../load/warehouse/rows.ts";
import { emptyFolder } from "../../kit/at-work.ts";
import { Days } from "../../kit/days.ts";

const idOf = (days: Days, username: string) => memberOf(days.organization, username).id;
const ACCOUNT = "member_id";

it("ann to bob and bob to carl in one night are two renames", async () => {
  const days = await Days.begin();
  const [ann, bob] = [idOf(days, "ann"), idOf(days, "bob")];
  await days.read();
  renameMember(days.organization, "bob", "carl");
  renameMember(days.organization, "ann", "bob");
  await days.read();
  expect(await days.periods(`${ACCOUNT} = '${ann}'`)).toEqual(["initial 0-1 ann", "rename 1-now bob"]);
  expect(await days.periods(`${ACCOUNT} = '${bob}'`)).toEqual(["initial 0-1 bob", "rename 1-now carl"]);
  expect(await days.broken()).toEqual([]);
});

it("two who swap their names, and three in a ring, are renames; back again, too", async () => {
  const days = await Days.begin();
  const people = ["ann", "bob", "cid"].map((name) => memberOf(days.organization, name));
  await days.read();
  const call = (...names: string[]) => people.map((one, n) => Object.assign(one, { username: names[n]! }));
  call("bob", "ann", "cid");
  await days.read();
  call("cid", "bob", "ann");
  await days.read();
  call("ann", "bob", "cid");
  await days.read();
  expect(await days.periods(`${ACCOUNT} = '${people[0]!.id}'`)).toEqual([
    "initial 0-1 ann",
    "rename 1-2 bob",
    "rename 2-3 cid",
    "rename 3-now ann",
  ]);
  expect(await days.periods(`${ACCOUNT} = '${people[2]!.id}'`)).toEqual([
    "initial 0-2 cid",
    "rename 2-3 ann",
    "rename 3-now cid",
  ]);
  expect(await days.rows("select count(distinct person) as n, count(*) as periods from dim_member")).toEqual([
    { n: 4, periods: 12 - 1 },
  ]);
  expect(await days.broken()).toEqual([]);
});

it("a name taken over by another account is one who left and one who joined, not one who came back", async () => {
  const days = await Days.begin();
  await days.read();
  memberOf(days.organization, "bob").id = "another";
  await days.read();
  expect(await days.periods("member_key = 'bob'", "(member_id = 'another')::varchar")).toEqual([
    "initial 0-1 false",
    "join 1-now true",
  ]);
  expect(await days.rows("select count(distinct person) as n from dim_member where member_key = 'bob'")).toEqual([
    { n: 2 },
  ]);
  expect(await days.broken()).toEqual([]);
});

it("who comes back is known by the id, under another name, too; by the name where there is no id", async () => {
  const days = await Days.begin();
  await days.read();
  const bob = memberOf(days.organization, "bob");
  removeMember(days.organization, "bob");
  await days.read();
  addMember(days.organization, { ...bob, username: "robert" });
  await days.read();
  expect(await days.periods(`${ACCOUNT} = '${bob.id}'`)).toEqual(["initial 0-1 bob", "rejoin 2-now robert"]);
  expect(await days.rows(`select count(distinct person) as n from dim_member where member_id = '${bob.id}'`)).toEqual([
    { n: 1 },
  ]);
});

it("without ids people are told by name, then by e-mail: a new name with the old address is a rename", async () => {
  const days = await Days.begin();
  for (const member of days.organization.members) member.id = "";
  await days.read();
  renameMember(days.organization, "ann", "anna");
  renameMember(days.organization, "bob", "ann"); // keeps bob's address: the name decides before it
  await days.read();
  expect(await days.periods("lower(email) = 'ann@example.com'")).toEqual(["initial 0-1 ann", "join 1-now anna"]);
  expect(await days.periods("member_key in ('ann', 'bob')", "username || ' ' || email")).toEqual([
    "initial 0-1 ann ann@example.com",
    "initial 0-1 bob bob@example.com",
    "profile_change 1-now ann bob@example.com",
  ]);
  expect(await days.rows("select count(*) as n from dim_member where is_current")).toEqual([{ n: 4 }]);
  renameMember(days.organization, "cid", "cyd");
  await days.read();
  expect(await days.periods("lower(email) = 'cid@example.com'")).toEqual(["initial 0-2 cid", "rename 2-now cyd"]);
  expect(await days.broken()).toEqual([]);
});

it("an id that appears or goes for a while changes nobody's identity", async () => {
  const days = await Days.begin();
  const ann = memberOf(days.organization, "ann");
  const { id } = ann;
  ann.id = "";
  await days.read();
  ann.id = id;
  await days.read();
  ann.id = "";
  await days.read();
  expect(await days.periods("member_key = 'ann'")).toEqual([
    "initial 0-1 ann",
    "profile_change 1-2 ann",
    "profile_change 2-now ann",
  ]);
  expect(await days.rows("select count(distinct person) as n from dim_member where member_key = 'ann'")).toEqual([
    { n: 1 },
  ]);
});

it("a warehouse of before the column gets the persons that its marts told", async () => {
  const warehouse = await openWriter(emptyFolder());
  onTestFinished(() => warehouse.close());
  const { connection } = warehouse;
  await connection.run(readFileSync("sql/migrations/0001_warehouse.sql", "utf8"));
  await connection.run(
    `create table schema_migrations (version integer not null, name varchar not null, applied_at timestamp not null, program_version varchar not null);
     insert into schema_migrations values (1, '0001_warehouse.sql', now()::timestamp, '0.0.0');
     insert into dim_member by name
     select 'acme' as org, lower(name) as member_key, id as member_id, name as username, 'member' as seat_type, [] as teams, false as is_guest,
       timestamp '2026-01-01' + to_days(day) as valid_from, day > 3 as is_current, 'initial' as change_type, 'run' as run_id
     from (values ('Ann', null, 1), ('ann', '1', 2), ('Anna', '1', 4), ('bob', null, 5)) as had (name, id, day)`,
  );
  await migrate(warehouse, "0.0.0");
  const { rows } = await readRows(connection, "select person from dim_member order by valid_from");
  expect(rows.flat()).toEqual(["1", "1", "1", "bob"]);
});

it("what an actor is follows who had the name at the time", async () => {
  const days = await Days.begin({ insights: true, plan: "Business" });
  const bob = memberOf(days.organization, "bob");
  Object.assign(bob, { last_logged_in_at: "2026-05-20T10:00:00Z" });
  await days.read();
  Object.assign(bob, { id: "another", last_logged_in_at: "2026-06-02T13:00:00Z" });
  await days.read();
  await days.refreshActors();
  expect(await days.rows("select actor, actor_kind, occurred_at from fct_usage order by occurred_at")).toEqual([
    { actor: "bob", actor_kind: "former_member", occurred_at: "2026-05-20T10:00:00Z" },
    { actor: "bob", actor_kind: "member", occurred_at: "2026-06-02T13:00:00Z" },
  ]);
});

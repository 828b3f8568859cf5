import fc from "fast-check";
import { expect, it } from "vitest";
import { refreshActors } from "../../load/actor-kinds.ts";
import { runChecks } from "../../load/checks.ts";
import { buildMarts } from "../../load/marts.ts";
import { DAY, NOON, Readings } from "../kit/readings.ts";
import { insert } from "../kit/rows.ts";

const DAY_S = 86_400;
const at = (day: number) => new Date(NOON + day * DAY).toISOString().slice(0, 19).replace("T", " ");

/** Who has the name `ann`, the actor of every event, from that day on: nobody, or an account as a member, or as somebody invited. */
const turns = fc.array(
  fc.record({
    day: fc.integer({ min: 0, max: 9 }),
    person: fc.constantFrom(null, "1", "2"),
    seat: fc.constantFrom("member", "invitee"),
    facts: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    isFinished: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

async function hasName(world: Readings, day: number, person: string | null, seat_type: string): Promise<void> {
  const { connection } = world.warehouse;
  await connection.run(`update dim_member set is_current = false, valid_to = timestamp '${at(day)}' where is_current`);
  if (person === null) return;
  const period = { org: "acme", member_key: "ann", username: "Ann", person, seat_type, role: "Member", teams: [] };
  const told = { is_guest: false, valid_from: at(day), is_current: true, change_type: "join", run_id: "r" };
  await insert(connection, "dim_member", [{ ...period, ...told }]);
}

const KINDS = `
  select fact.fact_id, fact.actor_kind, coalesce(known.kind, 'unknown') as wanted
  from fct_usage as fact
  left join known_people as known
    on known.org = fact.org and known.actor = fact.actor
    and fact.occurred_at > known.used_from and fact.occurred_at <= known.used_until
  order by all`;

it("facts of every day have the kind that the members' history gives them, whoever takes a name over and whenever a run ends", async () => {
  await fc.assert(
    fc.asyncProperty(turns, async (told) => {
      const world = await Readings.begin();
      for (const [n, { day, person, seat, facts, isFinished }] of told.entries()) {
        await world.read(facts.map((on, i) => ({ at: on * DAY_S + n, tag: "a", id: `${n}-${i}` })));
        await hasName(world, day, person, seat);
        await refreshActors(world.warehouse);
        const rows = await world.rows(KINDS);
        expect(rows.map(({ actor_kind }) => actor_kind)).toEqual(rows.map(({ wanted }) => wanted));
        if (!isFinished) continue;
        await buildMarts(world.warehouse);
        expect(
          (await runChecks(world.warehouse)).failed.filter(({ name }) => !/^(members?|seats)_/.test(name)),
        ).toEqual([]);
        expect(
          await world.rows(`
            select day.activity_date from actor_day as day
            join (
              select org, actor, cast(occurred_at as date) as activity_date, arg_max(actor_kind, occurred_at) as kind
              from fct_usage group by all
            ) as told using (org, actor, activity_date)
            where day.actor_kind <> told.kind`),
        ).toEqual([]);
      }
      world.warehouse.close();
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 120_000);

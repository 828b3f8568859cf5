import { join } from "node:path";
import { expect, it } from "vitest";
import { addEvent, addMember, emptyOrganization, type Organization } from "../../../demo/organization.ts";
import { emptyFolder, hubOf, rowsOf, syncHere } from "../../kit/at-work.ts";

const ORG = "acme";
const DAY = 86_400_000;
const NOW = new Date("2026-10-22T06:00:00Z");

function organization(daysAgo: readonly number[]): Organization {
  const made = emptyOrganization(ORG);
  addMember(made, { username: "boss", role: "Owner" });
  addMember(made, { username: "ada" });
  for (const days of daysAgo) {
    const atMs = NOW.getTime() - days * DAY;
    addEvent(made, { action: "repo.tag.push", name: `${ORG}/app`, actor: "boss", atMs, eventId: `e${atMs}`, data: {} });
  }
  return made;
}

const daily = (days: number) => Array.from({ length: days }, (_, n) => n + 1);

async function synced(...daysAgo: number[]) {
  const hub = await hubOf([organization(daysAgo)]);
  const folder = emptyFolder();
  expect((await syncHere({ folder, hub, orgs: [ORG], at: NOW })).exitCode).toBe(0);
  return { hub, folder, rows: (query: string) => rowsOf(join(folder, "data/warehouse.duckdb"), query) };
}

const ASSURED = `select min(window_from) as since from ops.coverage where assured and stream = 'auditlog'`;
const ADA = `select status, confidence, observed_days from seats where username = 'ada'`;

it("one event of 2016 beside twenty days of log leaves everybody else unjudged", async () => {
  const { rows } = await synced(3800, ...daily(20));
  expect(await rows(ADA)).toEqual([{ status: "no_data", confidence: "none", observed_days: 30 }]);
  expect(await rows(ASSURED)).toEqual([{ since: "2026-09-22T06:00:00Z" }]);
});

it("a log without a hole of more than the retention is assured to its first event", async () => {
  const { rows } = await synced(100, 75, ...daily(50));
  expect(await rows(ADA)).toEqual([{ status: "never_active", confidence: "low", observed_days: 60 }]);
  expect(await rows(ASSURED)).toEqual([{ since: "2026-07-14T06:00:00Z" }]);
});

it("events that were known before count for the reading that returns them again", async () => {
  const { hub, folder, rows } = await synced(...daily(90));
  const days = "select event_date, count(distinct read_at) as readings from ops.event_days group by 1 order by 1";
  expect((await rows(days)).map(({ readings }) => readings)).toEqual(Array(90).fill(1));
  await syncHere({ folder, hub, orgs: [ORG], at: new Date(NOW.getTime() + DAY) });
  expect((await rows(days)).slice(-2).map(({ readings }) => readings)).toEqual([2, 2]);
});

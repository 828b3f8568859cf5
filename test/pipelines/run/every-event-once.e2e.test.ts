import { createHash } from "node:crypto";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventTextsOf } from "../../../demo/organization.ts";
import { bulkOrganization } from "../../../demo/organizations.ts";
import { differences, docktally, emptyFolder, environmentOf, hubOf, rowsOf } from "../../kit/at-work.ts";

it.each([
  ["of 100 000 events with an event_id each becomes one fact, byte for byte", true, 100_000],
  [
    "of 20 000 events without an event_id each becomes one fact, byte for byte; again adds none; rebuild makes the same",
    false,
    20_000,
  ],
])("%s", async (_, eventIds, EVENTS) => {
  const organization = bulkOrganization("bulk", EVENTS, { now: new Date(), eventIds });
  const hub = await hubOf([organization]);
  const cwd = emptyFolder();
  const env = environmentOf(hub, "bulk");
  const first = await docktally(["sync", "--json", "--quiet"], { cwd, env });
  expect([first.code, first.stderr]).toEqual([0, ""]);
  expect(first.json.requests).toBe(hub.counts.total);
  const published = join(cwd, "data/warehouse.duckdb");
  const digest = (texts: Iterable<string>) => {
    const hash = createHash("sha256");
    for (const text of [...texts].sort()) hash.update(text).update("\n");
    return hash.digest("hex");
  };
  const facts = await rowsOf(
    published,
    `select raw.payload from fct_usage as fact
     join read_parquet('${join(cwd, "data/raw/auditlog/*/*.parquet")}', filename = true, file_row_number = true, hive_partitioning = false) as raw
       on ends_with(raw.filename, fact.raw_file) and raw.file_row_number = fact.raw_row
     where fact.source = 'auditlog'
       and fact.occurred_at = (raw.payload ->> '$.timestamp')::timestamp and fact.source_action = (raw.payload ->> '$.action')
       and fact.resource = (raw.payload ->> '$.name') and fact.event_id is not distinct from (raw.payload ->> '$.event_id')`,
  );
  expect(facts.length).toBe(EVENTS);
  expect(digest(facts.map(({ payload }) => String(payload)))).toBe(digest(eventTextsOf(organization)));
  expect(first.json.connections[0].streams.auditlog.facts_new).toBe(EVENTS);

  if (eventIds) return;

  const again = await docktally(["sync", "--json", "--quiet"], { cwd, env });
  expect([again.code, again.json.connections[0].streams.auditlog.facts_new]).toEqual([0, 0]);
  expect(again.json.requests).toBeLessThan(40); // two days' events at a hundred a page, and eight
  const counts = "select count(*) as n, count(distinct fact_id) as ids from fct_usage where source = 'auditlog'";
  expect(await rowsOf(published, counts)).toEqual([{ n: EVENTS, ids: EVENTS }]);
  copyFileSync(published, join(cwd, "before.duckdb"));
  expect((await docktally(["rebuild"], { cwd })).code).toBe(0);
  expect(await differences(join(cwd, "before.duckdb"), published)).toEqual([]);
});

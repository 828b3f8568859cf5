import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeHistory } from "../../bench/years-history.ts";
import { buildMarts, loadMarts } from "../../load/marts.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../load/warehouse/open.ts";
import { memberChanges } from "../../transform/member-changes.ts";

/** Operators that compare each row of one side with each of the other (an as-of join becomes one where few rows are expected). */
const LOOPS = /NESTED_LOOP_JOIN|BLOCKWISE_NL_JOIN|PIECEWISE_MERGE_JOIN|IE_JOIN|ASOF_JOIN/g;
const ORG = "long-years";
const folder = mkdtempSync(join(tmpdir(), "docktally-plans-"));
let warehouse: WarehouseFile;

beforeAll(async () => {
  warehouse = await openWriter(folder);
  await migrate(warehouse, "0.0.0");
  const until = new Date("2026-09-30T04:00:00Z");
  await writeHistory(warehouse.connection, { org: ORG, members: 200, nights: 120, until });
  await buildMarts(warehouse);
});

afterAll(() => {
  warehouse.close();
  rmSync(folder, { recursive: true });
});

/** The operators of a plan (as JSON) that are loops. */
function loopsIn(plan: string): string[] {
  return [...plan.matchAll(LOOPS)].map(([name]) => name);
}

it("no mart compares each moment of the history with each fact or period: all joins are by equal keys", async () => {
  const found: Record<string, string[]> = {};
  for (const { name, text } of await loadMarts(warehouse.db)) {
    const reader = await warehouse.connection.runAndReadAll(`explain (format json) ${text}`);
    const loops = loopsIn(reader.getRows().map(String).join());
    if (loops.length > 0) found[name] = loops;
  }
  expect(found).toEqual({});
});

it("a snapshot is compared with the members' history by equal keys", async () => {
  const { connection, db } = warehouse;
  await connection.run(
    `create temp table incoming_people as
     select * exclude (person, valid_from, valid_to, is_current, change_type, run_id) from dim_member where is_current`,
  );
  await connection.run(
    "create temp table incoming_members as select ''::varchar as payload, null::varchar as reason limit 0",
  );
  await connection.run("create temp table incoming_invites as from incoming_members");
  const snapshot = { isFirst: false, keepsInvitees: false, readAt: new Date() };
  const { rows } = await sql<Record<string, string>>`explain (format json) ${memberChanges(ORG, snapshot)}`.execute(db);
  expect(loopsIn(JSON.stringify(rows))).toEqual([]);
});

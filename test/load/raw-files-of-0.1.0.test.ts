import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { RebuildReport } from "../../pipelines/run/rebuild.ts";
import { filesBelow, rebuildHere, rowsOf } from "../kit/at-work.ts";

/**
 * Raw files of the demo as docktally 0.1.0 wrote them (a column `org`, `docktally.*` in the metadata), and what that version's
 * own warehouse made of them: FACTS, facts.csv and members.jsonl answer the queries below, asked of that warehouse. All of
 * harbor-tools is there, of northwind-labs the lists, the last three weeks and the empty windows.
 */
const FIXTURE = fileURLToPath(new URL("../fixtures/raw-0.1.0", import.meta.url));
const FACTS = { n: 2693, ids: 2693, sum: "56fe81b71c186f36cefc088737efd27a" };

const factSums = `
  select count(*) as n, count(distinct fact_id) as ids, md5(string_agg(to_json(struct_pack(
    fact_id, org, occurred_at, action, source_action, category, verb, actor,
    -- 0.1.0 did not know who had left before the first snapshot
    actor_kind := if(actor_kind = 'former_member', 'unknown', actor_kind), via_token, token_label, resource, tag,
    digest, subject, quantity, source, description, data, event_id, run_id, raw_file, raw_row))::varchar, '' order by fact_id)) as sum
  from fct_usage`;

const factCounts = `
  select concat_ws(',', org, source, action, source_action, actor_kind, count(*)) as line
  from fct_usage
  group by org, source, action, source_action, actor_kind order by line`;

const members = `
  select to_json(struct_pack(
    org, member_key, member_id, username, email, full_name, role, seat_type, teams, is_guest, company, location,
    account_created_at, invited_at, inviter, valid_from, valid_to, is_current, change_type, run_id))::varchar as line
  from dim_member order by org, member_key, valid_from`;

let data: string;
let report: RebuildReport;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-24T09:00:00Z") });
  data = mkdtempSync(join(tmpdir(), "docktally-test-"));
  cpSync(join(FIXTURE, "raw"), join(data, "raw"), { recursive: true });
  report = await rebuildHere(data);
});

afterAll(() => {
  vi.useRealTimers();
  rmSync(data, { recursive: true, force: true });
});

const ask = (query: string) => rowsOf(join(data, "warehouse.duckdb"), query);
const linesOf = async (query: string) => (await ask(query)).map(({ line }) => line);
const expected = (name: string) => readFileSync(join(FIXTURE, name), "utf8").trimEnd().split("\n");

it("raw files of 0.1.0 are rebuilt, and none of them is broken or left out", async () => {
  const files = filesBelow(join(FIXTURE, "raw")).length;
  expect(report).toMatchObject({ exitCode: 0, raw_files: files, facts: FACTS.n, broken_files: [], unmerged_files: [] });
  expect(await ask("select count(*) as n from ops.loaded_files")).toEqual([{ n: files }]);
  expect(await ask("select * from ops.rejected")).toEqual([]);
});

it("their facts have the same ids, names, actors and sources as 0.1.0 gave them", async () => {
  expect(await linesOf(factCounts)).toEqual(expected("facts.csv"));
  expect(await ask(factSums)).toEqual([FACTS]);
});

it("their members and invitees are those of 0.1.0, column by column", async () => {
  expect(await linesOf(members)).toEqual(expected("members.jsonl"));
});

import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { rebuild } from "../../../pipelines/run/rebuild.ts";
import { emptyFolder, rowsOf } from "../../kit/at-work.ts";

/** Raw files that the first version wrote of the demo's organizations, and what its own warehouse made of them. */
const RAW = "test/fixtures/raw-0.1.0";

const FACTS = `
  select org, source, count(*)::int as facts, md5(string_agg(concat_ws('|',
    fact_id, occurred_at, action, source_action, category, verb, actor, actor_kind, via_token, token_label, resource, tag, digest,
    subject, quantity, description, data, event_id, raw_file, raw_row), '\n' order by fact_id)) as digest
  from fct_usage group by all order by all`;

const MEMBERS = `
  select org, count(*)::int as members, md5(string_agg(concat_ws('|',
    member_key, member_id, username, email, full_name, role, seat_type, teams, is_guest, company, location, account_created_at,
    invited_at, inviter, valid_from, valid_to, is_current, change_type), '\n' order by member_key)) as digest
  from dim_member group by all order by all`;

it("raw files of version 0.1.0 make the facts, ids and members that they made then", async () => {
  const data = join(emptyFolder(), "data");
  cpSync(RAW, data, { recursive: true });
  const report = await rebuild(data, new Date(), new AbortController().signal, () => {});
  expect(report).toMatchObject({ exitCode: 0, raw_files: 22, facts: 1805 });
  const published = join(data, "warehouse.duckdb");
  expect(await rowsOf(published, FACTS)).toEqual([
    { org: "harbor-tools", source: "auditlog", facts: 1018, digest: "7561df444951a3691171ea1ca50e8f4e" },
    { org: "northwind-labs", source: "auditlog", facts: 732, digest: "ed172659012db05c2aaf129448df68ba" },
    { org: "northwind-labs", source: "member_insights", facts: 55, digest: "bff4b3aec2d46ca19df5e0e77a412d7d" },
  ]);
  expect(await rowsOf(published, MEMBERS)).toEqual([
    { org: "harbor-tools", members: 14, digest: "68e98e2bf89212b5a30de3012478f4d4" },
    { org: "northwind-labs", members: 38, digest: "bc27e95b8d11915653d22e49315f55b0" },
  ]);
});

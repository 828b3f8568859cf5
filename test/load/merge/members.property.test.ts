import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { slicePage } from "../../../extract/page.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { mergeRawFiles } from "../../../load/merge/merge.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { readRows } from "../../../load/warehouse/rows.ts";

const BASE = Date.parse("2026-06-01T00:00:00Z");
const HOUR = 3_600_000;
const PEOPLE = 5;

/** What a person is in one snapshot: away, invited by e-mail, or a member under a name, with a role and teams. */
const state = fc.record({
  is: fc.constantFrom("away", "invited", "member", "member", "member"),
  name: fc.integer({ min: 0, max: 1 }),
  role: fc.constantFrom("Member", "Owner"),
  groups: fc.subarray(["a", "b"]),
});
type State = typeof state extends fc.Arbitrary<infer T> ? T : never;
const history = fc.array(fc.tuple(...Array.from({ length: PEOPLE }, () => state)), { minLength: 1, maxLength: 5 });

function record({ is, name, role, groups }: State, person: number): string | null {
  const email = `p${person}@example.com`;
  if (is === "away") return null;
  if (is === "invited") return JSON.stringify({ email, role: "Invitee", groups: [] });
  return JSON.stringify({ id: `id-${person}`, username: `P${person}-${name}`, email, role, groups });
}

it("a person's periods never overlap, leave no gap while they are there, and say what the snapshot said", async () => {
  const folder = mkdtempSync(join(tmpdir(), "docktally-property-"));
  const warehouse = await openWriter(folder);
  const store = new RawStore(folder);
  const rowsOf = async (query: string) => (await readRows(warehouse.connection, query)).rows;
  try {
    await migrate(warehouse, "0.0.0");
    const property = fc.asyncProperty(history, async (snapshots) => {
      for (const table of ["dim_member", "ops.member_snapshots", "ops.member_insights", "ops.loaded_files"])
        await warehouse.connection.run(`delete from ${table}`);
      for (const [n, states] of snapshots.entries()) {
        const at = new Date(BASE + n * HOUR);
        const records = states.map(record).filter((one) => one !== null);
        const page = slicePage(Buffer.from(`{"results":[${records.join(",")}]}`), "results", at);
        const times = { read_at: at, window_from: at, window_to: at };
        const meta = { org: "acme", stream: "members", kind: "snapshot", run_id: newRunId(at), ...times } as const;
        const file = await store.write({ ...meta, accept_shrink: true }, [{ page, number: 1 }]);
        expect((await mergeRawFiles(warehouse, [file])).refused).toEqual([]);
      }
      // at each snapshot, the periods open then are its people, each once
      for (const [n, states] of snapshots.entries()) {
        const rows = await rowsOf(
          `select lower(coalesce(username, email)), role, array_to_string(teams, '+') from dim_member
           where valid_from <= make_timestamp(${(BASE + n * HOUR) * 1000}) and coalesce(valid_to, timestamp 'infinity') > make_timestamp(${(BASE + n * HOUR) * 1000})`,
        );
        const wanted = states.flatMap(({ is, name, role, groups }, person) => {
          if (is === "away") return [];
          if (is === "invited") return [`p${person}@example.com Invitee `];
          return [`p${person}-${name} ${role} ${groups.toSorted().join("+")}`];
        });
        expect(rows.map((row) => row.join(" ")).sort()).toEqual(wanted.sort());
      }
      // no period is empty, and none was closed only to be opened again as it was
      const idle = await rowsOf(
        `select * from dim_member as one join dim_member as next on next.valid_from = one.valid_to
           and (one.member_key, one.role, one.teams, one.email, one.seat_type) is not distinct from (next.member_key, next.role, next.teams, next.email, next.seat_type)
         union all select *, * from dim_member where valid_to <= valid_from`,
      );
      expect(idle).toEqual([]);
    });
    await fc.assert(property, { numRuns: 5, endOnFailure: true });
  } finally {
    warehouse.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

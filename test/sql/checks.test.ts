import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inOrder } from "../../load/mart-order.ts";
import { buildMarts, loadMarts } from "../../load/marts.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../load/warehouse/open.ts";
import { ago, NOW, Org, shift } from "../kit/org.ts";
import { insert, rowsOf } from "../kit/rows.ts";
import { sqlFile, sqlFiles } from "../kit/sql-files.ts";

let warehouse: WarehouseFile;
let connection: DuckDBConnection;

/** One org as a healthy run leaves it. */
function healthy(): Org {
  const org = new Org("acme");
  org.settings();
  org.window(ago(90), NOW, { records: 4, facts: 2, rejected: 1, duplicates: 1 });
  org.snapshot(ago(90));
  org.snapshot();
  org.member("ada", { valid_from: ago(90), valid_to: ago(10) });
  org.member("ada", { valid_from: ago(10), role: "Owner", change_type: "role_change" });
  org.fact("ada", ago(1), { resource: "acme/web" });
  org.fact(null, ago(40), { resource: "acme/web", action: "repo.oddity", actor_kind: "unknown" });
  org.add("ops.rejected", {
    reject_id: "1",
    stream: "auditlog",
    reason: "no timestamp",
    raw_file: "raw/acme/0.parquet",
    raw_row: 3,
    run_id: "run",
  });
  return org;
}

beforeAll(async () => {
  warehouse = await openWriter(mkdtempSync(join(tmpdir(), "docktally-checks-")));
  connection = warehouse.connection;
  await migrate(warehouse, "0.0.0");
  for (const [table, rows] of Object.entries(healthy().tables)) await insert(connection, table, rows);
  for (const [source_action, is_known] of [
    ["repo.push", true],
    ["repo.oddity", false],
  ] as const) {
    await insert(connection, "dim_action", [
      {
        source_action,
        action: source_action,
        category: "repo",
        verb: source_action.slice("repo.".length),
        is_usage: true,
        is_automation_likely: false,
        is_known,
        meaning: is_known ? "Somebody pushed a tag." : null,
      },
    ]);
  }
  await buildMarts(warehouse);
});

afterAll(() => {
  warehouse.close();
  rmSync(warehouse.dataDir, { recursive: true });
});

describe("checks", () => {
  for (const { name, text } of sqlFiles("checks")) {
    test(`${name} states its law first and then what to do where it does not hold`, () => {
      expect(text).toMatch(/^-- .+\n-- next: (run|install|set) .+\n/);
    });
    test(`${name} has nothing to say of a healthy warehouse`, async () => {
      expect(await rowsOf(connection, text)).toEqual([]);
    });
  }

  const broken: [check: string, claim: string, breakage: string][] = [
    ["facts_are_unique", "a fact that stands twice", "insert into fct_usage from fct_usage"],
    [
      "facts_are_not_ahead",
      "a fact more than a day ahead of the reading",
      `update fct_usage set occurred_at = '${shift(ago(-1), 1)}' where actor = 'ada'`,
    ],
    ["members_are_current_once", "two current rows", "update dim_member set is_current = true, valid_to = null"],
    ["members_are_current_once", "a current row that has ended", "update dim_member set is_current = true"],
    [
      "member_periods_are_apart",
      "periods that overlap",
      "update dim_member set valid_to = valid_to + interval 1 hour where valid_to is not null",
    ],
    [
      "member_periods_are_apart",
      "a period that ends before it begins",
      "update dim_member set valid_to = valid_from where valid_to is not null",
    ],
    ["member_periods_are_apart", "two periods without an end", "update dim_member set valid_to = null"],
    ["files_add_up", "a record unaccounted for", "update ops.loaded_files set records = 5 where stream = 'auditlog'"],
    ["files_add_up", "a fact lost", "delete from fct_usage where actor = 'ada'"],
    ["files_add_up", "a rejected record lost", "delete from ops.rejected"],
    ["files_add_up", "facts of a file never merged", "update fct_usage set raw_file = 'elsewhere'"],
    ["files_add_up", "a file merged twice", "insert into ops.loaded_files from ops.loaded_files"],
    ["actions_have_a_category", "an action without a category", "update dim_action set category = ''"],
    ["actions_have_a_category", "a fact without a category", "update fct_usage set category = ' '"],
    ["actions_have_a_category", "a fact whose action is unknown to dim_action", "delete from dim_action"],
    [
      "facts_follow_the_rules",
      "a fact named by an older rule",
      "update fct_usage set action = 'repo.shove' where actor = 'ada'",
    ],
    ["facts_follow_the_rules", "a rule that changed", "update dim_action set verb = 'shove'"],
    ["seats_add_up", "a status that is not counted", "update seat_summary set active = 0"],
    ["seats_add_up", "a seat gone", "delete from seats"],
    ["seats_add_up", "seats in no summary", "delete from seat_summary"],
    [
      "days_add_up",
      "a day mart that forgets somebody",
      "create or replace view member_day as select org, actor, occurred_at::date as activity_date, count(*) as facts " +
        "from fct_usage where actor is not null group by all",
    ],
    ["columns_are_published", "a promised column missing", "alter table seats drop column status_reason"],
  ];
  for (const [check, claim, breakage] of broken) {
    test(`${check} finds ${claim}`, async () => {
      await connection.run("begin");
      try {
        await connection.run(breakage);
        const rows = await rowsOf(connection, sqlFile("checks", check));
        expect(rows.length).toBeGreaterThan(0);
        expect(rows[0]).toEqual({ check_name: check, detail: expect.stringMatching(/./) });
      } finally {
        await connection.run("rollback");
      }
    });
  }
});

describe("reports", () => {
  for (const { name, text } of sqlFiles("reports")) {
    test(`${name} begins with the question it answers and can be asked`, async () => {
      expect(text).toMatch(/^-- .+\?\n-- one row per /);
      expect(await rowsOf(connection, text)).toBeInstanceOf(Array);
    });
  }

  test("licenses has one row a seat, with the reason", async () => {
    expect(await rowsOf(connection, sqlFile("reports", "licenses"))).toEqual([
      expect.objectContaining({
        username: "ada",
        status: "active",
        protected_reason: "last_owner",
        recommendation: "keep",
        status_reason: "Last activity 2026-10-21 (repo.push, auditlog), 1 day before 2026-10-22; threshold 60 days.",
      }),
    ]);
  });

  test("activity looks at thirty days only", async () => {
    expect(await rowsOf(connection, sqlFile("reports", "activity"))).toEqual([
      expect.objectContaining({ actor: "ada", facts: 1, pushes: 1, repos: 1 }),
    ]);
  });

  test("actions gives each action its meaning, or says that no list has it", async () => {
    expect(await rowsOf(connection, sqlFile("reports", "actions"))).toEqual([
      expect.objectContaining({ action: "repo.oddity", meaning: "(not on any published list)" }),
      expect.objectContaining({ action: "repo.push", meaning: "Somebody pushed a tag." }),
    ]);
  });
});

describe("marts", () => {
  test("each one states its grain first", async () => {
    for (const { name, text } of await loadMarts(warehouse.db)) expect(text, name).toMatch(/^-- one row per /);
  });

  test("none has a common table expression with the name of a mart: its text alone says what it reads", async () => {
    const marts = await loadMarts(warehouse.db);
    const names = new Set(marts.map(({ name }) => name));
    const clashes = marts.flatMap(({ name, text }) =>
      [...text.matchAll(/^(?:with )?(\w+) as (?:not )?(?:materialized )?\(/gm)]
        .filter(([, expression]) => names.has(expression!))
        .map(([, expression]) => `${name}: ${expression}`),
    );
    expect(clashes).toEqual([]);
  });

  test("none joins a seat at an instant by the columns that say which: it has one key, seat_id", async () => {
    const marts = await loadMarts(warehouse.db);
    const byColumns = marts.filter(({ text }) =>
      /known_until = \w+\.known_until|using \([^)]*known_until|partition by [^)]*known_until/.test(text),
    );
    expect(byColumns.map(({ name }) => name)).toEqual([]);
    const twice = "select seat_id from seat_holders group by seat_id having count(*) > 1";
    expect(await rowsOf(connection, twice)).toEqual([]);
  });

  test("each stands after those it reads, and what it reads is in its text", async () => {
    const marts = await loadMarts(warehouse.db);
    const place = new Map(marts.map(({ name }, i) => [name, i]));
    for (const { name, reads } of marts)
      for (const read of reads) expect(place.get(read) ?? -1, `${name} reads ${read}`).toBeLessThan(place.get(name)!);
    expect([...marts.find(({ name }) => name === "gaps")!.reads].sort()).toEqual([
      "audit_log_reads",
      "coverage",
      "coverage_spans",
      "dim_org",
      "loaded_files",
    ]);
  });

  test("those that read each other in a circle are named", () => {
    const marts = [
      { name: "egg", reads: new Set(["hen"]) },
      { name: "hen", reads: new Set(["egg"]) },
    ];
    expect(() => inOrder(marts)).toThrow("egg, hen read each other in a circle");
  });

  test("an action that no list names is counted as unmapped", async () => {
    expect(await rowsOf(connection, "select source_action, category, facts from unmapped_actions")).toEqual([
      { source_action: "repo.oddity", category: "repo", facts: 1 },
    ]);
  });

  test("a repository knows who pushed last, and that it was not deleted", async () => {
    expect(await rowsOf(connection, "select * from dim_repository")).toEqual([
      expect.objectContaining({ repository: "acme/web", facts: 2, pushes: 1, last_pusher: "ada", is_deleted: false }),
    ]);
  });

  test("a repository that was deleted after its last push is, and one pushed again is not", async () => {
    await connection.run("begin");
    const org = new Org("acme");
    org.fact("ada", ago(0.5), { action: "repo.delete", resource: "acme/web" });
    org.fact("ada", ago(0.5), { action: "repo.delete", resource: "acme/back" });
    org.fact("ada", ago(0.2), { action: "repo.push", resource: "acme/back" });
    await insert(connection, "fct_usage", org.tables.fct_usage ?? []);
    expect(await rowsOf(connection, "select repository, is_deleted from dim_repository order by 1")).toEqual([
      { repository: "acme/back", is_deleted: false },
      { repository: "acme/web", is_deleted: true },
    ]);
    await connection.run("rollback");
  });

  test("dim_date has each day from the first fact to as_of", async () => {
    expect(
      await rowsOf(
        connection,
        "select count(*) as days, min(calendar_date) as first, max(calendar_date) as last from dim_date",
      ),
    ).toEqual([{ days: 41, first: "2026-09-12", last: "2026-10-22" }]);
  });

  test("day marts have one row a day with a fact, those that name nobody too", async () => {
    expect(await rowsOf(connection, "select actor, activity_date, facts, pushes from member_day order by 2")).toEqual([
      { actor: null, activity_date: "2026-09-12", facts: 1, pushes: 0 },
      { actor: "ada", activity_date: "2026-10-21", facts: 1, pushes: 1 },
    ]);
    expect(await rowsOf(connection, "select activity_date, actors from org_day order by 1")).toEqual([
      { activity_date: "2026-09-12", actors: 0 },
      { activity_date: "2026-10-21", actors: 1 },
    ]);
    expect(await rowsOf(connection, "select count(*) as days from repository_day")).toEqual([{ days: 2 }]);
  });
});

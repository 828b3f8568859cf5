import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, test } from "vitest";
import { buildMarts, judgedMarts } from "../../load/marts.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openReader, openWriter, STATE_FILE } from "../../load/warehouse/open.ts";
import { Org } from "./org.ts";
import { insert, type Row, rowsOf } from "./rows.ts";

type Relations = Record<string, Row[]>;

/** What a case may look at: the relations of its own org, and the seats of its own moments. */
export class Seen {
  readonly #org: string;
  readonly #stored: Relations;
  readonly #moments: Relations;

  constructor(org: string, stored: Relations, moments: Relations) {
    this.#org = org;
    this.#stored = stored;
    this.#moments = moments;
  }

  rows(relation: string): Row[] {
    return (this.#stored[relation] ?? []).filter((row) => row.org === this.#org);
  }

  row(relation: string): Row {
    return only(this.rows(relation), relation);
  }

  seat(member_key: string): Row {
    return only(
      this.rows("seats").filter((row) => row.member_key === member_key),
      member_key,
    );
  }

  seatAt(moment_id: number, member_key: string): Row {
    return only(
      this.rowsAt(moment_id, "seats").filter((row) => row.member_key === member_key),
      member_key,
    );
  }

  rowsAt(moment_id: number, relation: "seats" | "seat_summary"): Row[] {
    return (this.#moments[relation] ?? []).filter((row) => row.org === this.#org && row.moment_id === moment_id);
  }
}

function only(rows: Row[], what: string): Row {
  if (rows.length !== 1) throw new Error(`${rows.length} rows of ${what}`);
  return rows[0]!;
}

/**
 * Claims that share one warehouse: each has an org of its own, all are loaded and judged once. The stored relations are read
 * as a run leaves them; seats of other moments are judged on a read-only connection, as a report does.
 */
export function claims(): (title: string, arrange: (org: Org) => void, check: (seen: Seen) => void) => void {
  const orgs: Org[] = [];
  const stored: Relations = {};
  const moments: Relations = {};
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "docktally-sql-"));
    try {
      await judge(folder, orgs, stored, moments);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  return (title, arrange, check) => {
    const org = new Org(`org${orgs.length}`);
    orgs.push(org);
    arrange(org);
    test(title, () => check(new Seen(org.name, stored, moments)));
  };
}

const RELATIONS = [
  "seats",
  "seat_trend",
  "seat_summary",
  "ops.coverage",
  "ops.gaps",
  "dim_org",
  "dim_repository",
  "seat_moments",
  "decision_outcomes",
];

async function judge(folder: string, orgs: Org[], stored: Relations, moments: Relations): Promise<void> {
  const writer = await openWriter(folder);
  await migrate(writer, "0.0.0");
  for (const table of new Set(orgs.flatMap((org) => Object.keys(org.tables)))) {
    if (table === "seat_moments") continue;
    await insert(
      writer.connection,
      table,
      orgs.flatMap((org) => org.tables[table] ?? []),
    );
  }
  await buildMarts(writer);
  writer.close();

  const reader = await openReader(folder, STATE_FILE);
  const { connection } = reader;
  for (const relation of RELATIONS) stored[relation] = await rowsOf(connection, `select * from ${relation}`);
  await connection.run("create temp table seat_moments as select * from seat_moments limit 0");
  await insert(
    connection,
    "seat_moments",
    orgs.flatMap((org) => org.tables.seat_moments ?? []),
  );
  for (const { name, text } of await judgedMarts(reader.db))
    await connection.run(`create temp table ${name} as ${text}`);
  moments.seats = await rowsOf(connection, "select * from seats");
  moments.seat_summary = await rowsOf(connection, "select * from seat_summary");
  reader.close();
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildMarts } from "../../load/marts.ts";
import { RECOMMENDATION_WORDS, STATUS_WORDS } from "../../load/seeds.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../load/warehouse/open.ts";
import { DEFINITIONS } from "../../pipelines/reports/license-document.ts";
import { rowsOf } from "../kit/rows.ts";

let warehouse: WarehouseFile;

beforeAll(async () => {
  warehouse = await openWriter(mkdtempSync(join(tmpdir(), "docktally-seeds-")));
  await migrate(warehouse, "0.0.0");
  await buildMarts(warehouse);
});

afterAll(() => {
  warehouse.close();
  rmSync(warehouse.dataDir, { recursive: true });
});

/** The words that a case expression of a mart can give. */
function wordsOf(mart: string, column: string): string[] {
  const text = readFileSync(`sql/marts/seats/${mart}.sql`, "utf8");
  const end = text.indexOf(`end as ${column}\n`);
  const expression = text.slice(text.lastIndexOf("case\n", end), end);
  return [...new Set([...expression.matchAll(/(?:then|else) '(\w+)'/g)].map(([, word]) => word!))].sort();
}

describe.each([
  ["status", "seat_status", STATUS_WORDS],
  ["recommendation", "seat_verdicts", RECOMMENDATION_WORDS],
] as const)("dim_%s", (kind, mart, words) => {
  test("has a row for each one that the rules can give, and no other", () => {
    expect(words.map(({ word }) => word).sort()).toEqual(wordsOf(mart, kind));
  });

  test("has every word among the report's definitions", () => {
    const defined = new Map(DEFINITIONS);
    expect(words.map(({ word }) => [word, defined.get(word)])).toEqual(
      words.map(({ word, meaning }) => [word, meaning]),
    );
  });

  test("counts its positions from 1, and has the words that the program reads", async () => {
    const stored = await rowsOf(
      warehouse.connection,
      `select ${kind} as word, position, label, meaning, rule from dim_${kind} order by position`,
    );
    expect(stored).toEqual(words.map((word, i) => ({ ...word, position: i + 1 })));
  });
});

test("a seed is what its file says, whatever stood in its table", async () => {
  const { connection } = warehouse;
  const before = await rowsOf(connection, "from dim_stream");
  await connection.run("update dim_stream set evidence = 'hearsay'");
  await connection.run("insert into dim_stream values ('rumours', 'log', 'rumours', null, null)");
  await buildMarts(warehouse);
  expect(await rowsOf(connection, "from dim_stream")).toEqual(before);
});

test("dim_stream names each stream once, what it reports as, and evidence only with what it shows", async () => {
  const wrong = `
    select stream from dim_stream group by stream having count(*) > 1
    union all select stream from dim_stream where reports_as not in (select stream from dim_stream)
    union all select stream from dim_stream where memory not in ('log', 'snapshot', 'catalog', 'report')
    union all select evidence from dim_stream group by evidence having count(distinct shows) > 1
    union all select stream from dim_stream where (evidence is null) <> (shows is null)`;
  expect(await rowsOf(warehouse.connection, wrong)).toEqual([]);
});

import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { QueryRows } from "../../../load/warehouse/rows.ts";
import { toCsv } from "../../../pipelines/reports/csv.ts";
import { toJson } from "../../../pipelines/reports/json.ts";
import { toTable } from "../../../pipelines/reports/table.ts";

const SEATS: QueryRows = {
  columns: [
    { name: "username", type: "text" },
    { name: "facts", type: "number" },
    { name: "is_owner", type: "boolean" },
    { name: "last_activity_at", type: "timestamp" },
    { name: "renewal_date", type: "date" },
    { name: "teams", type: "list" },
    { name: "data", type: "json" },
  ],
  rows: [
    ["ann", 12n, true, "2026-01-02T03:04:05.000Z", "2027-03-01", ["core", "ops"], '{"tag":"latest"}'],
    ["bob", 1.5, false, "2026-01-02T03:04:05.120Z", null, [], null],
    [null, null, null, undefined, null, null, "no json"],
  ],
};

const one = (value: unknown, type: QueryRows["columns"][number]["type"] = "text"): QueryRows => ({
  columns: [{ name: "x", type }],
  rows: [[value]],
});

describe("CSV", () => {
  test("has a header, LF, no byte order mark, empty cells and one form a type", () => {
    expect(toCsv(SEATS)).toBe(
      `username,facts,is_owner,last_activity_at,renewal_date,teams,data
ann,12,true,2026-01-02T03:04:05Z,2027-03-01,core; ops,"{""tag"":""latest""}"
bob,1.5,false,2026-01-02T03:04:05.12Z,,,
,,,,,,no json
`,
    );
  });

  test("gives any text back to a reader", () => {
    const table = fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string()), { minLength: 1 });
    fc.assert(
      fc.property(table, (rows) => {
        const text = toCsv({
          columns: [
            { name: "a", type: "text" },
            { name: "b", type: "text" },
          ],
          rows,
        });
        expect(parse(text, { from: 2, record_delimiter: "\n" })).toEqual(rows);
      }),
    );
  });

  test.each(["=1+1", "+1", "-1", "@x", "\tx", "\rx"])("defuses the formula %j where asked", (text) => {
    expect(toCsv(one(text), { defuseFormulas: true })).toContain(`'${text}`);
    expect(toCsv(one([text], "list"), { defuseFormulas: true })).toContain(`'${text}`);
    expect(toCsv(one(text))).not.toContain("'");
  });

  test("leaves a negative number a number, and a lone empty cell visible", () => {
    expect(toCsv(one(-5, "number"), { defuseFormulas: true })).toBe("x\n-5\n");
    expect(toCsv(one(null))).toBe('x\n""\n');
  });
});

describe("JSON", () => {
  test("is an array of objects, one a line", () => {
    const text = toJson(SEATS);
    expect(text.split("\n")).toHaveLength(6);
    expect(JSON.parse(text)).toEqual([
      {
        username: "ann",
        facts: 12,
        is_owner: true,
        last_activity_at: "2026-01-02T03:04:05Z",
        renewal_date: "2027-03-01",
        teams: ["core", "ops"],
        data: { tag: "latest" },
      },
      {
        username: "bob",
        facts: 1.5,
        is_owner: false,
        last_activity_at: "2026-01-02T03:04:05.12Z",
        renewal_date: null,
        teams: [],
        data: null,
      },
      {
        username: null,
        facts: null,
        is_owner: null,
        last_activity_at: null,
        renewal_date: null,
        teams: null,
        data: "no json",
      },
    ]);
  });

  test("keeps a whole number exact: as text beyond the safe range", () => {
    expect(JSON.parse(toJson(one(2n ** 53n, "number")))).toEqual([{ x: "9007199254740992" }]);
    expect(JSON.parse(toJson(one(2n ** 53n - 1n, "number")))).toEqual([{ x: 9007199254740991 }]);
    expect(JSON.parse(toJson(one(Number.NaN, "number")))).toEqual([{ x: null }]);
  });

  test("drops no column of a name that stands twice, and holds no raw control", () => {
    const column = { name: "x", type: "text" } as const;
    const text = toJson({
      columns: [column, column, { ...column, name: "__proto__" }],
      rows: [["a", "b", "\u009b31m"]],
    });
    expect(text).toBe('[\n  {"x":"a","x_1":"b","__proto__":"\\u009b31m"}\n]\n');
    expect(toJson({ columns: [], rows: [] })).toBe("[]\n");
  });
});

describe("table", () => {
  test("has no borders, and numbers to the right", () => {
    expect(toTable(SEATS, { columns: 120 }).split("\n")).toEqual([
      "username  facts  is_owner  last_activity_at         renewal_date  teams      data",
      "────────  ─────  ────────  ───────────────────────  ────────────  ─────────  ────────────────",
      'ann          12  yes       2026-01-02 03:04:05Z     2027-03-01    core; ops  {"tag":"latest"}',
      "bob         1.5  no        2026-01-02 03:04:05.12Z  –                        –",
      "–             –  –         –                        –             –          no json",
      "",
    ]);
  });

  test("cuts nothing: what is wider than the screen goes on below, and without a screen every line is whole", () => {
    const rows: QueryRows = {
      columns: [
        { name: "name", type: "text" },
        { name: "n", type: "number" },
      ],
      rows: [["x".repeat(200), 1234567]],
    };
    const lines = toTable(rows, { columns: 40 }).split("\n");
    expect([
      lines.slice(0, -1).join("").replace(/[^x]/g, "").length,
      Math.max(...lines.map(({ length }) => length)),
    ]).toEqual([200, 40]);
    expect(toTable(rows)).toContain(`${"x".repeat(200)}  1234567\n`);
  });

  test("shortens no name: the organization goes into headings, then text is broken at words, then a row has two lines", () => {
    const [text, number] = ["text", "number"] as const;
    const columns = [
      { name: "org", type: text },
      { name: "seat", type: text },
      { name: "why", type: text },
      { name: "n", type: number },
    ];
    const [org, seat] = ["northwind-labs", "luis.engel3-contractor"];
    const rows = [
      [org, seat, "no activity for long", 1],
      [org, "ann", "a", 22],
      ["harbor-tools", "bob", "b", 3],
    ];
    expect(toTable({ columns, rows }, { columns: 54 }).split("\n")).toEqual([
      org,
      "seat                    why                    n",
      "──────────────────────  ────────────────────  ──",
      `${seat}  no activity for long   1`,
      "ann                     a                     22",
      "",
      "harbor-tools",
      "seat                    why                    n",
      "──────────────────────  ────────────────────  ──",
      "bob                     b                      3",
      "",
    ]);
    const [, , , first, below] = toTable({ columns, rows }, { columns: 40 }).split("\n");
    expect([first, below]).toEqual([`${seat}  no activity    1`, "                        for long"]);
    const two = toTable({ columns, rows }, { columns: 30 }).split("\n");
    expect(two.slice(4, 6)).toEqual([seat, "  no activity for long   1"]);
  });

  test("of more columns than fit becomes one line a value", () => {
    const text = toTable(SEATS, { columns: 40 });
    expect(text).toContain("last_activity_at  2026-01-02 03:04:05Z\n");
    expect(text.split("\n").every((line) => line.length <= 40)).toBe(true);
  });

  test("without rows says so", () => expect(toTable({ ...SEATS, rows: [] })).toContain("(no rows)"));

  test("is coloured only if asked", () => {
    expect(toTable(SEATS)).not.toContain("\x1b");
    expect(toTable(SEATS, { color: true })).toContain("\x1b[1m");
  });

  test("shows escapes and controls, and never sends them", () => {
    const text = toTable(one("\x1b[31mred\x07\n\t\u009b\u202e\ud800"));
    expect(text).toContain("\\x1b[31mred\\x07\\n\\t\\x9b\\u{202e}\\u{d800}");
  });

  test("lines up letters that take two places", () => {
    const rows: QueryRows = {
      columns: [
        { name: "name", type: "text" },
        { name: "n", type: "number" },
      ],
      rows: [
        ["山田太郎", 1],
        ["ann", 2],
      ],
    };
    expect(toTable(rows)).toContain("山田太郎  1\nann       2\n");
  });

  test("never sends a control and never exceeds the width, whatever the cells hold", () => {
    const row = fc.tuple(fc.string({ unit: "binary", maxLength: 60 }), fc.integer(), fc.array(fc.string()));
    const columns = (["text", "number", "list"] as const).map((type) => ({ name: `a_${type}`, type }));
    fc.assert(
      fc.property(fc.array(row), fc.integer({ min: 30, max: 100 }), (rows, width) => {
        const lines = toTable({ columns, rows }, { columns: width }).split("\n");
        expect(
          lines.every(
            (line) => !/[\p{Cc}\p{Cs}\u202e]/u.test(line) && [...new Intl.Segmenter().segment(line)].length <= width,
          ),
        ).toBe(true);
      }),
    );
  });
});

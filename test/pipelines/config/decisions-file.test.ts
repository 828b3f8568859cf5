import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import writeExcelFile from "write-excel-file/node";
import { decisionsOf, parseDecisions } from "../../../pipelines/config/decisions-file.ts";
import { ConfigError, type Problem } from "../../../pipelines/config/problems.ts";
import { readSheet } from "../../../pipelines/config/workbook.ts";

function problemsOf(text: string): readonly Problem[] {
  try {
    parseDecisions(text, "decisions.csv");
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error("the file was accepted");
}

const ann = {
  organization: null,
  username: "ann",
  email: null,
  decision: "remove",
  decision_by: null,
  decision_until: null,
  decision_note: null,
};

describe("a decisions file", () => {
  test.each([
    ["username,decision\nANN,Remove\n", [ann]],
    ["Decision,Seat\nremove,ann\n,bob\n", [ann]],
    ["email;decision\nAnn@Acme.example;remove\n", [{ ...ann, username: null, email: "ann@acme.example" }]],
    ["Seat,Decision\nann@acme.example,remove\n", [{ ...ann, username: null, email: "ann@acme.example" }]],
    ["Seat,Decision\n'=ann,remove\n", [{ ...ann, username: "=ann" }]],
    [
      'Note,Until,By,Organization,Seat,Decision\n"so, yes",2027-01-31,Zoe,Acme,ann,KEEP\n',
      [
        {
          ...ann,
          organization: "acme",
          decision: "keep",
          decision_by: "Zoe",
          decision_until: "2027-01-31",
          decision_note: "so, yes",
        },
      ],
    ],
    ["username,organization,decision\nann,a,remove\nann,b,keep\n", [{}, {}]],
    ["seat,decision\n", []],
  ])("%j is read", (text, expected) => {
    expect(parseDecisions(text, "decisions.csv")).toEqual(expected.map((one) => expect.objectContaining(one)));
  });

  test.each([
    ["", 1, "", "empty"],
    ["seat,until\nann,\n", 1, "", "no column decision"],
    ["name,decision\nann,keep\n", 1, "", "expected seat or username or email"],
    ["seat,decision\nann,remov\n", 2, "decision", "did you mean remove"],
    ["seat,decision,until\nann,keep,\nbob,keep,2027-02-30\n", 3, "until", "a day that exists"],
    ["seat,decision\n,keep\n", 2, "seat", "nobody is named"],
    ["seat,decision\nann,keep\nANN,remove\n", 3, "username", "line 2"],
    ["seat,decision\nann,keep,x\n", 2, "", "put a cell that holds a comma in quotes"],
  ])("%j is refused with its line and column", (text, line, key, words) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ file: "decisions.csv", line, key });
    expect(problem?.message).toContain(words);
  });

  test("may be a workbook: its sheet Actions, with texts, dates and lines as a person sees them", async () => {
    const row = (...cells: unknown[]) => cells.map((value) => (value === null ? null : { value }));
    const until = { value: new Date("2027-01-31T00:00:00Z"), type: Date, format: "yyyy-mm-dd" };
    const sheets = [
      { sheet: "Seats", data: [row("Seat")] },
      {
        sheet: "Actions",
        data: [
          row("Seat", "Organization", "Decision", "By", "Until", "Note"),
          [...row("ann", "acme", "keep", "Zoe & <Co>"), until, { value: "a\nb" }],
          row(null, null, null),
          row("bob", "acme", null),
          row("carl", "acme", "remove", null, "2027-02-01"),
        ],
      },
    ];
    const bytes = await writeExcelFile(sheets as never).toBuffer();
    const lines = readSheet(bytes, "actions");
    expect(lines?.map(({ line }) => line)).toEqual([1, 2, 4, 5]);
    expect(decisionsOf(lines!, "decisions.xlsx")).toEqual([
      expect.objectContaining({ username: "ann", decision_by: "Zoe & <Co>", decision_until: "2027-01-31" }),
      expect.objectContaining({ username: "carl", decision: "remove", decision_until: "2027-02-01" }),
    ]);
    expect(readSheet(bytes, "nothing")).toBeNull();
  });

  test.each([Buffer.from("seat,decision\n"), Buffer.alloc(0), deflateRawSync(Buffer.alloc(99))])(
    "what is no workbook is refused",
    (bytes) => expect(() => readSheet(bytes, "actions")).toThrow("no workbook"),
  );
});

import { describe, expect, test } from "vitest";
import { parsePeople } from "../../../pipelines/config/people-file.ts";
import { ConfigError, type Problem } from "../../../pipelines/config/problems.ts";

function problemsOf(text: string): Problem[] {
  try {
    parsePeople(text, "people.csv");
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems];
    throw error;
  }
  throw new Error("the file was accepted");
}

describe("a people file", () => {
  test("is read by column name, with quoted cells, a byte order mark and columns it does not know", () => {
    const text =
      '\uFEFFE-mail,Email,Cost Center,Department,username\r\nx,Ann@Acme.example,"4,2","R&D ""core""",ANN\r\n\r\n,bob@acme.example,,,\r\n';
    expect(parsePeople(text, "people.csv")).toEqual([
      { username: "ann", email: "ann@acme.example", department: 'R&D "core"', manager: null, cost_center: "4,2" },
      { username: null, email: "bob@acme.example", department: null, manager: null, cost_center: null },
    ]);
  });

  test.each([";", "\t"])("may have %j between its cells, and shorter rows", (mark) => {
    const text = `username${mark}department\nann${mark}Sales\nbob\n`;
    expect(parsePeople(text, "people.csv").map(({ department }) => department)).toEqual(["Sales", null]);
  });

  test("with a header only has nobody in it", () => expect(parsePeople("username\n", "people.csv")).toEqual([]));

  test.each([
    ["", 1, "", "empty"],
    ["name,department\nann,Sales\n", 1, "", "expected username or email"],
    ["username,Username\nann,bob\n", 1, "username", "twice"],
    ["username,email\nann,\n\n\nANN,a@b\n", 5, "username", "line 2"],
    ["username,email\nann,A@b\nbob,a@B\n", 3, "email", "line 2"],
    ["username,manager\n,zoe\n", 2, "", "neither username nor email"],
    ["username,department\nann,Sales, EMEA\n", 2, "", "put a cell that holds a comma in quotes"],
    ['username\nann\n"bob\n', 3, "", "not valid CSV"],
    ['username\nann\nb"o"b\n', 3, "", "not valid CSV"],
  ])("%j is refused with its line", (text, line, key, words) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ file: "people.csv", line, key });
    expect(problem?.message).toContain(words);
  });

  test("tells all that is wrong at once", () => {
    expect(problemsOf("username,email\n,\nann,\n ,x,y\nann,\n")).toHaveLength(2);
  });
});

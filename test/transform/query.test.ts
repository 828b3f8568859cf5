import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { ABOUT_A_PERSON, DATA_SHAPE } from "../../transform/naming.ts";
import { query } from "../../transform/query.ts";
import { queries } from "../kit/queries.ts";

const names = readdirSync("sql/transform").map((file) => basename(file, ".sql"));
const read = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(`${folder}/${file}`, "utf8"))
    .join("\n");

it("each query is used, has a test on rows, and says first what a row of it is, or what it does", () => {
  const [code, tests] = [read("transform") + read("load"), read("test")];
  for (const name of names.filter((one) => one !== "macros")) {
    expect(code, name).toContain(`"${name}"`);
    expect(tests, name).toMatch(new RegExp(`\\b(ask|run)\\(\\s*"${name}"`));
    const first = readFileSync(`sql/transform/${name}.sql`, "utf8").split("\n")[0];
    expect(first, name).toMatch(/^-- ((one|two|no) rows?\b|takes |brings )/);
  }
});

it("a value that is missing, and one that is not asked for, are refused", () => {
  expect(() => query("people")).toThrow("sql/transform/people.sql: $org has no value");
  expect(() => query("people", { org: "acme", orgs: "x" })).toThrow("asks for no $orgs");
});

it("a value is one value, whatever stands in it", async () => {
  const { ask, given } = await queries();
  await given("incoming_members", [{ username: "ann", teams: [], is_guest: false }]);
  for (const org of ["it's", "$org", "a'; drop table dim_member; --", 'a"b\\']) {
    expect(await ask("people", { org }, "org")).toEqual([{ org }]);
  }
});

it("a query can be run by hand: its values are the engine's own named parameters", async () => {
  const { connection, given } = await queries();
  await given("incoming_members", [{ username: "ann", teams: [], is_guest: false }]);
  const text = readFileSync("sql/transform/people.sql", "utf8");
  await connection.run(`prepare people as ${text}`);
  const reader = await connection.runAndReadAll("execute people(org := 'acme')");
  expect(reader.getRowObjects()[0]).toMatchObject({ org: "acme", member_key: "ann" });
});

it("the version of the rules stands on what the macros do", () => {
  const macros = readFileSync("sql/transform/macros.sql", "utf8");
  expect(macros).toContain(`'${DATA_SHAPE}'`);
  expect(macros).toContain(`'${ABOUT_A_PERSON}'`);
});

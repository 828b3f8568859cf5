import { expect, test } from "vitest";
import type { QueryRows } from "../../../load/warehouse/rows.ts";
import { filterSeats, seatFilter, unmatchedWords } from "../../../pipelines/reports/seat-filter.ts";
import { groupSeats } from "../../../pipelines/reports/split-licenses.ts";

const names =
  "username recommendation teams department manager status_changed_at saving_year days_since_activity".split(" ");
const seats: QueryRows = {
  columns: names.map((name) => ({ name, type: name === "teams" ? "list" : "text" })),
  rows: [
    ["ann", "reclaim", ["core", "web"], "R&D", "Doe, Jane", "2026-11-02T06:00:00.000Z", 100, 80],
    ["bob", "keep", [], "Sales", "zoe", null, 0, 1],
    ["cleo", "cancel_invite", null, null, null, "2026-10-31T23:59:59.000Z", 300, null],
    ["dan", "review", ["Core"], "r&d", "ZOE ", "2026-11-01T00:00:00.000Z", null, 200],
  ],
};
const shown = (asked: Parameters<typeof seatFilter>[0]) =>
  filterSeats(seats, seatFilter(asked)).rows.map(([name]) => name);

test.each([
  [{}, ["ann", "bob", "cleo", "dan"]],
  [{ todo: ["reclaim,Cancel-Invite"] }, ["ann", "cleo"]],
  [{ todo: ["reclaim", "keep"] }, ["ann", "bob"]],
  [{ team: ["CORE"] }, ["ann", "dan"]],
  [{ department: ["sales, R&D"] }, ["ann", "bob", "dan"]],
  [{ manager: ["doe, jane"] }, ["ann"]],
  [{ manager: ["zoe"], department: ["sales"] }, ["bob"]],
  [{ manager: ["nobody"] }, []],
  [{ changedSince: "2026-11-01" }, ["ann", "dan"]],
  [{ sort: "saving" }, ["cleo", "ann", "bob", "dan"]],
  [{ sort: "days", todo: ["review,reclaim"] }, ["dan", "ann"]],
])("%j shows %j", (asked, expected) => expect(shown(asked)).toEqual(expected));

test.each([
  [{ todo: ["reclame"] }, /--todo reclame .* did you mean reclaim\?/],
  [{ sort: "savings" }, /--sort savings .* did you mean saving\?/],
])("%j is refused with a near match", (asked, words) => expect(() => seatFilter(asked)).toThrow(words));

test.each([
  [{ manager: ["zo,bob"] }, ['no seat has the manager "zo"; did you mean zoe?', /"bob"; there are: Doe, Jane, zoe/]],
  [{ manager: ["zoe"], todo: ["reclaim"] }, [/^no seat is all that was asked for/]],
  [{ manager: ["doe, jane"] }, []],
])("%j is told what matches nobody", (asked, words) =>
  expect(unmatchedWords(seats, seatFilter(asked))).toEqual(
    words.map((one) => (typeof one === "string" ? one : expect.stringMatching(one))),
  ),
);

test("seats are split by manager whatever its capitals, with file names that are safe and apart", () => {
  const odd = ["../../etc/passwd", "none", "NUL", "Zoë / Å", "zoë_å", "", null, "zoe", "Zoe"];
  const rows = odd.map((manager, i) => [`user${i}`, "keep", [], null, manager, null, 0, 0]);
  const groups = groupSeats({ columns: seats.columns, rows }, "manager");
  expect(groups.map(({ file, seats: { rows } }) => [file, rows.length])).toEqual([
    ["etc_passwd", 1],
    ["none-2", 1],
    ["_NUL", 1],
    ["zoe", 2],
    ["Zoë_Å", 1],
    ["zoë_å-2", 1],
    ["none", 2],
  ]);
});

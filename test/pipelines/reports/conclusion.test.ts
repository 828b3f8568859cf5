import { describe, expect, test } from "vitest";
import type { QueryRows } from "../../../load/warehouse/rows.ts";
import { conclusionOf } from "../../../pipelines/reports/conclusion.ts";

type Org = readonly [org: string, currency: string, spare: number | null, saving_year_spare: number | null];
type Seat = readonly [org: string, todo: string, saving: number | null, currency?: string, from?: string | null];

const text = (name: string) => ({ name, type: "text" as const });
const number = (name: string) => ({ name, type: "number" as const });

const summaryOf = (orgs: readonly Org[]): QueryRows => ({
  columns: [text("org"), text("currency"), number("seats_spare"), number("saving_year_spare")],
  rows: orgs,
});

const seatsOf = (seats: readonly Seat[]): QueryRows => ({
  columns: [
    text("org"),
    text("recommendation"),
    number("saving_year"),
    text("currency"),
    text("saving_effective_date"),
  ],
  rows: seats.map(([org, todo, saving, currency = "USD", from = "2027-02-01"]) => [org, todo, saving, currency, from]),
});

const many = (count: number, seat: Seat): Seat[] => Array.from({ length: count }, () => seat);

describe("the conclusion of one organization", () => {
  test.each<[title: string, org: Org, seats: Seat[], sentence: string]>([
    [
      "names what can go, what to ask about and what was never assigned, with its money",
      ["acme", "USD", 4, 1152],
      [...many(6, ["acme", "reclaim", 288]), ...many(4, ["acme", "review", 288]), ["acme", "keep", 0]],
      "6 seats can go now (1 728 USD a year from 2027-02-01), 4 to ask about, 4 were never assigned (1 152 USD)",
    ],
    [
      "speaks of one seat as of one, and gives cents where there are some",
      ["acme", "EUR", 1, 183.96],
      [["acme", "reclaim", 183.96, "EUR"]],
      "1 seat can go now (183.96 EUR a year from 2027-02-01), 1 was never assigned (183.96 EUR)",
    ],
    [
      "says nothing of money where no price is known",
      ["acme", "USD", 2, null],
      [["acme", "reclaim", null]],
      "1 seat can go now, 2 were never assigned",
    ],
    [
      "names no day where no renewal is known",
      ["acme", "USD", null, null],
      [["acme", "reclaim", 288, "USD", null]],
      "1 seat can go now (288 USD a year)",
    ],
    [
      "adds invitations to cancel, which are no seats that go",
      ["acme", "USD", 0, 0],
      [["acme", "review", 288], ...many(2, ["acme", "cancel_invite", 288])],
      "No seat can go now, 1 to ask about, 2 invitations to cancel (576 USD)",
    ],
    ["says so where nothing is to do", ["acme", "USD", 0, 0], [["acme", "keep", 0]], "No seat can go now"],
  ])("%s", (_, org, seats, sentence) => {
    expect(conclusionOf(summaryOf([org]), seatsOf(seats))).toEqual([{ org: "acme", text: sentence }]);
  });
});

describe("the conclusion of several organizations", () => {
  test("comes first and counts all of them; each has its own after it", () => {
    const seats: Seat[] = [
      ["acme", "reclaim", 288],
      ["beta", "reclaim", 120, "USD", "2027-05-01"],
    ];
    const summary = summaryOf([
      ["acme", "USD", 4, 1152],
      ["beta", "USD", null, null],
    ]);
    expect(conclusionOf(summary, seatsOf(seats))).toEqual([
      {
        org: null,
        text: "2 seats can go now (408 USD a year from 2027-02-01, the last from 2027-05-01), 4 were never assigned (1 152 USD)",
      },
      { org: "acme", text: "1 seat can go now (288 USD a year from 2027-02-01), 4 were never assigned (1 152 USD)" },
      { org: "beta", text: "1 seat can go now (120 USD a year from 2027-05-01)" },
    ]);
  });

  test("does not add currencies, and says of how many seats the price is not known", () => {
    const seats: Seat[] = [
      ["acme", "reclaim", 288],
      ["beta", "reclaim", 120, "EUR"],
      ["cave", "reclaim", null],
    ];
    const [all] = conclusionOf(
      summaryOf([
        ["acme", "USD", 1, 288],
        ["beta", "EUR", 1, 120],
        ["cave", "USD", 1, null],
      ]),
      seatsOf(seats),
    );
    expect(all!.text).toBe(
      "3 seats can go now (288 USD and 120 EUR a year from 2027-02-01; the price of 1 is not known), 3 were never assigned (288 USD and 120 EUR)",
    );
  });

  test("there is none where nothing was loaded", () => {
    expect(conclusionOf(summaryOf([]), seatsOf([]))).toEqual([]);
  });
});

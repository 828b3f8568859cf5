import { describe, expect, it } from "vitest";
import { Concurrency } from "../../../extract/hub/concurrency.ts";

/** Sends as many as may be at once, and has them answered; null is a 429. */
function round(concurrency: Concurrency, ms: number | null, sent = concurrency.now): number {
  const rounds = Array.from({ length: sent }, () => concurrency.begin());
  if (ms === null) for (const one of rounds) concurrency.refuse(one);
  for (const one of rounds) concurrency.end(one, ms);
  return concurrency.now;
}

describe("requests at once", () => {
  it.each([
    [16, [4, 8, 16, 16]],
    [13, [4, 8, 13, 13]],
    [3, [3, 3, 3, 3]],
    [1, [1, 1, 1, 1]],
  ])("are four at first and doubled up to %i while the server is as fast as before", (most, expected) => {
    const concurrency = new Concurrency(most);
    expect([concurrency.now, ...[100, 120, 110].map((ms) => round(concurrency, ms))]).toEqual(expected);
  });

  it("stay where the server gets slower, and grow after it was as fast again", () => {
    const concurrency = new Concurrency(16);
    expect([100, 200, 200, 100, 100].map((ms) => round(concurrency, ms))).toEqual([8, 8, 8, 16, 16]);
  });

  it("grow again where a server is slow and stays so", () => {
    const concurrency = new Concurrency(16);
    const rounds = [100, ...Array<number>(9).fill(300)].map((ms) => round(concurrency, ms));
    expect(rounds.slice(0, 3)).toEqual([8, 8, 8]);
    expect(rounds.at(-1)).toBeGreaterThan(8);
  });

  it("are halved once by all the 429 of a round, down to one, and then grow by one a round", () => {
    const concurrency = new Concurrency(16);
    for (const ms of [100, 100]) round(concurrency, ms);
    expect([null, 100, 100, null, null, null, null].map((ms) => round(concurrency, ms))).toEqual([
      8, 9, 10, 5, 2, 1, 1,
    ]);
    expect(round(concurrency, 100)).toBe(2);
  });

  it("do not grow where fewer are sent than may be, nor by what failed", () => {
    const concurrency = new Concurrency(16);
    for (let n = 0; n < 20; n++) round(concurrency, 100, 1);
    expect(concurrency.now).toBe(4);
    for (const one of Array.from({ length: 4 }, () => concurrency.begin())) concurrency.end(one, null);
    expect(concurrency.now).toBe(4);
  });
});

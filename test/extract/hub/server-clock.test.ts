import { describe, expect, it } from "vitest";
import { ClockError, ServerClock } from "../../../extract/hub/server-clock.ts";

const now = Date.parse("2026-03-04T05:06:07Z");
const hour = 3_600_000;

/** A clock that heard replies so many hours ahead of ours. */
function heard(...hours: number[]): ServerClock {
  const clock = new ServerClock(() => now);
  for (const ahead of hours) clock.learn({ date: new Date(now + ahead * hour).toUTCString() });
  return clock;
}

describe("the server's clock", () => {
  it.each<[string, number[], number]>([
    ["is ours without a vote", [], 0],
    ["is the only vote", [3], 3],
    ["is the vote nearer to ours where two disagree", [9000, 0], 0],
    ["is the middle of three", [-9000, 3, 9000], 3],
    ["outvotes a wrong one among right ones", [2, 2, 9000, 2, 2], 2],
    ["follows one that was set", [...Array(31).fill(9000), ...Array(31).fill(1)], 1],
  ])("%s", (_, votes, ahead) => {
    expect(heard(...votes).offsetMs).toBe(ahead * hour);
  });

  it.each([undefined, "", "soon 5", "-1", "0", "Tue, 99 Foo 2026 00:00:00 GMT"])("hears nothing in %j", (date) => {
    const clock = new ServerClock(() => now);
    clock.learn({ date });
    expect([clock.isKnown, clock.offsetMs, clock.now()]).toEqual([false, 0, new Date(now)]);
  });

  it("must be within a day of ours, and both times are told where it is not", () => {
    for (const hours of [0, 23.9, -23.9, 24]) expect(() => heard(hours).mustAgree()).not.toThrow();
    for (const hours of [24.1, -24.1]) expect(() => heard(hours).mustAgree()).toThrow(ClockError);
    const both = /2027-03-04T05:06:07.000Z and this machine's says 2026-03-04T05:06:07.000Z/;
    expect(() => heard(365 * 24).mustAgree()).toThrow(both);
  });

  it("is told within a second by the replies that were sent soonest after one began, and never ahead of it", () => {
    let ours = 0;
    const clock = new ServerClock(() => ours);
    const server = () => ours + 3 * hour + 250;
    const reply = () => ({ date: new Date(server()).toUTCString() });
    for (const at of [900, 1700, 2760, 3100]) {
      ours = now + at;
      clock.learn(reply());
    }
    // the third came ten milliseconds after the server's second began
    expect(server() - clock.exactAt(reply())).toBe(10);
    clock.learn({ date: new Date(now + 9 * hour).toUTCString() });
    expect(server() - clock.exactAt(reply())).toBe(10);
  });

  it("is in doubt while fewer than three replies say that it differs", () => {
    expect([heard(0), heard(1), heard(1, 1), heard(1, 1, 1)].map((clock) => clock.isInDoubt)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

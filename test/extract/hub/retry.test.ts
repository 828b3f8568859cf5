import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../extract/hub/limits.ts";
import { askedDelay, type Outcome, retryDelay } from "../../../extract/hub/retry.ts";

const now = Date.parse("2026-03-04T05:06:07Z");
const epoch = now / 1000;
const limits = { ...DEFAULT_LIMITS, attempts: 5, max_wait_seconds: 900 };

/** The wait with no jitter at all, and with the most of it. */
function waits(outcome: Partial<Outcome>): [number | null, number | null] {
  const whole = { status: 429, headers: {}, attempt: 1, limitedMs: 0, ...outcome };
  const wait = (draw: number) => retryDelay(whole, limits, { serverNowMs: now, random: () => draw });
  return [wait(0), wait(1)];
}

describe("what a server asks for", () => {
  it.each<[string, Outcome["headers"], number | null]>([
    ["Retry-After in seconds", { "retry-after": "7" }, 7000],
    ["Retry-After of a part of a second", { "retry-after": "0.5" }, 500],
    ["Retry-After of nothing", { "retry-after": "0" }, 0],
    ["Retry-After of less than nothing", { "retry-after": "-5" }, 0],
    ["Retry-After of ages", { "retry-after": "99999999999" }, 99_999_999_999_000 - now],
    ["Retry-After with spaces around it", { "retry-after": " 3 " }, 3000],
    ["Retry-After as an HTTP date", { "retry-after": "Wed, 04 Mar 2026 05:06:37 GMT" }, 30_000],
    ["Retry-After as a date that has passed", { "retry-after": "Wed, 04 Mar 2026 05:06:00 GMT" }, 0],
    ["Retry-After as a date without a zone", { "retry-after": "Wed Mar  4 05:06:37 2026" }, 30_000],
    ["Retry-After as a date of the older form", { "retry-after": "Wednesday, 04-Mar-26 05:06:37 GMT" }, 30_000],
    ["Retry-After as a unix time", { "retry-after": String(epoch + 12) }, 12_000],
    ["X-Retry-After as a unix time", { "x-retry-after": String(epoch + 20) }, 20_000],
    ["X-Retry-After as a unix time in milliseconds", { "x-retry-after": String(now + 20_000) }, 20_000],
    ["X-Retry-After as a unix time that has passed", { "x-retry-after": String(epoch - 20) }, 0],
    ["X-Retry-After in seconds", { "x-retry-after": "20" }, 20_000],
    ["X-RateLimit-Reset as a unix time", { "x-ratelimit-reset": String(epoch + 41) }, 41_000],
    ["X-RateLimit-Reset as a small number is no point in time", { "x-ratelimit-reset": "41" }, null],
    ["Retry-After goes before the others", { "retry-after": "2", "x-ratelimit-reset": String(epoch + 41) }, 2000],
    ["an unreadable Retry-After gives way", { "retry-after": "soon", "x-retry-after": String(epoch + 5) }, 5000],
    ["words that end in a number are no date", { "retry-after": "soon 5" }, null],
    ["an empty Retry-After gives way", { "retry-after": "", "x-ratelimit-reset": String(epoch + 6) }, 6000],
    ["nothing", {}, null],
  ])("%s", (_, headers, delay) => {
    expect(askedDelay(headers, now)).toBe(delay);
  });

  it("is measured by the server's clock, however wrong ours is", () => {
    for (const skew of [-86_400_000, -3_600_000, 3_600_000, 86_400_000]) {
      const serverNow = now + skew;
      expect(askedDelay({ "x-retry-after": String(serverNow / 1000 + 9) }, serverNow)).toBe(9000);
      expect(askedDelay({ "retry-after": new Date(serverNow + 9000).toUTCString() }, serverNow)).toBe(9000);
    }
  });
});

describe("a wait", () => {
  it.each<[string, Partial<Outcome>, [number | null, number | null]]>([
    ["after 429 is what was asked for and a little more", { headers: { "retry-after": "7" } }, [7000, 7250]],
    ["after a bare 429 doubles: first", {}, [250, 500]],
    ["after a bare 429 doubles: second", { attempt: 2 }, [500, 1000]],
    ["after a bare 429 doubles: third", { attempt: 3 }, [1000, 2000]],
    ["after a bare 429 ends at half a minute", { attempt: 10 }, [15_000, 30_000]],
    ["after 429 comes as often as the server says so", { attempt: 500, limitedMs: 800_000 }, [15_000, 30_000]],
    ["after 429 ends with max_wait_seconds", { attempt: 500, limitedMs: 900_000 }, [null, null]],
    [
      "after 429 goes on to the end of max_wait_seconds, not less",
      { attempt: 9, limitedMs: 890_000 },
      [10_000, 10_000],
    ],
    ["after Retry-After: 0 is the back-off: first", { headers: { "retry-after": "0" } }, [250, 500]],
    ["after Retry-After: 0 is the back-off: later", { headers: { "retry-after": "0" }, attempt: 99 }, [500, 1000]],
    ["after Retry-After: -1 is the back-off", { headers: { "retry-after": "-1" }, attempt: 2 }, [500, 1000]],
    [
      "after a Retry-After that has passed is the back-off",
      { headers: { "x-retry-after": String(epoch - 9) } },
      [250, 500],
    ],
    [
      "is the longer of what was asked and the back-off",
      { headers: { "retry-after": "0.1" }, attempt: 9 },
      [500, 1000],
    ],
    [
      "that was asked for is waited for in whole",
      { headers: { "retry-after": "60" }, limitedMs: 899_000 },
      [60_000, 60_250],
    ],
    ["of a day is not waited for", { headers: { "retry-after": "86400" } }, [null, null]],
    ["of fifty years is not waited for", { headers: { "retry-after": "999999999" } }, [null, null]],
    ["of the longest allowed is waited for", { headers: { "retry-after": "899" } }, [899_000, 899_250]],
    ["after 500 doubles", { status: 500, attempt: 2 }, [500, 1000]],
    ["after 503 honours Retry-After", { status: 503, headers: { "retry-after": "5" } }, [5000, 5000]],
    ["after 503 is half a minute at most", { status: 503, headers: { "retry-after": "86400" } }, [30_000, 30_000]],
    ["after 5xx comes no more once all tries are used", { status: 502, attempt: 5 }, [null, null]],
    ["after a lost connection doubles", { status: 0 }, [250, 500]],
    ["after a lost connection is bounded too", { status: 0, attempt: 5 }, [null, null]],
    ["after 408 and 425 comes too", { status: 408 }, [250, 500]],
    ["never comes after 400", { status: 400 }, [null, null]],
    ["never comes after 401", { status: 401 }, [null, null]],
    ["never comes after 403", { status: 403, headers: { "retry-after": "1" } }, [null, null]],
    ["never comes after 404", { status: 404 }, [null, null]],
  ])("%s", (_, outcome, expected) => {
    expect(waits(outcome)).toEqual(expected);
  });
});

import { expect, test } from "vitest";
import { InterruptedError } from "../../../extract/hub/errors.ts";
import { DEFAULT_LIMITS } from "../../../extract/hub/limits.ts";
import { Pace } from "../../../extract/hub/pace.ts";

test("many requests that wait for one limit are no leak, and all of them end when the run is stopped", async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  process.on("warning", hear);
  const stop = new AbortController();
  const pace = new Pace(DEFAULT_LIMITS, stop.signal, () => {});
  const waits = Array.from({ length: 32 }, () => pace.pause("rate limit", 60_000, true));
  stop.abort();
  for (const wait of await Promise.allSettled(waits))
    expect(wait).toMatchObject({ status: "rejected", reason: expect.any(InterruptedError) });
  // Node says so on a later turn
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", hear);
  expect(warnings).toEqual([]);
});

import { accessFaults } from "./access-faults.ts";
import { pagingFaults } from "./paging-faults.ts";
import { recordFaults } from "./record-faults.ts";
import type { Scenario } from "./scenario.ts";
import { transportFaults } from "./transport-faults.ts";

/**
 * Every way of misbehaving that the hub knows, by name. Each call makes a fresh scenario, with counters of its own; `seed`
 * (default 1) settles what is random. Most strike once or twice and then let the hub be, so that a client that tries again
 * gets through; those that last say so in their name or forbid a stream. `combine` plays several at once.
 */
export const scenarios: Record<string, (seed?: number) => Scenario> = {
  ...transportFaults,
  ...accessFaults,
  ...pagingFaults,
  ...recordFaults,
};

/** A fresh scenario by its name. */
export function scenarioOf(name: string, seed?: number): Scenario {
  const make = scenarios[name];
  if (make === undefined)
    throw new Error(`no scenario is called ${name}; there are ${Object.keys(scenarios).join(", ")}`);
  return make(seed);
}

import type { StatusReport } from "./status.ts";
import { UsageError } from "./usage-error.ts";

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90m`, `36h`, `2d` in milliseconds. */
export function ageOf(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text) ?? [];
  const age = Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (!(age > 0 && Number.isFinite(age)))
    throw new UsageError(`--max-age "${text}" is no span of time; write minutes, hours or days: 90m, 36h or 2d`);
  return age;
}

/**
 * Why a monitor should ring: an organization whose newest load is older than `maxMs`, or that is configured (`expected`) and
 * was never loaded. Null where all is fresh. The one that was read the longest ago is named.
 */
export function staleness(
  report: StatusReport,
  expected: readonly string[],
  maxMs: number,
  maxText: string,
  now: Date,
): string | null {
  const loads = report.organizations.map((row) => ({ org: String(row.org), at: row.last_synced_at }));
  const never = [
    ...loads.filter(({ at }) => typeof at !== "string").map(({ org }) => org),
    ...expected.filter((org) => !loads.some((load) => load.org === org)),
  ];
  if (never.length > 0) return `nothing was ever loaded of ${never.join(", ")}`;
  const [oldest] = loads.sort((a, b) => Date.parse(String(a.at)) - Date.parse(String(b.at)));
  if (!oldest) return "nothing was loaded yet";
  const age = now.getTime() - Date.parse(String(oldest.at));
  if (age <= maxMs) return null;
  return `the newest load of ${oldest.org} is ${(age / UNIT_MS.h).toFixed(1)} hours old (${oldest.at}), older than --max-age ${maxText}`;
}

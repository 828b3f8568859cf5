import { isNameOn } from "../run/switches.ts";
import type { NewestRead } from "./status.ts";

const HOUR_MS = 3_600_000;

/** An organization that should be read, and whether its audit log should. */
export interface Expected {
  readonly org: string;
  readonly auditlog: boolean;
}

/**
 * Why a monitor should ring: a stream of an expected organization that was read once and whose newest read is older than
 * `maxMs`, or an organization of which nothing was ever read. Null where all is fresh. A stream that was never read (a plan
 * without an audit log) or is switched off rings no bell.
 */
export function staleness(
  reads: readonly NewestRead[],
  expected: readonly Expected[],
  { ms: maxMs, text, now }: { ms: number; text: string; now: Date },
): string | null {
  const isOf = (org: string) => (read: NewestRead) => read.org.toLowerCase() === org.toLowerCase();
  const never = expected.filter(({ org }) => !reads.some(isOf(org))).map(({ org }) => org);
  const old = expected
    .flatMap((one) => reads.filter(isOf(one.org)).filter(({ stream }) => isNameOn(one, stream)))
    .map((read) => ({ ...read, age: now.getTime() - Date.parse(read.read_at) }))
    .filter(({ age }) => age > maxMs)
    .sort((a, b) => b.age - a.age)
    .map(
      ({ org, stream, read_at, age }) =>
        `the newest load of ${org}, stream ${stream}, is ${(age / HOUR_MS).toFixed(1)} hours old (${read_at})`,
    );
  if (expected.length === 0) return "nothing was loaded yet; run docktally sync";
  const said = [
    ...(never.length > 0 ? [`nothing was ever loaded of ${never.join(", ")}`] : []),
    ...(old.length > 0 ? [`${old.join("; ")}: older than --max-age ${text}`] : []),
  ];
  return said.length === 0 ? null : `${said.join("; ")}. "docktally status" says what failed in the last run`;
}

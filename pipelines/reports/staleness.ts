import { STREAMS } from "../../extract/streams.ts";
import type { Connection } from "../config/connections.ts";
import { STALE_MS } from "../config/streams.ts";
import { isNameOn, isRequired } from "../run/switches.ts";
import type { NewestRead } from "./status.ts";

const HOUR_MS = 3_600_000;

/** An organization that should be read, and whether its audit log should. */
export interface Expected {
  readonly org: string;
  readonly auditlog: boolean;
  /** null: not known. */
  readonly streams?: Connection["streams"] | undefined;
}

/**
 * Why a monitor should ring: a stream of an expected organization that was read once and whose newest read is older than
 * `maxMs`, or an organization of which nothing was ever read. Null where all is fresh. A stream that was never read (a plan
 * without an audit log) or is switched off rings no bell. One that is optional rings when a run counts it, too: after a week;
 * a list that is required, like any other.
 */
export function staleness(
  reads: readonly NewestRead[],
  expected: readonly Expected[],
  { ms: maxMs, text, now }: { ms: number; text: string; now: Date },
): string | null {
  const isOf = (org: string) => (read: NewestRead) => read.org.toLowerCase() === org.toLowerCase();
  const never = expected.filter(({ org }) => !reads.some(isOf(org))).map(({ org }) => org);
  const old = expected
    .flatMap((one) =>
      reads
        .filter(isOf(one.org))
        .filter(({ stream }) => isNameOn(one, stream))
        .map((read) => ({ ...read, most: Math.max(maxMs, patience(one, read.stream)) })),
    )
    .map((read) => ({ ...read, age: now.getTime() - Date.parse(read.read_at) }))
    .filter(({ age, most }) => age > most)
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

/** How long nobody misses a stream, whatever the monitor says: reports come days late, and what is optional may fail for a week. */
function patience(expected: Expected, name: string): number {
  const stream = STREAMS.find((one) => one.name === name);
  if (!stream?.isOptional) return 0;
  return isRequired(expected, stream) && stream.memory !== "report" ? 0 : STALE_MS;
}

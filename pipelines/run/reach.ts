import type { NamedStream, ReportedName } from "../../extract/streams.ts";
import type { Connection } from "../config/connections.ts";
import type { SeatCounts } from "../reports/published-seats.ts";
import { neededFor } from "./hints.ts";
import { isOn, settingText } from "./switches.ts";

/** What a credential reaches of a stream; where it does not, what that costs and what to do. */
export interface StreamReach {
  readonly stream: ReportedName;
  readonly reachable: boolean;
  readonly why: string;
  readonly adds: string | null;
  readonly next: string | null;
}

/** A stream that was reached. */
export function reached({ reportsAs }: NamedStream, why: string): StreamReach {
  return { stream: reportsAs, reachable: true, why, adds: null, next: null };
}

/** A stream that was not. */
export function notReached(
  stream: NamedStream,
  why: string,
  { connection, seats }: { connection: Connection; seats: SeatCounts | undefined },
): StreamReach {
  const adds = `${stream.needs.adds ?? stream.title}${raisedText(stream, seats)}`;
  return { stream: stream.reportsAs, reachable: false, why, adds, next: nextText(stream, connection) };
}

function raisedText({ needs: { raises } }: NamedStream, seats: SeatCounts | undefined): string {
  if (raises === undefined) return "";
  const of = (from: "low" | "none") => {
    const to = raises[from];
    if (to === undefined || (seats !== undefined && seats[from] === 0)) return [];
    const many = seats === undefined ? "seats" : seats[from] === 1 ? "1 seat" : `${seats[from]} seats`;
    return [`${many} from ${from} to ${to}`];
  };
  const raised = [...of("low"), ...of("none")];
  return raised.length === 0 ? "" : `; would raise ${raised.join(" and ")} confidence`;
}

function nextText(stream: NamedStream, connection: Connection): string {
  const { needs } = stream;
  if (!isOn(connection, stream)) return `switch it on in the configuration: ${settingText(stream, "on")}`;
  const otherwise = needs.otherwise ? `. Or ${needs.otherwise.replace("NAME", connection.name)}` : "";
  if (needs.otherwise && isTeam(connection)) return `the plan has no ${stream.title}s: ${otherwise.slice(5)}`;
  if (stream.origin !== "hub" && connection.enterpriseUrl === null)
    return `set enterprise_url of this connection, or DOCKER_ENTERPRISE_URL${otherwise}`;
  return `${neededFor(stream)}: see docs/setup.md${otherwise}`;
}

const isTeam = ({ license }: Connection) => /\bteam\b/i.test(license.plan ?? "");

import type { Source, Stream } from "./stream.ts";
import { actions } from "./streams/actions.ts";
import { auditlog } from "./streams/auditlog.ts";
import { groups } from "./streams/groups.ts";
import { invites } from "./streams/invites.ts";
import { members, membersPath } from "./streams/members.ts";
import { pulls } from "./streams/pulls.ts";
import { repositories } from "./streams/repositories.ts";
import { tokens } from "./streams/tokens.ts";

/** Every stream, in the order in which a run reads them: who is there comes first, since it tells whose the activity is. */
const list = [members, invites, auditlog, actions, pulls, groups, repositories, tokens] as const;

export type StreamName = (typeof list)[number]["name"];
/** The names under which `sync --json` reports streams. */
export type ReportedName = (typeof list)[number]["reportsAs"];
export type NamedStream = Stream & { readonly name: StreamName; readonly reportsAs: ReportedName };

export const STREAMS: readonly NamedStream[] = list;

/** The streams that `sync --json` reports, in their order. */
export const REPORTED: readonly NamedStream[] = STREAMS.filter(({ name, reportsAs }) => name === reportsAs);

/** The streams that are read beside one and reported under its name. */
export function companionsOf({ name }: Stream): readonly NamedStream[] {
  return STREAMS.filter((other) => other.reportsAs === name && other.name !== name);
}

/** The stream that tells whether the organization can be seen at all. */
export const DIRECTORY: NamedStream = members;

/**
 * Hears what time it is at the server, by the smallest request there is.
 * @throws ClockError
 */
export async function settleClock({ hub, org }: Source): Promise<void> {
  await hub.settleClock(membersPath(org));
}

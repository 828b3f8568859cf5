import { sqlText } from "../../transform/query.ts";
import type { Connection } from "../config/connections.ts";
import type { Decision } from "../config/decisions-file.ts";
import type { Person } from "../config/people-file.ts";
import { publishedRows } from "./published-rows.ts";

/** What a connection's configuration says of people, its files read. */
export interface NamedPeople {
  readonly connection: Connection;
  readonly people: readonly Person[];
  /** Those for the connection's organization. */
  readonly decisions: readonly Omit<Decision, "organization">[];
}

type Key = "service_accounts" | "exclude" | "people" | "decisions";
interface Entry {
  readonly key: Key;
  readonly shown: string;
  readonly names: readonly string[];
}

/** How many names one note holds. */
const MOST_NAMES = 5;

/**
 * What in the configuration has no effect any more, or never had: exclusions that have ended, and what matches nobody of the
 * published warehouse. Words for a person, with the next step; none of a warehouse that cannot be read.
 */
export async function settingsNotes(dataDir: string, named: NamedPeople, today: string): Promise<string[]> {
  const ended = named.connection.license.exclude.filter(({ until }) => until !== null && until < today);
  const notes = ended.map(
    ({ username, until }) =>
      `license.exclude: the exclusion of ${username} ended on ${until}; give it a later day, or take it out`,
  );
  const unmatched = await unmatchedEntries(dataDir, named.connection.org, entriesOf(named));
  const keys = ["service_accounts", "exclude", "people", "decisions"] as const;
  return [
    ...notes,
    ...keys.flatMap((key) =>
      noteOf(
        key,
        unmatched.filter((one) => one.key === key),
      ),
    ),
  ];
}

function entriesOf({ connection: { license }, people, decisions }: NamedPeople): Entry[] {
  const named = (key: Key) => (one: { readonly username: string | null; readonly email: string | null }) => {
    const names = [one.username, one.email].filter((name) => name !== null);
    return { key, shown: names[0] ?? "", names };
  };
  return [
    ...license.service_accounts.map((shown) => ({ key: "service_accounts" as const, shown, names: [shown] })),
    ...license.exclude.map(({ username }) => ({
      key: "exclude" as const,
      shown: username,
      names: [username.toLowerCase()],
    })),
    ...people.map(named("people")),
    ...decisions.map(named("decisions")),
  ];
}

async function unmatchedEntries(
  dataDir: string,
  org: string,
  entries: readonly Entry[],
): Promise<{ key: string; shown: string }[]> {
  if (entries.length === 0) return [];
  const values = [org.toLowerCase(), JSON.stringify(entries)];
  const rows = await publishedRows(dataDir, sqlText("questions/unmatched_settings"), values);
  return rows.map(([key, shown]) => ({ key: String(key), shown: String(shown) }));
}

const NEXT: Readonly<Record<Key, string>> = {
  service_accounts: "match no username with a seat; correct the pattern, or take it out",
  exclude: "name nobody who ever had a seat; correct the username, or take it out",
  people: "are nobody who ever had a seat; correct username or e-mail, or leave them if they have no Docker account",
  decisions: "are nobody who ever had a seat; correct the seat, or take the line out",
};

function noteOf(key: Key, unmatched: readonly { readonly shown: string }[]): string[] {
  if (unmatched.length === 0) return [];
  const names = unmatched.slice(0, MOST_NAMES).map(({ shown }) => shown);
  const more = unmatched.length - names.length;
  return [`license.${key}: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}: these ${NEXT[key]}`];
}

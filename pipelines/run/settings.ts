import { readFileSync } from "node:fs";
import { keepLicense, keepPeople, type LicenseRow, type PeopleFileRow } from "../../load/settings.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { Connection } from "../config/connections.ts";
import { type Person, parsePeople } from "../config/people-file.ts";
import { ConfigError } from "../config/problems.ts";

/**
 * Reads every people file once before a run begins.
 * @throws ConfigError for one that is missing or wrong
 */
export function validatePeopleFiles(connections: readonly Connection[]): void {
  for (const { name, license } of connections) {
    if (license.people !== null) readPeople(license.people, name);
  }
}

function readPeople(file: string, connection: string): Person[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const message = `the people file cannot be read (${(error as NodeJS.ErrnoException).code}); correct license.people of connection "${connection}"`;
    throw new ConfigError([{ file, line: 0, key: "people", message }]);
  }
  return parsePeople(text, file);
}

/** What a connection's license settings and people file say now, as the warehouse keeps it. */
export function settingsNow({ name, license }: Connection): { license: LicenseRow; people: PeopleFileRow[] } {
  const { people: file, ...settings } = license;
  const people = file === null ? [] : readPeople(file, name);
  const rows = people.flatMap(({ username, email, ...place }) =>
    [username, email].filter((person): person is string => person !== null).map((person) => ({ person, ...place })),
  );
  return { license: settings, people: rows };
}

/** Keeps a connection's license settings and people file in the warehouse, so that a report needs nothing else. */
export async function keepSettings(warehouse: WarehouseFile, connection: Connection, setAt: Date): Promise<void> {
  const { org, name } = connection;
  const { license, people } = settingsNow(connection);
  await keepLicense(warehouse, { org, connection: name, setAt }, license);
  await keepPeople(warehouse, org, people);
}

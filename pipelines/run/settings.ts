import { readFileSync } from "node:fs";
import {
  type DecisionRow,
  keepDecisions,
  keepLicense,
  keepPeople,
  type LicenseRow,
  type PeopleFileRow,
} from "../../load/settings.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { Connection } from "../config/connections.ts";
import { type Decision, decisionsOf, parseDecisions } from "../config/decisions-file.ts";
import { type Person, parsePeople } from "../config/people-file.ts";
import { ConfigError } from "../config/problems.ts";
import { readSheet } from "../config/workbook.ts";
import { BrokenArchiveError } from "../config/zip.ts";
import type { NamedPeople } from "../reports/settings-notes.ts";

/**
 * Reads every people file and decisions file once before a run begins.
 * @throws ConfigError for one that is missing or wrong
 */
export function validatePeopleFiles(connections: readonly Connection[]): void {
  for (const { name, license } of connections) {
    readPeople(license.people, name);
    readDecisions(license.decisions, name);
  }
}

/**
 * Who is who in the people file of a connection; nobody where there is none.
 * @throws ConfigError
 */
function readPeople(file: string | null, connection: string): Person[] {
  if (file === null) return [];
  return parsePeople(readBeside(file, { key: "people", connection }).toString("utf8"), file);
}

/**
 * What was decided, by the decisions file of a connection: CSV, or a workbook with a sheet Actions.
 * @throws ConfigError
 */
function readDecisions(file: string | null, connection: string): Decision[] {
  if (file === null) return [];
  const bytes = readBeside(file, { key: "decisions", connection });
  if (!/\.xlsx$/i.test(file)) return parseDecisions(bytes.toString("utf8"), file);
  const wrong = (message: string) => new ConfigError([{ file, line: 0, key: "decisions", message }]);
  try {
    const lines = readSheet(bytes, "actions");
    if (lines === null) throw wrong("this workbook has no sheet Actions; name the sheet so");
    return decisionsOf(lines, file);
  } catch (error) {
    if (!(error instanceof BrokenArchiveError)) throw error;
    throw wrong(`${error.message}; save it as XLSX or as CSV`);
  }
}

function readBeside(file: string, { key, connection }: { key: "people" | "decisions"; connection: string }): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const message = `the ${key} file cannot be read (${(error as NodeJS.ErrnoException).code}); correct license.${key} of connection "${connection}"`;
    throw new ConfigError([{ file, line: 0, key, message }]);
  }
}

/** What a connection's license settings, people and decisions file say now, as the warehouse keeps it. */
export function settingsNow({ org, name, license }: Connection): {
  license: LicenseRow;
  people: PeopleFileRow[];
  decisions: DecisionRow[];
} {
  const { people: peopleFile, decisions: decisionsFile, ...settings } = license;
  const people = readPeople(peopleFile, name).flatMap(({ username, email, ...place }) =>
    [username, email].filter((person): person is string => person !== null).map((person) => ({ person, ...place })),
  );
  return { license: settings, people, decisions: decisionsFor(org, readDecisions(decisionsFile, name)) };
}

/** Keeps a connection's license settings, people and decisions in the warehouse, so that a report needs nothing else. */
export async function keepSettings(warehouse: WarehouseFile, connection: Connection, setAt: Date): Promise<void> {
  const { org, name } = connection;
  const { license, people, decisions } = settingsNow(connection);
  await keepLicense(warehouse, { org, connection: name, setAt }, license);
  await keepPeople(warehouse, org, people);
  await keepDecisions(warehouse, { org, setAt }, decisions);
}

/** Those of an organization: a row that names none is for each that reads the file. */
function decisionsFor(org: string, decisions: readonly Decision[]): Omit<Decision, "organization">[] {
  return decisions
    .filter(({ organization }) => organization === null || organization === org.toLowerCase())
    .map(({ organization: _, ...decision }) => decision);
}

/**
 * What a connection's configuration says of people.
 * @throws ConfigError for a file that is missing or wrong
 */
export function namedPeople(connection: Connection): NamedPeople {
  const { org, name, license } = connection;
  const people = readPeople(license.people, name);
  return { connection, people, decisions: decisionsFor(org, readDecisions(license.decisions, name)) };
}

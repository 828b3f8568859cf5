import { z } from "zod";
import type { Limits } from "../../extract/hub/limits.ts";
import { ORG_NAME } from "../../extract/raw/store.ts";
import {
  auditlogPathRule,
  day,
  enterpriseUrlRule,
  expected,
  isNoIdentifier,
  number,
  onOff,
  streamSwitch,
  text,
  urlRule,
} from "./rules.ts";
import type { SwitchedStream } from "./streams.ts";

const EXCLUDE = expected("a list of people to leave alone", "exclude: [{ username: jdoe, until: 2027-01-01 }]");
const GLOBS = expected("a list of patterns on usernames", 'service_accounts: ["ci-*", "*-bot"]');
const CURRENCY = expected("a currency of three letters", "currency: USD");
const NAME = expected('a name of letters, digits, ".", "_" and "-" that starts with a letter or digit', "name: acme");
const ORG = expected('the organization\'s name: letters and digits, and ".", "_", "-" after the first', "org: acme");
const IDENTIFIER = expected("a Docker ID or an organization's name, and no token or variable", "identifier: jdoe");
const SECTION = (key: string) => expected("keys and values, indented below it", `${key}:`);

const exclusion = z.strictObject(
  {
    username: text("a username", "username: jdoe"),
    until: day("until: 2027-01-01").optional(),
    reason: text("a reason", "reason: parental leave").optional(),
  },
  EXCLUDE,
);

const license = z.strictObject(
  {
    plan: text("a plan", "plan: business").optional(),
    seats_purchased: number("seats", "seats_purchased: 40", { min: 0, max: 1_000_000 }).optional(),
    price_per_seat_month: number("", "price_per_seat_month: 24", {
      min: 0,
      max: 1_000_000,
      whole: false,
    }).optional(),
    currency: z
      .string(CURRENCY)
      .regex(/^[A-Za-z]{3}$/, CURRENCY)
      .transform((value) => value.toUpperCase())
      .optional(),
    renewal_date: day("renewal_date: 2027-03-01").optional(),
    billing_cycle: z.enum(["yearly", "monthly"], expected("yearly or monthly", "billing_cycle: yearly")).optional(),
    idle_after_days: number("days", "idle_after_days: 60", { min: 1, max: 3650 }).optional(),
    grace_days: number("days", "grace_days: 30", { min: 0, max: 3650 }).optional(),
    invite_after_days: number("days", "invite_after_days: 14", { min: 0, max: 3650 }).optional(),
    assumed_retention_days: number("days", "assumed_retention_days: 30", { min: 0, max: 3650 }).optional(),
    stale_after_days: number("days", "stale_after_days: 7", { min: 1, max: 3650 }).optional(),
    service_accounts: z.array(text("a pattern on usernames", '"ci-*"'), GLOBS).optional(),
    exclude: z.array(exclusion, EXCLUDE).optional(),
    people: text("the path of a CSV file", "people: people.csv").optional(),
    decisions: text("the path of a CSV file or a workbook", "decisions: decisions.csv").optional(),
  },
  SECTION("license"),
);

const switched = streamSwitch.optional();
const streams = z.strictObject(
  { pulls: switched, groups: switched, repositories: switched, tokens: switched } satisfies Record<
    SwitchedStream,
    z.ZodType
  >,
  SECTION("streams"),
);

/** What a connection may have of its own or from `defaults`. */
const shared = {
  identifier: text("a Docker ID or an organization's name, and no token or variable", "identifier: jdoe")
    .refine((value) => !isNoIdentifier(value), IDENTIFIER)
    .optional(),
  secret: text("the name of a variable", `secret: \${DOCKER_HUB_SECRET}`).optional(),
  secret_file: text("the path of a file that holds the secret", "secret_file: hub-token.txt").optional(),
  url: urlRule.optional(),
  enterprise_url: enterpriseUrlRule.optional(),
  license: license.optional(),
  audit_log: onOff.optional(),
  audit_log_path: auditlogPathRule.optional(),
  streams: streams.optional(),
};

const connection = z.strictObject(
  {
    name: z.string(NAME).regex(ORG_NAME, NAME).optional(),
    org: z.string(ORG).regex(ORG_NAME, ORG).optional(),
    ...shared,
  },
  expected("a connection with its own keys", "- org: acme"),
);

function count(key: keyof Limits, max: number) {
  return number("", `${key}: ${Math.min(max, 100)}`, { min: 1, max }).optional();
}

function time(key: keyof Limits, unit: string, max: number) {
  return number(unit, `${key}: 30`, { min: 0.001, max, whole: false }).optional();
}

/** Keys of `limits:` that were once known: they are taken, warned of, and mean nothing. */
export const FORMER_LIMITS: Readonly<Record<string, string>> = {
  rate_limit_attempts: "no longer used: max_wait_seconds says for how long a 429 is waited for; leave it out",
};
const former = Object.fromEntries(Object.keys(FORMER_LIMITS).map((key) => [key, z.unknown().optional()]));

const limits = z.strictObject(
  {
    ...former,
    concurrency: count("concurrency", 64),
    page_size: count("page_size", 1000),
    window_pages: count("window_pages", 10_000),
    window_bytes: count("window_bytes", 2 ** 30),
    window_splits: count("window_splits", 10_000),
    attempts: count("attempts", 20),
    max_wait_seconds: time("max_wait_seconds", "seconds", 86_400),
    connect_timeout_seconds: time("connect_timeout_seconds", "seconds", 600),
    headers_timeout_seconds: time("headers_timeout_seconds", "seconds", 3600),
    body_timeout_seconds: time("body_timeout_seconds", "seconds", 3600),
    request_timeout_seconds: time("request_timeout_seconds", "seconds", 86_400),
    body_bytes: count("body_bytes", 2 ** 30),
    lookback_hours: time("lookback_hours", "hours", 8784),
  } satisfies Record<keyof Limits, z.ZodType>,
  SECTION("limits"),
);

const defaults = z.strictObject(shared, SECTION("defaults"));

/** A configuration file, key by key. Every key may be left out; what must be there is asked for where it is needed. */
export const fileSchema = z.strictObject({
  data: text("a folder", "data: ./data").optional(),
  connections: z.array(connection, expected("a list of connections", "connections: [{ org: acme }]")).optional(),
  defaults: defaults.optional(),
  limits: limits.optional(),
});

export type FileShape = z.output<typeof fileSchema>;
export type ConnectionShape = z.output<typeof connection>;
export type DefaultsShape = z.output<typeof defaults>;
export type LicenseShape = z.output<typeof license>;

const KEYS = {
  "the top of the file": Object.keys(fileSchema.shape),
  "defaults:": Object.keys(shared),
  "a connection": Object.keys(connection.shape),
  "streams:": Object.keys(streams.shape),
  "license:": Object.keys(license.shape),
  "limits:": Object.keys(limits.shape).filter((key) => !(key in FORMER_LIMITS)),
  "exclude:": Object.keys(exclusion.shape),
} as const;

/** The keys that a section of the file knows, and the section of another key. */
export function knownKeys(path: readonly (string | number)[]): readonly string[] {
  const section = path.findLast((step) => typeof step === "string");
  if (section === undefined) return KEYS["the top of the file"];
  if (section === "connections") return KEYS["a connection"];
  return KEYS[`${section}:` as keyof typeof KEYS] ?? [];
}

/** Where a key would be known, for one that stands in the wrong section. */
export function sectionOf(key: string): string | undefined {
  return Object.entries(KEYS).find(([, keys]) => keys.includes(key))?.[0];
}

import { z } from "zod";
import { isLoopback } from "../../extract/hub/address.ts";
import { AUDITLOG_PATH } from "../../extract/streams/auditlog.ts";
import { isDay } from "../day.ts";
import { suggestion } from "../near-match.ts";
import type { StreamSwitch } from "./streams.ts";

/** The words of a rule: what is expected, and how to write it. */
export function expected(what: string, write: string): { error: string } {
  return { error: `expected ${what}; write it like ${write}` };
}

/** Some text on one line, without control characters. */
export function text(what: string, write: string) {
  const words = expected(`${what} (text on one line)`, write);
  return z.string(words).regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,500}$/u, words);
}

/** True for what cannot be anybody's name: a token, a variable that would not be looked up, text of several lines. */
export function isNoIdentifier(value: string): boolean {
  return /^dckr_|\$\{|\p{Cc}/u.test(value);
}

/** A number in a range; `whole` refuses fractions. */
export function number(unit: string, write: string, range: { min: number; max: number; whole?: boolean }) {
  const { min, max, whole = true } = range;
  const kind = `${whole ? "a whole number" : "a number"}${unit === "" ? "" : ` of ${unit}`}`;
  const words = expected(`${kind} from ${min} to ${max}`, write);
  return (whole ? z.int(words) : z.number(words)).min(min, words).max(max, words);
}

/** A calendar day; a time after it is left out. */
export function day(write: string) {
  const words = expected("a day that exists, as YEAR-MONTH-DAY", write);
  return z
    .preprocess(
      (value) => (value instanceof Date ? value.toISOString() : value),
      z.string(words).refine(isDayOrTime, words),
    )
    .transform((value) => value.slice(0, 10));
}

function isDayOrTime(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d([Tt ][\d:.]+ ?([Zz]|[+-]\d\d(:?\d\d)?)?)?$/.test(value)) return false;
  return isDay(value.slice(0, 10));
}

const ON_OFF = expected("on or off", "audit_log: off");

/** YAML 1.2 reads on and off as text, and true and false as themselves: all four are taken. */
export const onOff = z
  .custom<boolean | string>((value) => /^(on|off|true|false)$/i.test(String(value)) && !Array.isArray(value), ON_OFF)
  .transform((value) => /^(on|true)$/i.test(String(value)));

/** What an address is of, and what it looks like. */
interface Api {
  readonly what: string;
  readonly example: string;
}

const HUB: Api = { what: "the address of a Docker Hub", example: "https://hub.docker.com" };
const ENTERPRISE: Api = { what: "the address of the Enterprise Data API", example: "https://api.docker.com" };

/** The address of a Docker Hub, or the words that say why a text is none. */
export function hubUrl(value: string): URL | { error: string } {
  return addressOf(HUB, value);
}

/** The address of the Enterprise Data API, which is sent a bearer, too. */
export function enterpriseUrl(value: string): URL | { error: string } {
  return addressOf(ENTERPRISE, value);
}

function addressOf({ what, example }: Api, value: string): URL | { error: string } {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return expected(what, example);
  if (url.username !== "" || url.password !== "" || url.href.includes("?") || url.href.includes("#"))
    return expected("an address without user, password, query or fragment", example);
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    const error =
      "plain http is refused except on loopback (127.0.0.0/8, ::1, localhost), since it would carry a bearer";
    return { error: `${error}; write it like ${example}` };
  }
  return url;
}

/** An address in the file. */
function addressRule(key: string, api: Api) {
  return z.string(expected(api.what, `${key}: ${api.example}`)).transform((value, context) => {
    const url = addressOf(api, value);
    if (url instanceof URL) return url;
    context.addIssue({ code: "custom", message: url.error });
    return z.NEVER;
  });
}

export const urlRule = addressRule("url", HUB);
export const enterpriseUrlRule = addressRule("enterprise_url", ENTERPRISE);

const SWITCHES: readonly string[] = ["on", "off", "required"];

/** Whether a stream of the connection is read; true and false are taken for on and off. */
export const streamSwitch = z
  .custom<boolean | string>((value) => /^(on|off|required|true|false)$/i.test(String(value)) && !Array.isArray(value), {
    error: ({ input }) => {
      const near = typeof input === "string" ? suggestion(input, SWITCHES) : "";
      return `expected on, off or required${near === "" ? "; write" : `${near} Write`} it like pulls: required`;
    },
  })
  .transform((value): StreamSwitch => {
    const text = String(value).toLowerCase();
    return text === "required" ? text : text === "on" || text === "true" ? "on" : "off";
  });

const PATH_WORDS = expected(
  "a path on the same host: one / first, {account} once or not at all, and no .., //, ? or #",
  `audit_log_path: ${AUDITLOG_PATH}`,
);

/** Where the audit log is, on the same origin whatever is written. */
export const auditlogPathRule = z.string(PATH_WORDS).refine(isAuditlogPath, PATH_WORDS);

/** The path of the audit log that the environment names, or the words that say why it is none; null where it names none. */
export function auditlogPathOf(value: string | undefined): string | { error: string } | null {
  if (!value) return null;
  return isAuditlogPath(value) ? value : { error: PATH_WORDS.error.replace("audit_log_path: ", "") };
}

function isAuditlogPath(value: string): boolean {
  const steps = value.split("/").slice(1);
  const plain =
    /^(\/[A-Za-z0-9._~{}-]+)+\/?$/.test(value) && !steps.some((step) => step === "." || step.includes(".."));
  const [before, after = "", more] = value.split("{account}");
  return plain && more === undefined && !/[{}]/.test(`${before}${after}`);
}

import { isUtf8 } from "node:buffer";
import { BrokenBodyError } from "./hub/errors.ts";

/**
 * One page of a list as the server sent it: the records are places in its bytes, never parsed here, so that what is
 * stored is what was sent, byte for byte, and a page costs one pass over its bytes.
 */
export interface Page {
  readonly bytes: Buffer;
  /** Where record i begins and ends (exclusive) in `bytes`. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Where the value of record i's own key "timestamp" begins, the last one as in JSON; -1 where none is written so. */
  readonly stamps: readonly number[];
  /** What stands around the list, e.g. `{ count, next }`; the list itself is empty here. */
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly fetchedAt: Date;
}

/** A page made of records, as if a server had sent them. */
export function pageOfRecords(records: readonly string[]): Page {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const record of records) {
    const length = Buffer.byteLength(record);
    starts.push(at);
    ends.push(at + length);
    at += length;
  }
  const stamps = records.map(() => -1);
  return { bytes: Buffer.from(records.join("")), starts, ends, stamps, envelope: {}, fetchedAt: new Date() };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Slices the records out of `{"<key>": [ ... ], ...}` without parsing them. Docker's lists differ in their key: `logs`,
 * `results`, `data`. An array around the envelope (as Docker's OpenAPI document types the members) is accepted too.
 * A missing or null list is an empty one. Bytes that are no UTF-8 are replaced, since no reader could load them.
 * @throws BrokenBodyError where the body is no JSON object of that shape: broken off, HTML, another document
 */
export function slicePage(body: Buffer, key: string, fetchedAt: Date): Page {
  const bytes = isUtf8(body) ? body : Buffer.from(body.toString("utf8"), "utf8");
  const open = findList(bytes, key);
  if (open < 0) return { bytes, starts: [], ends: [], stamps: [], envelope: emptyEnvelope(bytes, key), fetchedAt };
  const { starts, ends, stamps, close } = sliceList(bytes, open);
  const around = `${bytes.toString("utf8", 0, open)}[]${bytes.toString("utf8", close + 1)}`;
  return { bytes, starts, ends, stamps, envelope: objectOf(around, key), fetchedAt };
}

/** The text of record `i`. */
export function recordText(page: Page, i: number): string {
  return page.bytes.toString("utf8", page.starts[i], page.ends[i]);
}

/** Where the list's `[` stands, or -1. Only a key of the envelope itself counts, not one inside a record. */
function findList(bytes: Buffer, key: string): number {
  const depthOfKeys = bytes[skipSpace(bytes, 0)] === OPEN_BRACKET ? 2 : 1;
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      const end = endOfString(bytes, i);
      const after = skipSpace(bytes, end + 1);
      if (depth === depthOfKeys && bytes[after] === COLON && bytes.toString("utf8", i + 1, end) === key) {
        const value = skipSpace(bytes, after + 1);
        return bytes[value] === OPEN_BRACKET ? value : -1;
      }
      i = end;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return -1;
}

interface Slices extends Pick<Page, "starts" | "ends" | "stamps"> {
  /** Where the list's `]` stands. */
  readonly close: number;
}

function sliceList(bytes: Buffer, open: number): Slices {
  const starts: number[] = [];
  const ends: number[] = [];
  const stamps: number[] = [];
  let depth = 0;
  let stamp = -1;
  let start = skipSpace(bytes, open + 1);
  const length = bytes.length;
  for (let i = start; i < length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      const end = endOfString(bytes, i);
      if (depth === 1 && end - i === STAMP.length + 1 && isStampKey(bytes, i + 1))
        stamp = skipSpace(bytes, skipSpace(bytes, end + 1) + 1);
      i = end;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || (byte === CLOSE_BRACKET && depth > 0)) depth--;
    else if (depth === 0 && (byte === COMMA || byte === CLOSE_BRACKET)) {
      const end = skipSpaceBack(bytes, i);
      if (end > start) {
        starts.push(start);
        ends.push(end);
        stamps.push(stamp);
        stamp = -1;
      } else if (byte === COMMA || starts.length > 0) throw new BrokenBodyError("the list has an empty place");
      if (byte === CLOSE_BRACKET) return { starts, ends, stamps, close: i };
      start = skipSpace(bytes, i + 1);
      i = start - 1;
    }
  }
  throw new BrokenBodyError("the body breaks off inside the list");
}

const STAMP = Buffer.from("timestamp");

/** Whether the string that begins at `from`, as long as the word, is `timestamp` and a key. */
function isStampKey(bytes: Buffer, from: number): boolean {
  for (let i = 0; i < STAMP.length; i++) if (bytes[from + i] !== STAMP[i]) return false;
  return bytes[skipSpace(bytes, from + STAMP.length + 1)] === COLON;
}

/** Where the string that begins at `quote` ends: most are too short for `indexOf` to pay. */
function endOfString(bytes: Buffer, quote: number): number {
  const { length } = bytes;
  for (let i = quote + 1; i < length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  throw new BrokenBodyError("the body breaks off inside a string");
}

function skipSpace(bytes: Buffer, from: number): number {
  let i = from;
  while (isSpace(bytes[i])) i++;
  return i;
}

function skipSpaceBack(bytes: Buffer, to: number): number {
  let i = to;
  while (isSpace(bytes[i - 1])) i--;
  return i;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function emptyEnvelope(bytes: Buffer, key: string): Record<string, unknown> {
  const envelope = objectOf(bytes.toString("utf8"), key);
  const list = envelope[key];
  if (list !== undefined && list !== null) throw new BrokenBodyError(`"${key}" is no list`);
  if (list === undefined && ["message", "detail", "error", "code", "errinfo"].some((name) => name in envelope)) {
    throw new BrokenBodyError(`a message stands where "${key}" should be`);
  }
  return envelope;
}

function objectOf(text: string, key: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BrokenBodyError(`the body is no JSON with a list "${key}"`);
  }
  if (Array.isArray(value)) {
    if (value.length > 1) throw new BrokenBodyError(`the body is an array of more than one list "${key}"`);
    value = value.length === 0 ? {} : value[0];
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BrokenBodyError(`the body is no JSON object with a list "${key}"`);
  }
  return value as Record<string, unknown>;
}

/**
 * A 53-bit fingerprint of record `i`'s bytes: equal records have equal ones. Used only to notice that a list moved while
 * it was read; a clash costs a second reading, nothing else.
 */
export function fingerprint(page: Page, i: number): number {
  hashRecord(page, i);
  return HASH[0]! * 0x200000 + (HASH[1]! & 0x1fffff);
}

/** The two halves that `hashRecord` leaves behind: no number is allocated for a record on the way. */
export const HASH = new Uint32Array(2);

/** Hashes record `i`'s bytes into `HASH`. */
export function hashRecord(page: Page, i: number): void {
  const { bytes } = page;
  const end = page.ends[i]!;
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  let at = page.starts[i]!;
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    high = Math.imul(high ^ word, 0x5bd1e995);
    high ^= high >>> 15;
    low = Math.imul(low + word, 0xc2b2ae35);
    low ^= low >>> 13;
  }
  for (; at < end; at++) {
    high = Math.imul(high ^ bytes[at]!, 0x5bd1e995);
    low = Math.imul(low + bytes[at]!, 0xc2b2ae35) ^ (high >>> 13);
  }
  HASH[0] = high;
  HASH[1] = low;
}

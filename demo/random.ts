import { createHash } from "node:crypto";

/** A 32-bit hash of a text: FNV-1a with a finishing mix, the same on every machine and in every year. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix32(hash);
}

/** Scrambles a 32-bit integer; neighbours come out unrelated. */
export function mix32(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A stream of numbers in [0, 1) that depends on `key` alone. */
export function randomOf(key: string): () => number {
  let state = hash32(key);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** One element of `list`, chosen by the next number of `random`. */
export function pick<T>(list: readonly T[], random: () => number): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error("pick needs a list with something in it");
  return chosen;
}

/** `length` hexadecimal digits (at most 64) that depend on `key` alone. */
export function hexOf(key: string, length: number): string {
  return createHash("sha256").update(key).digest("hex").slice(0, length);
}

/** A UUID (version 4 in form) that depends on `key` alone. */
export function uuidOf(key: string): string {
  const hex = hexOf(key, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

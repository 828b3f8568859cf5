import { describe, expect, it } from "vitest";
import { lifetimeMs, tokenFrom } from "../../../extract/hub/token.ts";

const now = Date.parse("2026-03-04T05:06:07Z");
const second = now / 1000;
const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

describe("the life of a token", () => {
  it.each<[string, string, number | null]>([
    ["is what it says itself", jwt({ iat: second, exp: second + 600 }), 600_000],
    ["is its own even where our clock is a day behind", jwt({ iat: second + 86_400, exp: second + 87_000 }), 600_000],
    ["is its own even where its end has passed by our clock", jwt({ iat: second - 900, exp: second - 300 }), 600_000],
    ["counts from the server's clock where it names no beginning", jwt({ exp: second + 60 }), 60_000],
    ["is unknown where its end has passed by the server's own clock", jwt({ exp: second - 60 }), null],
    ["is unknown where it ends before it begins", jwt({ iat: second, exp: second - 1 }), null],
    ["is unknown without exp", jwt({ iat: second }), null],
    ["is unknown with an exp that is no number", jwt({ exp: "soon" }), null],
    ["is unknown where the claims are null", jwt(null), null],
    ["is unknown where the claims are no JSON", "e30.!!!.c2ln", null],
    ["is unknown for an opaque token", "opaque-bearer", null],
    ["is unknown for an empty one", "", null],
  ])("%s", (_, token, life) => {
    expect(lifetimeMs(token, now)).toBe(life);
  });
});

describe("a token is renewed", () => {
  it.each<[string, string, number]>([
    ["half a minute before its end", jwt({ iat: second, exp: second + 600 }), 570_000],
    ["after four fifths of a short life", jwt({ iat: second, exp: second + 60 }), 48_000],
    ["after 1.6 seconds where it lives two", jwt({ iat: second, exp: second + 2 }), 1600],
    ["only when it is refused, where it does not say", "opaque-bearer", Number.POSITIVE_INFINITY],
  ])("%s", (_, token, after) => {
    expect(tokenFrom(token, now, 5000)).toEqual({ value: token, renewAt: 5000 + after });
  });
});

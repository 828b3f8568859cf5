import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { emptyOrganization } from "../../../demo/organization.ts";
import { jsonReply, type Reply, refusal } from "../../../demo/reply.ts";
import type { Call, Scenario, Stream } from "../../../demo/scenario.ts";
import { answering } from "../../../demo/target.ts";
import { parseJson } from "../../../extract/hub/body.ts";
import { slicePage } from "../../../extract/page.ts";
import { failureOf, visit } from "../../kit/at-the-hub.ts";

const secrets = ["dckr_oat_0123456789abcdefghij", 'pass "word" with\\slash <b> and blanks'];
const opaque = "opaque-bearer.0123456789-abcdef";

const text = (status: number, body: string): Reply => ({
  ...jsonReply(status, body),
  headers: { "content-type": "text/html" },
});

/** Ways in which a server could say back what it was told. */
const echoes: [string, (word: string) => Reply][] = [
  ["a message of 401", (word) => refusal(401, `no: ${word}`)],
  ["a message of 403", (word) => refusal(403, `no: ${word}`)],
  ["a detail of 400", (word) => jsonReply(400, JSON.stringify({ detail: word }))],
  ["an object of 400 without a message", (word) => jsonReply(400, JSON.stringify({ you: { sent: word } }))],
  ["a page of 404", (word) => text(404, `<html><p>you sent ${word}</p>`)],
  ["a page of 500", (word) => text(500, `you sent ${word}`)],
  ["a page of 200", (word) => text(200, `you sent ${word}`)],
  ["a message of 429", (word) => refusal(429, word)],
  ["a message that is cut short in the middle of it", (word) => refusal(403, "x".repeat(190) + word)],
  [
    "a redirect",
    (word) => ({
      ...text(302, word),
      headers: {
        location: `https://${encodeURIComponent(word)}@x.example/${word}`,
      },
    }),
  ],
  ["a broken gzip", (word) => jsonReply(200, word, { "content-encoding": "gzip" })],
];

function expectClean(error: Error, word: string): void {
  const shown = [inspect(error, { depth: 20 }), JSON.stringify(error), error.message, String(error.stack)].join("\n");
  expect(shown).not.toContain(word);
  expect(shown).not.toContain(JSON.stringify(word).slice(1, -1));
  expect(shown).not.toContain(word.slice(0, 10));
}

describe.concurrent.each(secrets)("the secret (%#)", (secret) => {
  it.each(echoes)("is in no error when a login's reply echoes it: %s", (_, reply) => {
    const scenario = answering("echo", { streams: ["token"] }, () => reply(secret));
    const options = { scenario, limits: { attempts: 1, max_wait_seconds: 0 }, client: { secret: () => secret } };
    return visit(emptyOrganization("acme"), options, async ({ hub }) => {
      const error = await failureOf(hub.get("/v2/orgs/acme/members", {}, parseJson));
      expectClean(error, secret);
      expectClean(new Error(inspect(hub, { depth: 20 })), secret);
      expect(JSON.stringify(hub)).not.toContain(secret.slice(0, 10));
    });
  });
});

describe.concurrent("the bearer", () => {
  const streams: readonly Stream[] = ["members"];
  it.each(echoes)("is in no error when a reply echoes it: %s", (_, reply) => {
    const echo = answering("echo", { streams }, (call: Call) => reply(String(call.headers.authorization)));
    const scenario: Scenario = {
      ...echo,
      after: (good, call) =>
        call.stream === "token" ? jsonReply(200, JSON.stringify({ access_token: opaque })) : good,
    };
    const options = { scenario, limits: { attempts: 1, max_wait_seconds: 0 } };
    return visit(emptyOrganization("acme"), options, async ({ hub, events }) => {
      const list = (body: Buffer) => slicePage(body, "results", new Date());
      const error = await failureOf(hub.get("/v2/orgs/acme/members", {}, list));
      expectClean(error, opaque);
      expect(JSON.stringify(events)).not.toContain(opaque);
    });
  });
});

import { describe, expect, it } from "vitest";
import { scenarioOf } from "../../../demo/faults.ts";
import { emptyOrganization, type Organization, readScopes } from "../../../demo/organization.ts";
import { refusal } from "../../../demo/reply.ts";
import { combine } from "../../../demo/scenario.ts";
import { altering, answering } from "../../../demo/target.ts";
import { ForbiddenError } from "../../../extract/hub/errors.ts";
import { gather } from "../../../extract/stream.ts";
import { groups } from "../../../extract/streams/groups.ts";
import { repositories } from "../../../extract/streams/repositories.ts";
import { tokens } from "../../../extract/streams/tokens.ts";
import { failureOf, textsOf, type VisitOptions, visit } from "../../kit/at-the-hub.ts";

const all = { groups, repositories, tokens };
type Name = keyof typeof all;

const at = "2026-01-02T03:04:05Z";
const team = (n: number) => ({ id: n, uuid: `team-${n}`, name: `team${n}`, description: "" });
const repository = (n: number) => ({
  ...{ name: `app${n}`, is_private: n % 2 === 0, description: "", pull_count: n, star_count: 0, storage_size: n },
  ...{ date_registered: at, last_updated: at },
});
const token = (n: number) => ({ id: `id-${n}`, label: `ci ${n}`, is_active: true, created_at: at });

/** 25 of each, which the organization's own token may not all see. */
function acme(scopes: string[] = ["scope-repository-list"]): Organization {
  const numbers = Array.from({ length: 25 }, (_, n) => n);
  const organization = emptyOrganization("acme", {
    teams: numbers.map(team),
    repositories: numbers.map(repository),
    accessTokens: numbers.map(token),
    users: [
      {
        username: "boss",
        password: "secret",
        personalTokens: [],
        permissions: { members: true, invites: true, auditlogs: true, emails: true },
      },
    ],
  });
  organization.tokens[0]!.scopes = [...readScopes, ...scopes];
  return organization;
}

const owner = { identifier: "boss", secret: () => "secret" };

/** What was read of a list, and in how many requests. */
const read = (name: Name, options: VisitOptions & { organization?: Organization } = {}) =>
  visit(
    options.organization ?? acme(),
    { client: owner, ...options, limits: { page_size: 10, attempts: 2 } },
    async ({ hub, server }) => {
      const { pages, ...end } = await gather(all[name].read({ hub, org: "acme" }));
      const requests = server.requests.filter(({ path }) => !path.includes("/auth/")).length;
      const keys = textsOf(pages).map((text) => {
        const { name: own, id } = JSON.parse(text) as { name?: string; id?: string };
        return own ?? id;
      });
      return { ...end, keys, requests };
    },
  );

const keysOf: Record<Name, string[]> = {
  groups: acme().teams.map(({ name }) => name),
  repositories: acme().repositories.map(({ name }) => name),
  tokens: acme().accessTokens.map(({ id }) => id),
};
const names = Object.keys(all) as Name[];

describe.concurrent.each(names)("the list of %s", (name) => {
  it("is read to its end in as many requests as it has pages", async () => {
    expect(await read(name)).toMatchObject({ keys: keysOf[name], requests: 3, moved: false, warning: null });
  });

  it("is read to its end where the server gives fewer than asked for, and its links lead elsewhere", async () => {
    const astray = altering("astray", { streams: [name] }, (reply, { path }) => {
      const body = JSON.parse(String(reply.body)) as { next: string | null };
      return { ...reply, body: JSON.stringify({ ...body, next: body.next && `http://elsewhere.invalid${path}` }) };
    });
    const scenario = combine(scenarioOf("page-size-clamped"), astray);
    expect(await read(name, { scenario })).toMatchObject({ keys: keysOf[name], requests: 4, moved: false });
  });

  it("without a count is read to an empty page or one that is not found", async () => {
    const scenario = altering("uncounted", { streams: [name] }, (reply) => {
      const { results, message } = JSON.parse(String(reply.body)) as { results: unknown[]; message?: string };
      return { ...reply, body: JSON.stringify(results ? { results } : { message }) };
    });
    expect(await read(name, { scenario })).toMatchObject({ keys: keysOf[name], requests: 4, warning: null });
  });

  it("that moves while it is read is read again", async () => {
    const organization = acme();
    const lists = [organization.teams, organization.repositories, organization.accessTokens];
    const scenario = answering("leaves", { streams: [name], skip: 1, times: 1 }, () => {
      for (const list of lists) list.shift();
      return undefined;
    });
    const { keys, moved } = await read(name, { organization, scenario });
    expect([keys, moved]).toEqual([keysOf[name].slice(1), true]);
  });

  it("of nobody is one request", async () => {
    const organization = Object.assign(acme(), { teams: [], repositories: [], accessTokens: [] });
    expect(await read(name, { organization })).toMatchObject({ keys: [], requests: 1, warning: null });
  });

  it.each([402, 403, 404])("that is answered with %i is unavailable after one request", (status) =>
    visit(
      acme(),
      { client: owner, scenario: answering(`${status}`, { streams: [name] }, () => refusal(status, "no")) },
      async ({ hub, server }) => {
        const error = await failureOf(gather(all[name].read({ hub, org: "acme" })));
        expect(error).toMatchObject({ isUnavailable: true });
        expect(server.requests.filter(({ path }) => !path.includes("/auth/"))).toHaveLength(1);
      },
    ),
  );
});

describe("an organization's own token", () => {
  it("without Repository List is told of public repositories alone", async () => {
    const { keys } = await read("repositories", { organization: acme([]), client: {} });
    expect(keys).toEqual(keysOf.repositories.filter((_, n) => n % 2 === 1));
  });

  it("may not list access tokens", () =>
    visit(acme(), {}, async ({ hub }) => {
      expect(await failureOf(gather(tokens.read({ hub, org: "acme" })))).toBeInstanceOf(ForbiddenError);
    }));
});

import { describe, expect, it } from "vitest";
import { scenarioOf } from "../../../demo/faults.ts";
import { demoCredentials, demoOrganizations } from "../../../demo/organizations.ts";
import { jsonReply } from "../../../demo/reply.ts";
import { answering } from "../../../demo/target.ts";
import type { HubClient } from "../../../extract/hub/client.ts";
import { ForbiddenError, TransportError } from "../../../extract/hub/errors.ts";
import { gather } from "../../../extract/stream.ts";
import { actions } from "../../../extract/streams/actions.ts";
import { invites } from "../../../extract/streams/invites.ts";
import { failureOf, textsOf, visit } from "../../kit/at-the-hub.ts";

const org = demoCredentials["northwind-labs"].identifier;
const northwind = () => demoOrganizations(new Date("2026-03-04T05:06:07Z")).find((one) => one.name === org)!;

const readInvites = (hub: HubClient) => gather(invites.read({ hub, org }));
const readActions = (hub: HubClient) => gather(actions.read({ hub, org }));
const recordsOf = async (reading: ReturnType<typeof readInvites>) => textsOf((await reading).pages);

describe.concurrent("open invitations", () => {
  it("are read as they were sent, in one request", () =>
    visit(northwind(), {}, async ({ hub, organization, count }) => {
      const texts = await recordsOf(readInvites(hub));
      expect(texts).toEqual(organization.invites.map((invite) => JSON.stringify(invite)));
      expect(texts.length).toBeGreaterThan(0);
      expect(count("/invites")).toBe(1);
    }));

  it("may be none", () => {
    const organization = { ...northwind(), invites: [] };
    return visit(organization, {}, async ({ hub }) => expect(await recordsOf(readInvites(hub))).toEqual([]));
  });

  it("without the scope are forbidden", () =>
    visit(northwind(), { scenario: scenarioOf("403-invites") }, async ({ hub }) => {
      expect(await failureOf(readInvites(hub))).toBeInstanceOf(ForbiddenError);
    }));
});

describe.concurrent("the catalog of actions", () => {
  it("holds one record an action, by its full name, sorted", () =>
    visit(northwind(), {}, async ({ hub, count }) => {
      const records = (await recordsOf(readActions(hub))).map((text) => JSON.parse(text));
      const names = records.map(({ action }) => action);
      expect(names).toContain("repo.tag.push");
      expect(names).toContain("org.team.member.add");
      expect(new Set(names).size).toBe(names.length);
      expect(names).toEqual([...names].sort());
      expect(records.every(({ action, group }) => action.startsWith(`${group}.`))).toBe(true);
      expect(count("/actions")).toBe(1);
    }));

  it("keeps an entry that names no action, for merging to reject", () => {
    const actions = {
      repo: { actions: [{ name: "é" }, { label: "no name" }, null, 7] },
      odd: null,
      odder: { actions: {} },
    };
    const scenario = answering("odd", { streams: ["actions"] }, () => jsonReply(200, JSON.stringify({ actions })));
    return visit(northwind(), { scenario }, async ({ hub }) => {
      expect((await recordsOf(readActions(hub))).sort()).toEqual([
        '{"action":"repo.é","group":"repo"}',
        '{"group":"repo","entry":7}',
        '{"group":"repo","entry":null}',
        '{"group":"repo","entry":{"label":"no name"}}',
      ]);
    });
  });

  it.each(["{}", '{"actions":null}', '{"actions":"none"}', "null", "<html>"])("is not read from %s", (body) => {
    const scenario = answering("odd", { streams: ["actions"] }, () => jsonReply(200, body));
    return visit(northwind(), { scenario, limits: { attempts: 1 } }, async ({ hub }) => {
      expect(await failureOf(readActions(hub))).toBeInstanceOf(TransportError);
    });
  });
});

import { afterEach } from "vitest";
import { scenarioOf } from "../../demo/faults.ts";
import { type DemoHub, startHub } from "../../demo/hub.ts";
import { addEvent, addMember, emptyOrganization, type Organization } from "../../demo/organization.ts";
import type { Scenario } from "../../demo/scenario.ts";
import { tokenFor } from "./client.ts";

/** The hub that misbehaves at the moment, and a token of before it did. */
export let hub: DemoHub;
export let token: string;

export const members = () => `${hub.url}/v2/orgs/acme/members`;
export const log = () => `${hub.url}/v2/auditlogs/acme`;

function acme(): Organization {
  const organization = emptyOrganization("acme");
  for (let index = 0; index < 9; index += 1) {
    addMember(organization, { username: `user${index}` });
    const atMs = Date.now() - 86_400_000 + index * 1234;
    addEvent(organization, {
      action: "repo.tag.push",
      name: "acme/api",
      actor: "user1",
      atMs,
      eventId: `e${index}`,
      data: {},
    });
  }
  return organization;
}

/** Starts a hub that misbehaves from the first request after the login on. */
export async function suffer(scenario: string | Scenario): Promise<Organization> {
  const organization = acme();
  hub = await startHub({ organizations: [organization] });
  token = await tokenFor(hub.url, "acme");
  hub.setScenario(typeof scenario === "string" ? scenarioOf(scenario) : scenario);
  return organization;
}

afterEach(() => hub?.close());

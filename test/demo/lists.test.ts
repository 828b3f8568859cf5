import { afterEach, describe, expect, it } from "vitest";
import { type DemoHub, type DemoHubOptions, startHub } from "../../demo/hub.ts";
import { addMember, emptyOrganization, type Organization } from "../../demo/organization.ts";
import { json, tokenFor } from "../kit/client.ts";

let hub: DemoHub | undefined;

async function start(organizations: Organization[], options: Partial<DemoHubOptions> = {}): Promise<DemoHub> {
  hub = await startHub({ organizations, ...options });
  return hub;
}

afterEach(async () => {
  await hub?.close();
  hub = undefined;
});

function acme(parts: Partial<Organization> = {}): Organization {
  const organization = emptyOrganization("acme", parts);
  for (let index = 0; index < 7; index += 1) addMember(organization, { username: `user${index}` });
  return organization;
}

describe("members", () => {
  it("come in pages with a count and an absolute next until it is null", async () => {
    const { url } = await start([acme()]);
    const token = await tokenFor(url, "acme");
    const names: string[] = [];
    let next: string | null = `${url}/v2/orgs/acme/members?page_size=3&type=member`;
    while (next !== null) {
      const page: { count: number; next: string | null; results: { username: string }[] } = await json(next, token);
      expect(page.count).toBe(7);
      names.push(...page.results.map((one) => one.username));
      next = page.next;
    }
    expect(names).toEqual(["user0", "user1", "user2", "user3", "user4", "user5", "user6"]);
  });

  it("are an empty list past the end", async () => {
    const { url } = await start([acme()]);
    const page = await json(`${url}/v2/orgs/acme/members?page=9`, await tokenFor(url, "acme"));
    expect(page).toMatchObject({ count: 7, next: null, results: [] });
  });

  it("include invitees when asked, without a username where only the e-mail is known", async () => {
    const invite = {
      id: "a-b",
      inviter_username: "user0",
      org: "acme",
      team: "",
      role: "Member",
      created_at: "2026-01-01T00:00:00Z",
    };
    const invites = [
      { ...invite, invitee: "new@example.com" },
      { ...invite, invitee: "newbie" },
    ];
    const { url } = await start([acme({ invites })]);
    const token = await tokenFor(url, "acme");
    const { results } = await json(`${url}/v2/orgs/acme/members?type=invitee`, token);
    expect(results).toMatchObject([{ email: "new@example.com", role: "Invitee" }, { username: "newbie" }]);
    expect(results[0]).not.toHaveProperty("username");
    expect(await json(`${url}/v2/orgs/acme/members?type=all`, token)).toMatchObject({ count: 9 });
    expect(await json(`${url}/v2/orgs/acme/invites`, token)).toEqual({ data: invites });
  });

  it("carry Insights values only where the organization has Insights", async () => {
    const { url } = await start([
      acme(),
      {
        ...acme({ insights: true }),
        name: "bolt",
        tokens: [{ secret: "s", label: "", scopes: ["scope-member-read"] }],
      },
    ]);
    const plain = await json(`${url}/v2/orgs/acme/members`, await tokenFor(url, "acme"));
    const seen = await json(`${url}/v2/orgs/bolt/members`, await tokenFor(url, "bolt", "s"));
    expect(plain.results[0]).not.toHaveProperty("last_seen_at");
    expect(seen.results[0].last_seen_at).toBeNull();
  });

  it("filter by role in lower case and answer with title case", async () => {
    const organization = acme();
    organization.members[3]!.role = "Owner";
    const { url } = await start([organization]);
    const page = await json(`${url}/v2/orgs/acme/members?role=owner`, await tokenFor(url, "acme"));
    expect(page).toMatchObject({ count: 1, results: [{ username: "user3", role: "Owner" }] });
  });
});

import { describe, expect, it } from "vitest";
import { scenarioOf } from "../../../demo/faults.ts";
import { addMember, emptyOrganization, type Invite, type Organization } from "../../../demo/organization.ts";
import { combine, type Scenario } from "../../../demo/scenario.ts";
import { answering } from "../../../demo/target.ts";
import type { HubClient } from "../../../extract/hub/client.ts";
import { ForbiddenError } from "../../../extract/hub/errors.ts";
import { gather, WHOLE } from "../../../extract/stream.ts";
import { members } from "../../../extract/streams/members.ts";
import { failureOf, textsOf, type VisitOptions, visit } from "../../kit/at-the-hub.ts";

const invite = (invitee: string): Invite => ({
  id: `00000000-0000-4000-8000-${Buffer.from(invitee.padEnd(6)).toString("hex").slice(0, 12)}`,
  inviter_username: "user00",
  invitee,
  org: "acme",
  team: "developers",
  role: "Member",
  created_at: "2026-01-02T03:04:05Z",
});

/** 25 members and three invitees: one known by name, one by e-mail, one who has joined already. */
function acme(): Organization {
  const organization = emptyOrganization("acme", {
    invites: [invite("newbie"), invite("new@example.com"), invite("user03")],
  });
  for (let n = 0; n < 25; n++) addMember(organization, { username: `user${String(n).padStart(2, "0")}` });
  return organization;
}

type Person = { username?: string; email?: string; role: string };
const nameOf = ({ username, email, role }: Person) => `${role} ${username ?? email}`;
const peopleOf = (organization: Organization) => [
  ...organization.members.map(nameOf),
  ...organization.invites.map(({ invitee }) => `Invitee ${invitee}`),
];

const readMembers = (hub: HubClient) => gather(members.read({ hub, org: "acme" }));

const read = (scenario?: Scenario, options: VisitOptions = {}) =>
  visit(
    acme(),
    { scenario, limits: { page_size: 10, attempts: 2 }, ...options },
    async ({ hub, organization, count }) => {
      const { pages, records, moved, warning } = await readMembers(hub);
      const people = textsOf(pages).map((text) => nameOf(JSON.parse(text) as Person));
      expect(records).toBe(people.length);
      return { people: people.sort(), all: peopleOf(organization).sort(), requests: count("/members"), moved, warning };
    },
  );

describe.concurrent("the member list", () => {
  it("is everybody, invitees included, in as many requests as it has pages", async () => {
    const { people, all, ...rest } = await read();
    expect(people).toEqual(all);
    expect(people).toHaveLength(28);
    expect(rest).toEqual({ requests: 3, moved: false, warning: null });
  });

  it("holds a person twice who is a member and still invited", async () => {
    const { people } = await read();
    expect(people.filter((name) => name.endsWith(" user03"))).toEqual(["Invitee user03", "Member user03"]);
  });

  it("of nobody is one request", () =>
    visit(emptyOrganization("acme"), {}, async ({ hub, count }) => {
      expect(await readMembers(hub)).toEqual({ ...WHOLE, pages: [], records: 0 });
      expect(count("/members")).toBe(1);
    }));

  it.each<[string, number]>([
    ["page-size-clamped", 4],
    ["page-size-ignored", 2],
    ["next-plain-http", 3],
    ["next-foreign-host", 3],
    ["next-drops-page-size", 3],
    ["next-empty", 3],
    ["next-absent", 3],
    ["members-as-array", 3],
    ["404-past-the-end", 3],
  ])("is whole and read once: %s", async (name, requests) => {
    const { people, all, ...rest } = await read(scenarioOf(name));
    expect(people).toEqual(all);
    expect(rest).toEqual({ requests, moved: false, warning: null });
  });

  it.each<[string, number]>([
    ["member-leaves", 6],
    ["member-joins", 6],
    ["repeated-page-members", 5],
  ])("that moves is read again and then right: %s", async (name, requests) => {
    const { people, all, ...rest } = await read(scenarioOf(name));
    expect(people).toEqual(all);
    expect(rest.moved).toBe(true);
    expect(rest.warning).toBeNull();
    expect(rest.requests).toBeLessThanOrEqual(requests + 1);
  });

  it.each(["count-disagrees", "count-disagrees + 404-past-the-end"])(
    "whose count is wrong twice is taken as it is, and it is said: %s",
    async (names) => {
      const { people, all, ...rest } = await read(combine(...names.split(" + ").map((name) => scenarioOf(name))));
      expect(people).toEqual(all);
      expect(rest.moved).toBe(true);
      expect(rest.warning).toContain("count 31 but held 28 twice");
      expect(rest.requests).toBe(8);
    },
  );

  it("that never stands still keeps everybody who was seen, and it is said", async () => {
    let nth = 0;
    const restless = answering("restless", { streams: ["members"] }, ({ organization }) => {
      addMember(organization!, { username: `rush${nth++}` }, 0);
      return undefined;
    });
    const { people, all, ...rest } = await read(restless);
    expect(new Set(people).size).toBe(people.length);
    expect(people.filter((name) => name.includes("user"))).toEqual(all.filter((name) => name.includes("user")));
    expect(rest.warning).toContain("changed during each of 3 readings");
    expect(rest.requests).toBeLessThanOrEqual(18);
  });

  it("of a server that gives one page for ever ends soon", async () => {
    const deaf: Scenario = {
      name: "page ignored",
      before: (call) => {
        call.page = 1;
        return undefined;
      },
    };
    const { people, requests, warning } = await read(deaf);
    expect(people).toHaveLength(10);
    expect(requests).toBe(4);
    expect(warning).toContain("count 28 but held 10 twice");
  });

  it("without the scope is forbidden", () =>
    visit(acme(), { scenario: scenarioOf("403-members") }, async ({ hub }) => {
      expect(await failureOf(readMembers(hub))).toBeInstanceOf(ForbiddenError);
    }));
});

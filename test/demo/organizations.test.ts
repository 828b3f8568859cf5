import { describe, expect, it } from "vitest";
import { actionNames } from "../../demo/actions.ts";
import { eventsOf, type Organization } from "../../demo/organization.ts";
import { demoOrganizations } from "../../demo/organizations.ts";

const now = new Date("2026-05-13T15:20:00Z");
const [northwind, harbor] = demoOrganizations(now) as [Organization, Organization];
const dayMs = 86_400_000;

const seats = (one: Organization) => one.members.length + one.invites.length;
const daysAgo = (text: string) => (now.getTime() - Date.parse(text)) / dayMs;
const humans = (actor: string) => actor.split(" - access token ")[0] ?? actor;

describe("the demo organizations", () => {
  it("are a Business one of about 38 seats and a Team one of about 14", () => {
    expect(northwind).toMatchObject({ name: "northwind-labs", plan: "Business", insights: true });
    expect(harbor).toMatchObject({ name: "harbor-tools", plan: "Team", insights: false });
    for (let day = 0; day < 120; day += 7) {
      const [big, small] = demoOrganizations(new Date(now.getTime() + day * dayMs)) as [Organization, Organization];
      expect(Math.abs(seats(big) - 39)).toBeLessThanOrEqual(2);
      expect(Math.abs(seats(small) - 15)).toBeLessThanOrEqual(2);
    }
  });

  it("tell the same story at every start: a day later only adds events", () => {
    const today = [...eventsOf(northwind)];
    const [later] = demoOrganizations(new Date(now.getTime() + 1.3 * dayMs)) as [Organization];
    const tomorrow = [...eventsOf(later)];
    const shared = tomorrow.filter((event) => event.timestamp <= now.toISOString());
    const oldest = tomorrow[0]?.timestamp ?? "";
    expect(shared).toEqual(today.filter((event) => event.timestamp >= oldest));
    expect(tomorrow.length).toBeGreaterThan(shared.length);
  });

  it("have thousands of events over 120 days, none of them in the future, each with an id of its own", () => {
    const events = [...eventsOf(northwind)];
    expect(events.length).toBeGreaterThan(3000);
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length);
    expect(events.every((event) => event.timestamp <= now.toISOString())).toBe(true);
    expect(daysAgo(events[0]!.timestamp)).toBeGreaterThan(118);
  });

  it("know people who are new, faded, gone, never seen, guests and owners", () => {
    const events = [...eventsOf(northwind)];
    const names = new Set(northwind.members.map((member) => member.username));
    const joins = events.filter((event) => event.action === "org.member.add");
    expect(joins.some((event) => daysAgo(event.timestamp) <= 21)).toBe(true);
    const newest = new Map(events.map((event) => [humans(event.actor), event.timestamp]));
    const idle = northwind.members.filter((one) => daysAgo(newest.get(one.username) ?? now.toISOString()) > 70);
    expect(idle.length).toBeGreaterThan(0);
    const gone = events
      .filter((event) => event.action === "org.member.remove")
      .map((event) => (event.data as { username: string }).username);
    expect(gone.length).toBeGreaterThan(0);
    expect(gone.some((name) => !names.has(name) && newest.has(name))).toBe(true);
    expect(northwind.members.filter((one) => one.last_seen_at === null).length).toBeGreaterThan(3);
    expect(northwind.members.filter((one) => one.is_guest)).toHaveLength(2);
    expect(northwind.members.filter((one) => one.role === "Owner")).toHaveLength(2);
    expect([...names].some((name) => name !== name.toLowerCase())).toBe(true);
  });

  it("have invitations by Docker ID and by e-mail, some older than 14 days, one of somebody who has joined", () => {
    for (const organization of [northwind, harbor]) {
      const { invites, members } = organization;
      expect(invites.some((one) => one.invitee.includes("@"))).toBe(true);
      expect(invites.some((one) => !one.invitee.includes("@"))).toBe(true);
      expect(invites.some((one) => daysAgo(one.created_at) > 14)).toBe(true);
      const emails = new Set(members.map((one) => one.email));
      if (organization === northwind) expect(invites.some((one) => emails.has(one.invitee))).toBe(true);
    }
  });

  it("have tokens, Docker Support and an action nobody knows among their actors and actions", () => {
    for (const organization of [northwind, harbor]) {
      const events = [...eventsOf(organization)];
      const actors = new Set(events.map((event) => event.actor));
      expect([...actors].some((actor) => actor.endsWith(' - access token "CI"'))).toBe(true);
      expect(actors).toContain("dockersupport");
      expect(actors).toContain(organization.name);
      const unknown = new Set(events.map((event) => event.action).filter((action) => !actionNames.includes(action)));
      expect([...unknown]).toEqual(["scout.policy.evaluate"]);
    }
  });
});

import { adminEventsOfDay } from "./administration.ts";
import { eventsOfDay, lastUse, push } from "./behaviour.ts";
import { type EventDraft, EventLog } from "./event-log.ts";
import { accessTokensOf, repositoriesOf, teamsOf } from "./inventory.ts";
import {
  demoSecret,
  emptyOrganization,
  type HubUser,
  type Member,
  type Organization,
  readScopes,
} from "./organization.ts";
import { type Person, permanent } from "./people.ts";
import { pullRecords, pullReport, usageExport } from "./pulls.ts";
import { hexOf, randomOf } from "./random.ts";
import { type Days, dayMs, invitations, joinMs, leaveMs, passing, passingEvents, type Season } from "./seasons.ts";

/** How far back the demo's audit logs reach, in days. */
export const historyDays = 120;
/** How many days of pull reports the demo has, up to yesterday: more than a seat may be silent. Each takes time to read and merge. */
export const reportDays = 65;

/** The identifiers and secrets that open the demo organizations at `POST /v2/auth/token`. */
export const demoCredentials = {
  "northwind-labs": { identifier: "northwind-labs", secret: demoSecret("northwind-labs") },
  "harbor-tools": { identifier: "harbor-tools", secret: demoSecret("harbor-tools") },
} as const;

/** What the demo's tokens may read besides people and what they do. */
const moreScopes = ["scope-repository-list", "scope-report-read"];

type Profile = {
  name: keyof typeof demoCredentials;
  fullName: string;
  plan: "Business" | "Team";
  domain: string;
  owner: string;
  robot: string;
  repositories: readonly string[];
  seasons: readonly Season[];
};

const profiles: readonly Profile[] = [
  {
    name: "northwind-labs",
    fullName: "Northwind Labs",
    plan: "Business",
    domain: "northwind.example",
    owner: "amara.nwosu",
    robot: "northwind-ci-bot",
    repositories: [
      "api",
      "web",
      "worker",
      "ingest",
      "search",
      "base-images",
      "notebooks",
      "gateway",
      "billing",
      "edge",
    ],
    seasons: [
      { kind: "newcomer", everyDays: 20, offsetDays: 3, generations: 3, activeDays: 999, salt: 1 },
      { kind: "fading", everyDays: 30, offsetDays: 11, generations: 5, activeDays: 15, salt: 2 },
      { kind: "invited", everyDays: 12, offsetDays: 5, generations: 4, activeDays: 0, salt: 3 },
    ],
  },
  {
    name: "harbor-tools",
    fullName: "Harbor Tools",
    plan: "Team",
    domain: "harbor.example",
    owner: "selma.berg",
    robot: "harbor-release-bot",
    repositories: ["cli", "docs", "runner"],
    seasons: [
      { kind: "newcomer", everyDays: 30, offsetDays: 7, generations: 2, activeDays: 999, salt: 4 },
      { kind: "fading", everyDays: 40, offsetDays: 19, generations: 3, activeDays: 10, salt: 5 },
      { kind: "invited", everyDays: 20, offsetDays: 9, generations: 2, activeDays: 0, salt: 6 },
    ],
  },
];

/**
 * Two believable organizations as of `now`: `northwind-labs` (Business, Insights, 38 seats) and `harbor-tools` (Team, 14 seats),
 * with 120 days of history, and with pull reports where they are asked for. A day's events and their ids depend on the day alone,
 * so a start tomorrow shows one more day and nothing else that is new.
 */
export function demoOrganizations(now: Date, told: Told = { historyDays, reportDays: 0 }): Organization[] {
  return profiles.map((profile) => organizationOf(profile, now.getTime(), told));
}

/** How much of the past an organization has; its lists are those of the day all the same. */
export type Told = { historyDays: number; reportDays: number };

/** A day's report of the Business organization, as its hub has it, with its rows as objects of texts. */
export function demoReport(day: number) {
  const pulled = pulledOf(profileOf("northwind-labs"), { fromDay: day, toDay: day });
  return { ...pullReport(pulled, day), records: pullRecords(pulled, day) };
}

/** What the usage page of the Team organization exports at `now`: as many days as the reports of the other, up to yesterday. */
export function demoUsageExport(now: Date): string {
  const toDay = Math.floor(now.getTime() / dayMs) - 1;
  const days = { fromDay: toDay - reportDays + 1, toDay };
  return usageExport(pulledOf(profileOf("harbor-tools"), days), days);
}

function profileOf(name: keyof typeof demoCredentials): Profile {
  return profiles.find((profile) => profile.name === name)!;
}

function peopleOf(profile: Profile, days: Days): Person[] {
  return [...permanent[profile.name], ...passing(profile.seasons, profile.domain, days)];
}

function pulledOf(profile: Profile, days: Days) {
  return { name: profile.name, repositories: profile.repositories, people: peopleOf(profile, days) };
}

/** The reports up to yesterday; there are none on the Team plan. */
function reportsOf(profile: Profile, people: readonly Person[], { today, days }: { today: number; days: number }) {
  if (profile.plan !== "Business") return [];
  const pulled = { name: profile.name, repositories: profile.repositories, people };
  return Array.from({ length: days }, (_, nth) => pullReport(pulled, today - days + nth));
}

function organizationOf(profile: Profile, nowMs: number, told: Told): Organization {
  const today = Math.floor(nowMs / dayMs);
  const firstDay = today - told.historyDays;
  const days = { fromDay: firstDay, toDay: today };
  const people = peopleOf(profile, days);
  const inventory = { name: profile.name, owner: profile.owner, nowMs };
  const invited = invitations(profile.seasons, profile, days);
  const present = people.filter((person) => joinMs(person) <= nowMs && nowMs < leaveMs(person));
  return emptyOrganization(profile.name, {
    fullName: profile.fullName,
    plan: profile.plan,
    insights: profile.plan === "Business",
    ssoEnforced: profile.plan === "Business",
    users: [ownerLogin(profile)],
    tokens: [{ secret: demoSecret(profile.name), label: "docktally", scopes: [...readScopes, ...moreScopes] }],
    teams: teamsOf(inventory, [...new Set(permanent[profile.name].flatMap(({ teams }) => teams))].sort()),
    repositories: repositoriesOf(inventory, profile.repositories),
    accessTokens: accessTokensOf(inventory),
    pullReports: reportsOf(profile, people, { today, days: told.reportDays }),
    members: present.map((person) => memberRecord(profile.name, person, nowMs)),
    invites: invited
      .filter((one) => one.sentMs <= nowMs && nowMs < one.closedMs)
      .map(({ sentMs: _sent, closedMs: _closed, ...invite }) => invite),
    events: new EventLog([
      ...history(profile, people, days).filter((draft) => draft.atMs <= nowMs),
      ...passingEvents(
        profile,
        people.filter((person) => person.joinedDay !== undefined),
        invited,
      ).filter((draft) => draft.atMs >= firstDay * dayMs && draft.atMs <= nowMs),
    ]),
  });
}

/** The owner may also sign in as a person: by password (refused where single sign-on is enforced) or personal access token. */
function ownerLogin(profile: Profile): HubUser {
  const word = profile.name.split("-")[0];
  return {
    username: profile.owner,
    password: `demo-password-${word}`,
    personalTokens: [`dckr_pat_demo-${word}`],
    permissions: { members: true, invites: true, auditlogs: true, emails: true },
  };
}

function history(profile: Profile, people: readonly Person[], { fromDay, toDay }: Days): EventDraft[] {
  const admin = {
    account: profile.name,
    owner: profile.owner,
    robot: profile.robot,
    repositories: profile.repositories,
    usernames: permanent[profile.name].map((person) => person.username),
    business: profile.plan === "Business",
  };
  const drafts: EventDraft[] = [];
  for (let day = fromDay; day <= toDay; day += 1) {
    for (const person of people) drafts.push(...eventsOfDay(admin, person, day));
    drafts.push(...adminEventsOfDay(admin, day), ...releases(profile, day));
  }
  return drafts;
}

/** What the organization's own access token pushes: its actor is the organization (an assumption; Docker gives no sample). */
function releases(profile: Profile, day: number): EventDraft[] {
  const key = `${profile.name}/release/${day}`;
  const random = randomOf(key);
  const repository = profile.repositories[day % profile.repositories.length] ?? "cli";
  return day % 2 === 0
    ? [push(profile.name, { repository, key, day, random, username: profile.name, token: "release pipeline" })]
    : [];
}

function memberRecord(account: string, person: Person, nowMs: number): Member {
  const random = randomOf(`account/${person.username}`);
  const seen = lastUse(account, person, { kind: "desktop", nowMs });
  const accountDay = Math.min(person.joinedDay ?? 20_000, 20_000) - Math.floor(random() * 2500);
  return {
    id: hexOf(`user/${person.username}`, 32),
    username: person.username,
    full_name: person.fullName,
    email: person.email,
    role: person.role,
    groups: person.teams,
    is_guest: person.guest,
    date_joined: new Date(accountDay * dayMs + Math.floor(random() * dayMs)).toISOString(),
    last_logged_in_at: lastUse(account, person, { kind: "web", nowMs }),
    last_seen_at: seen,
    last_desktop_version: seen === null ? null : `4.${40 + Math.floor(random() * 20)}.${Math.floor(random() * 3)}`,
  };
}

export { bulkOrganization } from "./bulk.ts";

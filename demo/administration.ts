import type { EventDraft } from "./event-log.ts";
import { pick, randomOf, uuidOf } from "./random.ts";
import { dayMs } from "./seasons.ts";

/** Who administers, and what there is to administer. */
export type Office = {
  account: string;
  owner: string;
  robot: string;
  repositories: readonly string[];
  usernames: readonly string[];
  business: boolean;
};

type Chore = {
  action: string;
  everyDays: number;
  businessOnly?: true;
  actor?: (office: Office) => string;
  name?: (office: Office, random: () => number) => string;
  data?: (office: Office, random: () => number) => Record<string, string>;
};

const repository = (office: Office, random: () => number) => `${office.account}/${pick(office.repositories, random)}`;
const someone = (office: Office, random: () => number) => pick(office.usernames, random);
const support = () => "dockersupport";

/**
 * What is done now and then: each on every so many days, counted from 1970. Docker documents the payload of `repo.create` only
 * by a captured sample and of the others not at all; those are made up. The last one is an action that nobody has heard of yet.
 */
const chores: readonly Chore[] = [
  { action: "repo.create", everyDays: 11, name: repository, data: () => ({ categories: "", privacy: "private" }) },
  { action: "repo.update", everyDays: 5, name: repository },
  { action: "repo.tag.delete", everyDays: 3, name: repository, data: () => ({ tag: "stale" }) },
  { action: "repo.change_privacy", everyDays: 37, name: repository, data: () => ({ privacy: "public" }) },
  { action: "repo.category.updated", everyDays: 41, name: repository },
  { action: "repo.immutable.tags.updated", everyDays: 53, name: repository },
  { action: "repo.delete", everyDays: 29, name: repository, data: () => ({}) },
  { action: "org.team.create", everyDays: 43, data: () => ({ team: "research" }) },
  { action: "org.team.member.add", everyDays: 6, name: someone, data: () => ({ team: "platform" }) },
  { action: "org.team.member.remove", everyDays: 17, name: someone, data: () => ({ team: "platform" }) },
  {
    action: "org.member.role.change",
    everyDays: 31,
    data: (office, random) => ({ username: someone(office, random), role: "editor" }),
  },
  { action: "org.settings.update", everyDays: 23, actor: support },
  { action: "org.access_token.create", everyDays: 47, data: () => ({ label: "release pipeline" }) },
  { action: "billing.plan.seat_add", everyDays: 50, data: () => ({ quantity: "2" }) },
  { action: "billing.plan.seat_remove", everyDays: 71, data: () => ({ quantity: "1" }) },
  {
    action: "enterprise.setting.policy.update",
    everyDays: 19,
    businessOnly: true,
    data: () => ({ policy: "baseline" }),
  },
  { action: "enterprise.sso.connection.update", everyDays: 59, businessOnly: true },
  {
    action: "org.registry_access.registry_added",
    everyDays: 61,
    businessOnly: true,
    data: () => ({ registry: "quay.io" }),
  },
  { action: "oidc.connection.update", everyDays: 67, businessOnly: true },
  { action: "org.domain.verify", everyDays: 73, businessOnly: true, data: () => ({ domain: "northwind.example" }) },
  {
    action: "scout.policy.evaluate",
    everyDays: 4,
    actor: (office) => office.robot,
    name: repository,
    data: () => ({ verdict: "pass" }),
  },
];

/** The administration of one day, the same whenever it is asked for. */
export function choresOfDay(office: Office, day: number): EventDraft[] {
  return chores
    .filter(
      (chore) => (office.business || chore.businessOnly !== true) && (day + chore.everyDays) % chore.everyDays === 0,
    )
    .map((chore) => {
      const key = `${office.account}/${chore.action}/${day}`;
      const random = randomOf(key);
      const name = chore.name?.(office, random) ?? office.account;
      return {
        account: office.account,
        action: chore.action,
        name,
        actor: chore.actor?.(office) ?? office.owner,
        atMs: day * dayMs + 9 * 3_600_000 + Math.floor(random() * 7 * 3_600_000),
        eventId: uuidOf(key),
        data: chore.data?.(office, random) ?? {},
        description: `${chore.action} on ${name}`,
      };
    });
}

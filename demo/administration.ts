import type { EventDraft } from "./event-log.ts";
import { pick, randomOf, uuidOf } from "./random.ts";
import { dayMs } from "./seasons.ts";

/** Who administers, and what there is to administer. */
export type Administration = {
  account: string;
  owner: string;
  robot: string;
  repositories: readonly string[];
  usernames: readonly string[];
  business: boolean;
};

type AdminTask = {
  action: string;
  everyDays: number;
  businessOnly?: true;
  actor?: (admin: Administration) => string;
  name?: (admin: Administration, random: () => number) => string;
  data?: (admin: Administration, random: () => number) => Record<string, string>;
};

const repository = (admin: Administration, random: () => number) =>
  `${admin.account}/${pick(admin.repositories, random)}`;
const someone = (admin: Administration, random: () => number) => pick(admin.usernames, random);
const support = () => "dockersupport";

/**
 * What is done now and then: each on every so many days, counted from 1970. Docker documents the payload of `repo.create` only
 * by a captured sample and of the others not at all; those are made up. The last one is an action that nobody has heard of yet.
 */
const tasks: readonly AdminTask[] = [
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
    data: (admin, random) => ({ username: someone(admin, random), role: "editor" }),
  },
  { action: "org.settings.update", everyDays: 23, actor: support },
  { action: "org.access_token.create", everyDays: 47, data: () => ({ label: "release pipeline" }) },
  { action: "billing.plan.seat_add", everyDays: 130, data: () => ({ quantity: "2" }) },
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
    actor: (admin) => admin.robot,
    name: repository,
    data: () => ({ verdict: "pass" }),
  },
];

/** The administration of one day, the same whenever it is asked for. */
export function adminEventsOfDay(admin: Administration, day: number): EventDraft[] {
  return tasks
    .filter((task) => (admin.business || task.businessOnly !== true) && (day + task.everyDays) % task.everyDays === 0)
    .map((task) => {
      const key = `${admin.account}/${task.action}/${day}`;
      const random = randomOf(key);
      const name = task.name?.(admin, random) ?? admin.account;
      return {
        account: admin.account,
        action: task.action,
        name,
        actor: task.actor?.(admin) ?? admin.owner,
        atMs: day * dayMs + 9 * 3_600_000 + Math.floor(random() * 7 * 3_600_000),
        eventId: uuidOf(key),
        data: task.data?.(admin, random) ?? {},
        description: `${task.action} on ${name}`,
      };
    });
}

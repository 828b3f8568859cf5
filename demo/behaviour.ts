import type { EventDraft } from "./event-log.ts";
import type { Habit, Person } from "./people.ts";
import { hexOf, pick, randomOf, uuidOf } from "./random.ts";
import { dayMs, joinMs } from "./seasons.ts";

const workdayStartMs = 7.5 * 3_600_000;
const workdayMs = 10 * 3_600_000;

/** Monday to Friday (1970-01-01 was a Thursday). */
export function isWorkday(day: number): boolean {
  const weekday = (day + 4) % 7;
  return weekday !== 0 && weekday !== 6;
}

/** Whether somebody is in the organization and active on a day. */
export function isThere(person: Person, day: number): boolean {
  return day >= (person.joinedDay ?? 0) && day < Math.min(person.leftDay ?? day + 1, person.activeToDay ?? day + 1);
}

/** How many times something happens whose mean is `mean`. */
export function times(mean: number, random: () => number): number {
  return Math.floor(mean * (0.35 + 1.3 * random()) + random());
}

/**
 * What `person` leaves in the audit log on a day, as it is for ever: it depends on the names and the day alone. People work
 * Monday to Friday; tokens push on every day.
 */
export function eventsOfDay(
  { account, repositories }: { account: string; repositories: readonly string[] },
  person: Person,
  day: number,
): EventDraft[] {
  if (!isThere(person, day)) return [];
  const key = `${account}/${person.username}/${day}`;
  const random = randomOf(key);
  const { habit } = person;
  // The audit log writes Docker IDs in lower case, the members list as they were typed: an assumption that costs a reader nothing.
  const actor = person.username.toLowerCase();
  const drafts: EventDraft[] = [];
  const busy = isWorkday(day) && random() < 0.85;
  const byHand = busy ? times(habit.pushes, random) : 0;
  const byToken = times((habit.tokenPushes ?? 0) * (isWorkday(day) ? 1 : 0.3), random);
  for (let nth = 0; nth < byHand + byToken; nth += 1) {
    const token = nth >= byHand ? habit.tokenLabel : undefined;
    const repository = pick(repositories, random);
    drafts.push(push(account, { repository, key: `${key}/${nth}`, day, random, username: actor, token }));
  }
  if (busy && random() < (habit.offload ?? 0)) drafts.push(offload(account, actor, { key, day, random }));
  const earliest = person.joinedDay === day ? joinMs(person) : Number.NEGATIVE_INFINITY;
  return drafts.filter((draft) => draft.atMs > earliest);
}

type Occurrence = { key: string; day: number; random: () => number };
type TagPush = Occurrence & { repository: string; username: string; token: string | undefined };

/** A pushed tag. A token's push has the actor and the data that third parties have captured. */
export function push(account: string, { repository, key, day, random, username, token }: TagPush): EventDraft {
  const digest = `sha256:${hexOf(key, 64)}`;
  const tag =
    random() < 0.3
      ? "latest"
      : pick([`1.${day % 40}.${Math.floor(random() * 9)}`, hexOf(`${key}/tag`, 7), "main"], random);
  const name = `${account}/${repository}`;
  const withToken = {
    access_token_id: uuidOf(`${account}/${username}/${token}`),
    access_token_label: token,
    access_token_type: "TYPE_UNSPECIFIED",
  };
  const spreadMs = token === undefined ? [workdayStartMs, workdayMs] : [0, dayMs - 1];
  return {
    account,
    action: "repo.tag.push",
    name,
    actor: token === undefined || username === account ? username : `${username} - access token "${token}"`,
    atMs: day * dayMs + Math.floor((spreadMs[0] ?? 0) + random() * (spreadMs[1] ?? 0)),
    eventId: uuidOf(key),
    data: token === undefined ? { digest, tag } : { ...withToken, digest, tag },
    description: `pushed the tag ${tag} with the digest ${digest} to the repository ${name}\n`,
  };
}

/** The end of a Docker Offload lease, with the keys of Docker's own example. */
function offload(account: string, actor: string, { key, day, random }: Occurrence): EventDraft {
  const startMs = day * dayMs + workdayStartMs + Math.floor(random() * workdayMs * 0.8);
  const atMs = startMs + 300_000 + Math.floor(random() * 3_000_000);
  const ids = { lease_id: uuidOf(`${key}/lease`), org_id: uuidOf(account), user_id: uuidOf(actor) };
  return {
    account,
    action: "offload.lease.end",
    name: account,
    actor,
    atMs,
    eventId: uuidOf(`${key}/offload`),
    data: {
      ...ids,
      resource_type: "run_4cpu_8mem",
      started_at: new Date(startMs).toISOString(),
      updated_at: new Date(atMs).toISOString(),
    },
    description: `ended the offload lease of ${actor}`,
  };
}

/** The newest moment up to `nowMs` at which somebody used Docker Desktop or the browser; null when there was none in 400 days. */
export function lastUse(
  account: string,
  person: Person,
  { kind, nowMs }: { kind: "desktop" | "web"; nowMs: number },
): string | null {
  const share = (person.habit satisfies Habit)[kind];
  if (share === 0) return null;
  const today = Math.floor(nowMs / dayMs);
  for (let day = today; day > today - 400; day -= 1) {
    const random = randomOf(`${kind}/${account}/${person.username}/${day}`);
    if (!isThere(person, day) || !isWorkday(day) || random() >= share) continue;
    const atMs = day * dayMs + workdayStartMs + Math.floor(random() * workdayMs);
    if (atMs <= nowMs && (person.joinedDay !== day || atMs > joinMs(person))) return new Date(atMs).toISOString();
  }
  return null;
}

import type { ListedToken, Repository, Team } from "./organization.ts";
import { hash32, uuidOf } from "./random.ts";
import { dayMs } from "./seasons.ts";

/** The names, and the moment at which they are listed. */
export type Inventory = { name: string; owner: string; nowMs: number };

const iso = (atMs: number) => new Date(atMs).toISOString();

/** The teams; nobody is in the last one. */
export function teamsOf({ name }: Inventory, names: readonly string[]): Team[] {
  return [...names, "research"].map((team) => ({
    id: hash32(`${name}/${team}`) >>> 4,
    uuid: uuidOf(`team/${name}/${team}`),
    name: team,
    description: `The ${team} team`,
  }));
}

/** The repositories as they are at a moment: each grows by the day, and the last one has been left alone for months. */
export function repositoriesOf({ name, nowMs }: Inventory, names: readonly string[]): Repository[] {
  const today = Math.floor(nowMs / dayMs);
  return names.map((repository, at) => {
    const dice = hash32(`${name}/${repository}`);
    const registeredDay = 19_000 + (dice % 900);
    const left = at === names.length - 1 ? 20_300 : Number.POSITIVE_INFINITY;
    const touchedDay = Math.min(today - 1, left);
    const age = touchedDay - registeredDay;
    return {
      name: repository,
      is_private: at % 3 !== 1,
      description: `${repository} of ${name}`,
      pull_count: age * (3 + (dice % 40)),
      star_count: dice % 5,
      storage_size: 400_000_000 + age * (200_000 + (dice % 6_000_000)),
      date_registered: iso(registeredDay * dayMs + 36_000_000),
      last_updated: iso(touchedDay * dayMs + 50_000_000),
    };
  });
}

/** The organization's access tokens, one of them no longer in use. */
export function accessTokensOf({ name, owner, nowMs }: Inventory): ListedToken[] {
  const labels = ["docktally", "release pipeline", "old jenkins"];
  return labels.map((label, at) => ({
    id: uuidOf(`token/${name}/${label}`),
    label,
    created_by: owner,
    is_active: at < 2,
    created_at: iso((19_800 + at * 40) * dayMs + 40_000_000),
    expires_at: at < 2 ? null : iso(20_200 * dayMs),
    last_used_at: at < 2 ? iso(Math.floor(nowMs / dayMs - 1) * dayMs + 3_600_000) : iso(20_100 * dayMs),
  }));
}

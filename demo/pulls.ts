import { isThere, isWorkday, times } from "./behaviour.ts";
import type { PullReport } from "./organization.ts";
import type { Habit, Person } from "./people.ts";
import { pullFields } from "./pull-fields.ts";
import { hexOf, pick, randomOf } from "./random.ts";
import { csvOf } from "./reports.ts";
import { dayMs } from "./seasons.ts";

/** Somebody's pulls of a tag in an hour, as both kinds of CSV tell of them; without a username, nobody was signed in. */
type Pull = {
  day: number;
  hour: number;
  username: string;
  repository: string;
  tag: string;
  token: string;
  checks: number;
  pulls: number;
};

/** Whose repositories are pulled, and by whom. */
type Pulled = { name: string; repositories: readonly string[]; people: readonly Person[] };

const tags = ["latest", "main", "1.4.2", "1.5.0"];
/** They are no members: a partner's account, and one that was deleted. */
const strangers = ["partner.build", "old-laptop"];

/** All pulls of a day, as they are for ever: they depend on the names and the day alone. */
function pullsOfDay({ name, repositories, people }: Pulled, day: number): Pull[] {
  const pulls: Pull[] = [];
  const add = (username: string, token: string, random: () => number) => {
    const [hour, checks] = [token === "" ? 8 + Math.floor(random() * 9) : Math.floor(random() * 24), 1 + random() * 4];
    const what = { repository: pick(repositories, random), tag: pick(tags, random) };
    pulls.push({ day, hour, username, ...what, token, checks: Math.floor(checks), pulls: random() < 0.6 ? 1 : 0 });
  };
  for (const person of people.filter((one) => isThere(one, day))) {
    const habit: Habit = person.habit;
    const random = randomOf(`pulls/${name}/${person.username}/${day}`);
    const username = person.username.toLowerCase();
    const byHand = isWorkday(day) ? times(habit.pulls ?? 0, random) : 0;
    // Docker Desktop logs in with a token of its own, which the CSV calls "generated"
    for (let nth = 0; nth < byHand; nth += 1) add(username, random() < 0.4 ? "generated" : "", random);
    const byToken = times((habit.tokenPushes ?? 0) / 2, random);
    for (let nth = 0; nth < byToken; nth += 1) add(username, habit.tokenLabel ?? "", random);
  }
  const random = randomOf(`pulls/${name}/others/${day}`);
  for (let nth = 0; nth < 4; nth += 1) add("", "", random);
  if (day % 3 === 0) add(pick(strangers, random), "", random);
  return pulls.sort((a, b) => a.hour - b.hour);
}

const dateOf = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);
const columns = pullFields.map(({ name }) => name);

/** The cells of a day's report, in the order of the columns that Docker documents. */
function reportRows(pulled: Pulled, day: number): (string | number)[][] {
  return pullsOfDay(pulled, day).map(({ repository, tag, username, token, checks, pulls }) => [
    ...[dateOf(day), pulled.name, repository, tag],
    ...[username, token, checks + pulls],
  ]);
}

/** One day's report of pulls. */
export function pullReport(pulled: Pulled, day: number): PullReport {
  const date = dateOf(day);
  return {
    date,
    key: `${pulled.name}/usage_pulls/${date}.csv`,
    body: Buffer.from(csvOf(columns, reportRows(pulled, day))),
  };
}

/** The same rows, each as one object of texts. */
export function pullRecords(pulled: Pulled, day: number): Record<string, string>[] {
  return reportRows(pulled, day).map((row) => Object.fromEntries(row.map((cell, at) => [columns[at]!, String(cell)])));
}

const exportColumns = [
  ...["datehour", "user_name", "repository", "access_token_name", "ips"],
  ...["repository_privacy", "tag", "digest", "version_checks", "pulls"],
];

/** What the usage page exports of these days. */
export function usageExport(pulled: Pulled, { fromDay, toDay }: { fromDay: number; toDay: number }): string {
  const days = Array.from({ length: toDay - fromDay + 1 }, (_, nth) => fromDay + nth);
  const rows = days
    .flatMap((day) => pullsOfDay(pulled, day))
    .map((one) => {
      const { day, hour, username, repository, token, tag, checks, pulls } = one;
      const [address, digest] = [hexOf(`ip/${username}`, 2), hexOf(`${repository}/${tag}/${day}`, 64)];
      return [
        ...[
          `${dateOf(day).replaceAll("-", "/")}/${String(hour).padStart(2, "0")}`,
          username,
          `${pulled.name}/${repository}`,
        ],
        ...[token, `203.0.113.${Number.parseInt(address, 16)}`, "private", tag, `sha256:${digest}`, checks, pulls],
      ];
    });
  return csvOf(exportColumns, rows);
}

/**
 * What somebody does on an ordinary workday. `pushes` and `tokenPushes` are means (of tags pushed by hand and by a token named
 * `tokenLabel`); `desktop` and `web` are the share of days with Docker Desktop in use and with a login in the browser. `pulls` is
 * the mean of images that are pulled by hand; a token pulls about as often as it pushes.
 */
export type Habit = {
  pushes: number;
  desktop: number;
  web: number;
  tokenPushes?: number;
  tokenLabel?: string;
  offload?: number;
  pulls?: number;
};

/** Somebody in a demo organization. Days are whole UTC days since 1970; without them, somebody was and is always there. */
export type Person = {
  username: string;
  fullName: string;
  email: string;
  role: string;
  teams: string[];
  guest: boolean;
  habit: Habit;
  joinedDay?: number;
  leftDay?: number;
  activeToDay?: number;
};

/** The habits that people have. */
export const habits = {
  publisher: { pushes: 3.5, desktop: 0.9, web: 0.2, pulls: 2 },
  steady: { pushes: 1.4, desktop: 0.8, web: 0.15, pulls: 1 },
  automator: { pushes: 0.6, desktop: 0.7, web: 0.2, tokenPushes: 6, tokenLabel: "CI", pulls: 1 },
  offloader: { pushes: 1, desktop: 0.85, web: 0.1, offload: 0.5, pulls: 1 },
  puller: { pushes: 0, desktop: 0.85, web: 0.05, pulls: 2 },
  rarePuller: { pushes: 0, desktop: 0.04, web: 0 },
  pullsOnly: { pushes: 0, desktop: 0, web: 0, pulls: 1.5 },
  robot: { pushes: 0, desktop: 0, web: 0, tokenPushes: 4, tokenLabel: "nightly build" },
  owner: { pushes: 0.3, desktop: 0.5, web: 0.6 },
  unseen: { pushes: 0, desktop: 0, web: 0 },
} as const satisfies Record<string, Habit>;

type Row = readonly [username: string, fullName: string, habit: keyof typeof habits, teams: string, note?: string];

const northwind: readonly Row[] = [
  ["amara.nwosu", "Amara Nwosu", "owner", "platform security", "Owner"],
  ["northwind-ci-bot", "Northwind CI", "robot", "platform", "Owner"],
  ["jdoe", "Jordan Doe", "automator", "platform backend"],
  ["JamieOkafor", "Jamie Okafor", "publisher", "backend"],
  ["lena.fischer", "Léna Fischer", "publisher", "backend data"],
  ["tmori", "Takeshi Mori 森", "publisher", "platform"],
  ["sofia.almeida", "Sofia Almeida", "publisher", "frontend"],
  ["rkhan", "Rahul Khan", "steady", "backend"],
  ["wei.zhang", "Wei Zhang", "steady", "data"],
  ["ingrid.dahl", "Ingrid Dahl", "steady", "frontend"],
  ["pablo.ruiz", "Pablo Ruiz", "steady", "platform"],
  ["oduya", "Nkechi Oduya", "steady", "backend"],
  ["hanneke.bos", "Hanneke Bos", "offloader", "data"],
  ["mkowalski", "Marta Kowalski", "offloader", "data platform"],
  ["arjun.rao", "Arjun Rao", "automator", "security", "Editor"],
  ["cfontaine", "Claire Fontaine", "puller", "frontend"],
  ["dmitri.v", "Dmitri Volkov", "puller", "backend"],
  ["eva.lind", "Eva Lind", "puller", "data"],
  ["grace.obrien", "Grace O'Brien", "puller", "frontend"],
  ["h.suzuki", "Haruka Suzuki", "puller", "data"],
  ["yara.haddad", "Yara Haddad", "rarePuller", "frontend"],
  ["bwalker", "Ben Walker", "unseen", ""],
  ["nina.petrova", "Nina Petrova", "pullsOnly", "security"],
  ["o.mensah", "Osei Mensah", "pullsOnly", "data"],
  ["contour-consulting", "Iris Blanc", "steady", "platform", "guest"],
  ["freelance-marek", "Marek Svoboda", "unseen", "frontend", "guest"],
];

const harbor: readonly Row[] = [
  ["selma.berg", "Selma Berg", "owner", "core", "Owner"],
  ["harbor-release-bot", "Harbor Release", "robot", "core", "Owner"],
  ["tom.adeyemi", "Tom Adeyemi", "publisher", "core"],
  ["KateLyn", "Kate Lyn", "steady", "core docs"],
  ["fred.huang", "Fred Huang", "automator", "core"],
  ["mira.solis", "Mira Solís", "pullsOnly", "docs"],
  ["gerd.vogel", "Gerd Vogel", "unseen", "", "guest"],
];

function personOf(domain: string, [username, fullName, habit, teams, note]: Row): Person {
  const guest = note === "guest";
  return {
    username,
    fullName,
    email: guest ? `${username}@mail.example` : `${username.toLowerCase()}@${domain}`,
    role: guest || note === undefined ? "Member" : note,
    teams: teams.split(" ").filter((team) => team !== ""),
    guest,
    habit: habits[habit],
  };
}

/** Those who were there all the time. */
export const permanent: Readonly<Record<"northwind-labs" | "harbor-tools", readonly Person[]>> = {
  "northwind-labs": northwind.map((row) => personOf("northwind.example", row)),
  "harbor-tools": harbor.map((row) => personOf("harbor.example", row)),
};

const given =
  "ada bruno carla derek elif farid gloria hugo ines jonas kira luis maya nils olga priya quinn rosa sven tara";
const family = "abel boone costa drake engel faber green hale ibsen juarez klein lopez marsh noble ortiz";

/** A made-up name; number `index` of three hundred. `salt` gives different people the same turn of names. */
export function nameOf(index: number, salt: number): { username: string; fullName: string } {
  const first = given.split(" ")[(index + salt * 7) % 20] ?? "ada";
  const last = family.split(" ")[(index * 4 + salt * 11 + Math.floor(index / 20)) % 15] ?? "abel";
  const title = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  return { username: `${first}.${last}${salt}`, fullName: `${title(first)} ${title(last)}` };
}

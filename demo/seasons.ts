import type { EventDraft } from "./event-log.ts";
import type { Invite } from "./organization.ts";
import { habits, nameOf, type Person } from "./people.ts";
import { randomOf, uuidOf } from "./random.ts";

export const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * People who come and go. Every `everyDays` days, counted from 1970, another one starts and stays for `generations` periods;
 * so the same story is told whenever the hub is started, and there is always somebody new, somebody fading and somebody just gone.
 */
export type Season = {
  kind: "newcomer" | "fading" | "invited";
  everyDays: number;
  offsetDays: number;
  generations: number;
  activeDays: number;
  salt: number;
};

type Stay = { index: number; startDay: number; endDay: number };

/** The first and the last day of a stretch, counted from 1970. */
export type Days = { fromDay: number; toDay: number };

/** The stays of a season that touch these days. */
function staysOf(season: Season, { fromDay, toDay }: Days): Stay[] {
  const { everyDays, offsetDays, generations } = season;
  const stays: Stay[] = [];
  const first = Math.floor((fromDay - offsetDays) / everyDays) - generations;
  for (let index = first; offsetDays + index * everyDays <= toDay; index += 1) {
    const startDay = offsetDays + index * everyDays;
    const endDay = startDay + generations * everyDays;
    if (endDay >= fromDay) stays.push({ index, startDay, endDay });
  }
  return stays;
}

/** The moment of the day at which somebody joins: between 09:00 and 10:00 UTC. */
export function joinMs(person: Person): number {
  return (person.joinedDay ?? 0) * dayMs + 9 * hourMs + Math.floor(randomOf(`join/${person.username}`)() * hourMs);
}

/** The moment at which somebody leaves: 16:30 UTC of the last day. */
export function leaveMs(person: Person): number {
  return (person.leftDay ?? Number.POSITIVE_INFINITY) * dayMs + 16.5 * hourMs;
}

/** Newcomers and fading people of an organization between two days. */
export function passing(seasons: readonly Season[], domain: string, days: Days): Person[] {
  return seasons
    .filter((season) => season.kind !== "invited")
    .flatMap((season) => staysOf(season, days).map((stay) => passingPerson(season, stay, domain)));
}

function passingPerson(season: Season, stay: Stay, domain: string): Person {
  const { username, fullName } = nameOf(stay.index, season.salt);
  return {
    username,
    fullName,
    email: `${username}@${domain}`,
    role: "Member",
    teams: [stay.index % 2 === 0 ? "backend" : "core"],
    guest: false,
    habit: season.kind === "newcomer" ? habits.steady : habits.publisher,
    joinedDay: stay.startDay,
    leftDay: stay.endDay,
    activeToDay: stay.startDay + season.activeDays,
  };
}

/** An invitation with the times (milliseconds) at which it was sent and withdrawn. */
export type Invitation = Invite & { sentMs: number; closedMs: number };

/**
 * Invitations between two days: those nobody answers, by Docker ID and by e-mail in turn, and one by e-mail for each newcomer,
 * sent two days before joining and left open for a season: the same person is then a member and an invitee.
 */
export function invitations(
  seasons: readonly Season[],
  org: { name: string; domain: string; owner: string },
  { fromDay, toDay }: Days,
): Invitation[] {
  return seasons.flatMap((season) =>
    staysOf(season, { fromDay: fromDay - 2, toDay: toDay + 2 }).flatMap((stay) => {
      if (season.kind === "fading") return [];
      const { username } = nameOf(stay.index, season.salt);
      const newcomer = season.kind === "newcomer";
      const sentDay = newcomer ? stay.startDay - 2 : stay.startDay;
      const closedDay = newcomer ? stay.startDay + season.everyDays : stay.endDay;
      const sentMs = sentDay * dayMs + 14 * hourMs + (stay.index % 50) * 60_000;
      const invitee = newcomer || stay.index % 2 === 0 ? `${username}@${org.domain}` : username;
      const invite: Invite = {
        id: uuidOf(`invite/${org.name}/${invitee}/${sentDay}`),
        inviter_username: org.owner,
        invitee,
        org: org.name,
        team: stay.index % 3 === 0 ? "backend" : "",
        role: "Member",
        created_at: new Date(sentMs).toISOString(),
      };
      return [{ ...invite, sentMs, closedMs: closedDay * dayMs + 9 * hourMs }];
    }),
  );
}

/** What coming and going leaves in the audit log. Docker documents no payload for these: the keys of `data` are made up. */
export function passingEvents(
  org: { name: string; owner: string },
  people: readonly Person[],
  invited: readonly Invitation[],
): EventDraft[] {
  const by = { account: org.name, actor: org.owner };
  const came = people.flatMap((person): EventDraft[] => {
    const { username, teams } = person;
    const team = teams[0] ?? "backend";
    return [
      {
        ...by,
        action: "org.member.add",
        name: org.name,
        data: { username, role: "member" },
        atMs: joinMs(person),
        description: `added ${username} to the organization ${org.name}`,
      },
      {
        ...by,
        action: "org.team.member.add",
        name: username,
        data: { team },
        atMs: joinMs(person) + 61_250,
        description: `added ${username} to the team ${team}`,
      },
      {
        ...by,
        action: "org.member.remove",
        name: org.name,
        data: { username },
        atMs: leaveMs(person),
        description: `removed ${username} from the organization ${org.name}`,
      },
    ];
  });
  const asked = invited.map(
    (one): EventDraft => ({
      ...by,
      action: "org.member.invite.send",
      name: org.name,
      data: { invitee: one.invitee, role: "member" },
      atMs: one.sentMs,
      description: `invited ${one.invitee} to the organization ${org.name}`,
    }),
  );
  return [...came, ...asked].map((draft) => ({
    ...draft,
    eventId: uuidOf(`${org.name}/${draft.action}/${draft.atMs}/${draft.name}`),
  }));
}

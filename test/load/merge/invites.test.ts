import { expect, it } from "vitest";
import { addMember, type Organization, removeMember } from "../../../demo/organization.ts";
import { jsonReply, refusal } from "../../../demo/reply.ts";
import { combine, type Scenario } from "../../../demo/scenario.ts";
import { altering, answering } from "../../../demo/target.ts";
import { Days, ORG } from "../../kit/days.ts";

const invite = (invitee: string, team = "core") => ({
  id: `i-${invitee}`,
  inviter_username: "boss",
  invitee,
  org: ORG,
  team,
  role: "member",
  created_at: "2026-05-30T08:00:00Z",
});

/** Invitees stand in the list of invitations alone. */
const unlisted = altering("unlisted", { streams: ["members"] }, (reply) => {
  const list = JSON.parse(String(reply.body)) as { count: number; results: { role: string }[] };
  const results = list.results.filter(({ role }) => role !== "Invitee");
  return { ...reply, body: JSON.stringify({ ...list, count: results.length, results }) };
});
const quiet: Scenario = { name: "quiet" };
const failing = (name: string, status: number, body = "{}") =>
  answering(name, { streams: ["invites"] }, () => jsonReply(status, body));

const nights: Record<string, Scenario> = {
  "403": answering("403", { streams: ["invites"] }, () => refusal(403, "no permission")),
  "404": answering("404", { streams: ["invites"] }, () => refusal(404, "not found")),
  "500": failing("500", 500),
  "a broken body": failing("broken", 200, '{"data":[{"id":"i-'),
  "a message instead of a list": failing("message", 200, '{"message":"try later"}'),
};

async function begin(listing: Scenario): Promise<{ days: Days; organization: Organization }> {
  const days = await Days.begin();
  const { organization } = days;
  organization.invites.push(invite("eve@example.com"), invite("finn"), invite("gil"));
  days.play(listing);
  return { days, organization };
}

const OPEN =
  "coalesce(username, email) || ' ' || coalesce(strftime(invited_at, '%d'), '?') || ' ' || array_to_string(teams, '+')";

it.each(
  Object.entries(nights).flatMap(([night, fault]) => [
    { night, fault, how: "listed among the members", listing: quiet },
    { night, fault, how: "in their own list alone", listing: unlisted },
  ]),
)("invitations $how stay open, in the period they had, over a night of $night", async ({ fault, listing }) => {
  const { days } = await begin(listing);
  await days.read();
  days.play(combine(listing, fault));
  const failed = await days.read();
  expect(failed).toMatchObject({ status: "failed", message: expect.stringMatching(/invitations could not be read/) });
  days.play(listing);
  expect(await days.read()).toMatchObject({ status: "ok", message: null });
  expect(await days.periods("seat_type = 'invitee' order by member_key --", OPEN)).toEqual(
    ["invite 0-now eve@example.com 30 core", "invite 0-now finn 30 core", "invite 0-now gil 30 core"].map((line) =>
      line.replace("invite", "initial"),
    ),
  );
  expect(await days.broken()).toEqual([]);
});

it("who joins while invitations cannot be read has accepted, also under an e-mail's name; who leaves has left", async () => {
  const { days, organization } = await begin(unlisted);
  await days.read();
  addMember(organization, { username: "Finn" });
  addMember(organization, { username: "eve", email: "Eve@example.com" });
  removeMember(organization, "ann");
  days.play(combine(unlisted, nights["500"]!));
  await days.read();
  expect(await days.periods("member_key = 'finn'")).toEqual(["initial 0-1 finn", "accept 1-now Finn"]);
  expect(await days.periods("lower(email) = 'eve@example.com'")).toEqual([
    "initial 0-1 eve@example.com",
    "accept 1-now eve",
  ]);
  expect(await days.periods("member_key = 'ann'")).toEqual(["initial 0-1 ann"]);
  expect(await days.periods("member_key = 'gil'")).toEqual(["initial 0-now gil"]);
  expect(await days.broken()).toEqual([]);
});

it("a cancelled invitation closes with the first night that reads the list again", async () => {
  const { days, organization } = await begin(quiet);
  await days.read();
  organization.invites.splice(0, 1);
  days.play(nights["404"]!);
  await days.read();
  expect(await days.periods("member_key = 'eve@example.com'")).toEqual(["initial 0-now eve@example.com"]);
  days.play(quiet);
  await days.read();
  expect(await days.periods("member_key = 'eve@example.com'")).toEqual(["initial 0-2 eve@example.com"]);
});

it("an invitation that came in such a night has one period, and its date and team once they are told", async () => {
  const { days, organization } = await begin(quiet);
  await days.read();
  organization.invites.push(invite("hal", "ops"));
  days.play(nights["500"]!);
  await days.read();
  expect(await days.periods("member_key = 'hal'", OPEN)).toEqual(["invite 1-now hal ? "]);
  days.play(quiet);
  await days.read();
  expect(await days.periods("member_key = 'hal'", OPEN)).toEqual(["invite 1-now hal 30 ops"]);
});

it("a token that never read invitations is no failure, and the member list alone says who is invited", async () => {
  const { days, organization } = await begin(nights["403"]!);
  expect(await days.read()).toMatchObject({
    status: "ok",
    message: expect.stringMatching(/invitations could not be read/),
  });
  organization.invites.splice(0, 1);
  expect(await days.read()).toMatchObject({ status: "ok" });
  expect(await days.periods("member_key = 'eve@example.com'")).toEqual(["initial 0-1 eve@example.com"]);
});

it("a list that fails otherwise than by a refusal is a failure from the first night on", async () => {
  const { days } = await begin(nights["500"]!);
  expect(await days.read()).toMatchObject({ status: "failed" });
});

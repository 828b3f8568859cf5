import type { ProbeReport } from "../run/probe.ts";
import type { StreamReach } from "../run/reach.ts";
import { visible } from "./table.ts";
import { NO_BREAK, wrapWords } from "./wrap.ts";

const WIDTH = 80;
const NAME = 15;
const RESULT = 11;
const REST = WIDTH - NAME - RESULT;

/** What a person reads of a check: the login, each endpoint, and each stream with what it would add and the next step. */
export function checkText({ connections }: Pick<ProbeReport, "connections">): string[] {
  return connections.flatMap(({ name, org, status, checks, streams, notes }) => {
    const covered = new Set<string>(streams.map(({ stream }) => stream));
    const beside = checks.filter(({ what }) => !covered.has(what));
    return [
      `${name} (${org}): ${status}`,
      ...beside.flatMap(({ what, status: result, message }) => row([`  ${what}`, result], message)),
      ...row(["  stream", "reachable"], "why"),
      ...streams.flatMap(streamLines),
      ...notes.flatMap((note) => row(["  license", "look at"], note)),
    ];
  });
}

function streamLines({ stream, reachable, why, adds, next }: StreamReach): string[] {
  const more = [...(adds === null ? [] : [`adds: ${adds}`]), ...(next === null ? [] : [`next: ${next}`])];
  return [...row([`  ${stream}`, reachable ? "yes" : "no"], why), ...more.flatMap((text) => row(["", ""], text))];
}

function row([name, result]: readonly [string, string], text: string): string[] {
  const [first = "", ...rest] = wrapped(text, REST);
  const lead = `${name.padEnd(NAME)}${result.padEnd(RESULT)}`;
  return [`${lead}${first}`, ...rest.map((line) => `${" ".repeat(NAME + RESULT)}${line}`)].map((line) =>
    line.trimEnd(),
  );
}

/** Lines of whole words; a scope's name and what stands in quotes stay with the word before. */
function wrapped(text: string, width: number): string[] {
  const whole = visible(text).replace(/ (?=Read\b|List\b|")/g, NO_BREAK);
  return wrapWords(whole, width).map((line) => line.replaceAll(NO_BREAK, " "));
}

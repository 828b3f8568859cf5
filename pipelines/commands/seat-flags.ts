import { type Command, Option } from "commander";
import { isDay } from "../day.ts";
import type { AskedSeats, Place } from "../reports/seat-filter.ts";
import { UsageError } from "../usage-error.ts";

/** What `report licenses` alone takes: which seats, in which order, and whether in a file each. */
export interface SeatFlags extends AskedSeats {
  readonly splitBy?: Place;
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

export function seatFlags(command: Command): Command {
  return command
    .option("--todo <WORDS>", "only seats with these recommendations, as in reclaim,cancel_invite", collect)
    .option("--team <NAME>", "only seats of this team (repeatable, or a list with commas)", collect)
    .option("--department <NAME>", "only seats of this department (likewise)", collect)
    .option("--manager <NAME>", "only seats of this manager's people (likewise)", collect)
    .option("--changed-since <DAY>", "only seats whose status is another one since this day (UTC)", parseDay)
    .option("--sort <ORDER>", "saving, days, changed or seat: what comes first")
    .addOption(
      new Option("--split-by <PLACE>", "with --out DIR: a file for each manager, department or team").choices([
        "manager",
        "department",
        "team",
      ]),
    );
}

function parseDay(text: string): string {
  if (isDay(text)) return text;
  throw new UsageError(`--changed-since ${text} is no day; write it like 2026-09-30`);
}

/** The flags that were given, each with its value. */
export function givenSeatFlags({ todo, team, department, manager, changedSince, sort, splitBy }: SeatFlags) {
  return {
    "--todo": todo,
    "--team": team,
    "--department": department,
    "--manager": manager,
    "--changed-since": changedSince,
    "--sort": sort,
    "--split-by": splitBy,
  };
}

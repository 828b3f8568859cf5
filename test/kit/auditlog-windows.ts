import { eventTextsOf, type Organization } from "../../demo/organization.ts";
import type { HubClient } from "../../extract/hub/client.ts";
import { readWindow, type TimedLog, type WindowRead } from "../../extract/log-window.ts";
import { auditlogOf } from "../../extract/streams/auditlog.ts";
import { union, type Window } from "../../extract/windows.ts";
import { textsOf } from "./at-the-hub.ts";

export const minute = 60_000;
export const day = 86_400_000;

export const logOf = (hub: HubClient, org = "acme"): TimedLog => auditlogOf({ hub, org });

/** The instant of a record, in milliseconds. */
export const timeOf = (text: string) => Date.parse((JSON.parse(text) as { timestamp: string }).timestamp);

export const within = (texts: readonly string[], { from, to }: Window) =>
  texts.filter((text) => timeOf(text) >= from && timeOf(text) < to);

/** What the hub truly holds in a window. */
export const heldIn = (organization: Organization, window: Window) => within([...eventTextsOf(organization)], window);

/** Reads a window and all that is left of it, as a run does. */
export async function readAll(log: TimedLog, window: Window): Promise<WindowRead[]> {
  const reads: WindowRead[] = [];
  const left: Window[] = [window];
  for (let steps = 0; left.length > 0; steps++) {
    if (steps > 500) throw new Error("the window never ends");
    const { read, rest } = await readWindow(log, left.pop()!);
    if (read) reads.push(read);
    left.push(...rest);
  }
  return reads;
}

/** The records of windows, each counted in its own window only: requests overlap by a second, and merging drops that. */
export const recordsIn = (reads: readonly WindowRead[]) =>
  reads.flatMap(({ pages, window }) => within(textsOf(pages), window));

/** Whether the windows that were read are `window`, with no gap and no overlap. */
export function isWhole(reads: readonly WindowRead[], window: Window): boolean {
  const windows = reads.map((read) => read.window);
  const length = windows.reduce((sum, { from, to }) => sum + to - from, 0);
  const joined = union(windows);
  return (
    joined.length === 1 &&
    joined[0]!.from === window.from &&
    joined[0]!.to === window.to &&
    length === window.to - window.from
  );
}

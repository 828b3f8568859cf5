/** The streams that `streams:` of a connection switches. */
export const SWITCHED = ["pulls", "groups", "repositories", "tokens"] as const;

export type SwitchedStream = (typeof SWITCHED)[number];

/** on: read where the credential reaches it; off: never asked for; required: a run without it is partial. */
export type StreamSwitch = "on" | "off" | "required";

export type StreamSwitches = Readonly<Record<SwitchedStream, StreamSwitch>>;

/** A stream that could be read before and cannot any more is missed from then on: its newest day, or its newest list, is older. */
export const STALE_MS = 7 * 86_400_000;

export const DEFAULT_STREAMS: StreamSwitches = { pulls: "on", groups: "on", repositories: "on", tokens: "on" };

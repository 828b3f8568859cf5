import type { Stream } from "../../extract/stream.ts";
import { type NamedStream, type ReportedName, STREAMS } from "../../extract/streams.ts";
import type { Connection } from "../config/connections.ts";

/** What the configuration says of a stream and those that accompany it. */
interface StreamSettings {
  readonly isOn: boolean;
  readonly path?: string | undefined;
}

type Switches = Pick<Connection, "auditlog"> & {
  readonly [Key in "auditlogPath" | "streams"]?: Connection[Key] | undefined;
};

export function settingsOf(connection: Switches, { reportsAs }: NamedStream): StreamSettings {
  const { auditlog, auditlogPath, streams } = connection;
  const settings: Partial<Record<ReportedName, StreamSettings>> = {
    auditlog: { isOn: auditlog, path: auditlogPath },
    ...Object.fromEntries(Object.entries(streams ?? {}).map(([name, value]) => [name, { isOn: value !== "off" }])),
  };
  return settings[reportsAs] ?? { isOn: true };
}

/** Whether a run without the stream is partial: one that the configuration names so. */
export function isRequired({ streams }: Switches, { reportsAs }: NamedStream): boolean {
  return Object.entries(streams ?? {}).some(([name, value]) => name === reportsAs && value === "required");
}

export function isOn(connection: Switches, stream: NamedStream): boolean {
  return settingsOf(connection, stream).isOn;
}

/** The same by a stream's name; one that this version does not know is on. */
export function isNameOn(connection: Switches, name: string): boolean {
  const stream = STREAMS.find((one) => one.name === name);
  return stream === undefined || isOn(connection, stream);
}

export function offMessage(stream: NamedStream): string {
  return `switched off in the configuration (${settingText(stream, "off")})`;
}

/** A stream's setting as it stands in the file: `audit_log: off`, `streams: { pulls: off }`. */
export function settingText({ needs }: Stream, value: string): string {
  const [section, key] = needs.setting?.split(".") ?? [];
  return key === undefined ? `${section}: ${value}` : `${section}: { ${key}: ${value} }`;
}

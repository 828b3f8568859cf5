import { REPORTED } from "../../extract/streams.ts";
import { type ConnectionReport, EXIT, type StreamReport } from "./outcome.ts";

/** Whether a stream counts for the outcome: one that is switched off or not needed does not. */
function isCounted({ failure }: StreamReport): boolean {
  return failure !== "off" && failure !== "optional";
}

function counted(connections: readonly ConnectionReport[]): StreamReport[] {
  return connections.flatMap(({ streams }) => Object.values(streams)).filter(isCounted);
}

/** Whether anything was loaded of what a run is for. */
function isLoaded(connections: readonly Pick<ConnectionReport, "streams">[]): boolean {
  const own = REPORTED.filter(({ isOptional }) => !isOptional);
  return connections.some(({ streams }) => own.some(({ reportsAs }) => wasLoaded(streams[reportsAs])));
}

/** Whether every server's clock was more than a day from ours: ours may be the wrong one, and no seat is judged by it. */
export function isEveryClockWrong(connections: readonly ConnectionReport[]): boolean {
  return connections.length > 0 && counted(connections).every(({ failure }) => failure === "clock");
}

/** The connection's status by its streams'. */
export function connectionStatus(streams: ConnectionReport["streams"]): ConnectionReport["status"] {
  if (
    Object.values(streams)
      .filter(isCounted)
      .every(({ status }) => status === "ok")
  )
    return "ok";
  return isLoaded([{ streams }]) ? "partial" : "failed";
}

/** A stream that failed half-way has still loaded what it read; one that was not asked for (members, with --from) loaded nothing. */
function wasLoaded(stream: Pick<StreamReport, "windows">): boolean {
  return stream.windows > 0;
}

/** The exit code of a sync by what became of its streams. */
export function syncExitCode(connections: readonly ConnectionReport[]): number {
  const streams = counted(connections);
  if (streams.every(({ status }) => status === "ok")) return EXIT.done;
  if (isLoaded(connections) || streams.some(({ failure }) => failure === "guarded")) return EXIT.partial;
  return streams.some(({ failure }) => failure === "refused") ? EXIT.refused : EXIT.unexpected;
}

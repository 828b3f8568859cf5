import type { Case } from "./case.ts";
import { history } from "./cases/history.ts";
import { latency } from "./cases/latency.ts";
import { memory } from "./cases/memory.ts";
import { pipeline } from "./cases/pipeline.ts";
import { rebuild } from "./cases/rebuild.ts";
import { stages } from "./cases/stages.ts";
import { startup } from "./cases/startup.ts";
import { years } from "./cases/years.ts";

/** All cases, in the order of the table. */
export const cases: readonly Case[] = [pipeline, stages, latency, history, years, rebuild, memory, startup];

/** What a case is given: whether small sizes do, an empty folder of its own, and a way to say how far it is. */
export interface Bench {
  readonly isQuick: boolean;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** One measured number. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What is better; null where neither is. */
  readonly better: "less" | "more" | null;
  /** Says the same on any machine (a ratio within one run, a count, a peak of memory), so that runs can be compared by it. */
  readonly isCompared: boolean;
}

export interface Measured {
  /** What was measured, in words; figures are compared only where this is the same. */
  readonly size: string;
  readonly figures: readonly Figure[];
  /** What a reader of the table should know. */
  readonly notes?: readonly string[];
}

export interface Case {
  readonly name: string;
  /** What it tells, in one line. */
  readonly tells: string;
  run(bench: Bench): Promise<Measured>;
}

export const seconds = (name: string, value: number): Figure => ({
  name,
  value,
  unit: "s",
  better: "less",
  isCompared: false,
});

export const coreSeconds = (name: string, value: number): Figure => ({ ...seconds(name, value), unit: "core-s" });

export const rate = (name: string, value: number, unit = "events/s"): Figure => ({
  name,
  value,
  unit,
  better: "more",
  isCompared: false,
});

export const megabytes = (name: string, value: number): Figure => ({
  name,
  value,
  unit: "MB",
  better: "less",
  isCompared: true,
});

export const count = (name: string, value: number, better: Figure["better"] = "less"): Figure => ({
  name,
  value,
  unit: "",
  better,
  isCompared: true,
});

/** `better`: "less" for a cost beside a smaller one, "more" for a speed beside a limit. */
export const ratio = (name: string, value: number, better: "less" | "more"): Figure => ({
  name,
  value,
  unit: "x",
  better,
  isCompared: true,
});

/** A ratio of times on the clock: what else the machine does shows in it, so runs are not compared by it. */
export const clockRatio = (name: string, value: number, better: "less" | "more"): Figure => ({
  ...ratio(name, value, better),
  isCompared: false,
});

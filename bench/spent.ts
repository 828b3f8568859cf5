/** What a piece of work took of this process, all its threads together. */
export interface Spent {
  readonly seconds: number;
  readonly coreSeconds: number;
}

export async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, coreSeconds: (user + system) / 1e6 };
}

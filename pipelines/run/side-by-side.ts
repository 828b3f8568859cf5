/** How often it is asked whether one more may begin. */
const ASKED_EVERY_MS = 5;

/** Says, before a work ends, what it leaves to be done: before all that waits, or behind it. */
export type Leave<T> = (rest: readonly T[], goes: "first" | "last") => void;

export interface SideBySide<T> {
  readonly work: (one: T, leave: Leave<T>) => Promise<void>;
  /** Whether one more may begin beside so many. Where none is under way and none may begin, all is over. */
  readonly mayBegin: (busy: number) => boolean;
  /** One ended, and so many are not. */
  readonly onEnd: (open: number) => void;
}

/** Works on each, begun in their order. The first that throws ends it, once those that were begun are through. */
export async function sideBySide<T>(all: readonly T[], { work, mayBegin, onEnd }: SideBySide<T>): Promise<void> {
  const queue = [...all];
  const thrown: unknown[] = [];
  let busy = 0;
  let wake = () => {};
  const leave: Leave<T> = (rest, goes) => {
    if (goes === "first") queue.unshift(...rest);
    else queue.push(...rest);
    wake();
  };
  const begin = async (one: T) => {
    busy++;
    try {
      await work(one, leave);
    } catch (error) {
      thrown.push(error);
    }
    busy--;
    onEnd(queue.length + busy);
    wake();
  };
  for (;;) {
    while (queue.length > 0 && thrown.length === 0 && mayBegin(busy)) void begin(queue.shift()!);
    if (busy === 0) break;
    await new Promise<void>((resolve) => {
      const timer = queue.length > 0 ? setTimeout(resolve, ASKED_EVERY_MS) : undefined;
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  if (thrown.length > 0) throw thrown[0];
}

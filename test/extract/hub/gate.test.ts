import { expect, it } from "vitest";
import { Gate } from "../../../extract/hub/gate.ts";

/** Work that is noted when it begins and ends when it is told to. */
function works(gate: Gate) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const done = new Map<string, Promise<void>>();
  const enter = (name: string, rank = 0) => {
    const work = () =>
      new Promise<void>((resolve) => {
        begun.push(name);
        ends.set(name, resolve);
      });
    done.set(name, gate.run(rank, work));
  };
  const end = async (name: string) => {
    ends.get(name)!();
    await done.get(name);
    await new Promise(setImmediate);
  };
  return { begun, enter, end };
}

it("no more are let in than may be, the lowest rank first and of one rank who came first", async () => {
  const { begun, enter, end } = works(new Gate(2));
  for (const [name, rank] of [
    ["a", 5],
    ["b", 5],
    ["c", 5],
    ["d", 1],
    ["e", 5],
    ["f", 1],
  ] as const)
    enter(name, rank);
  await new Promise(setImmediate);
  expect(begun.join("")).toBe("ab");
  for (const name of ["a", "b", "d", "f"]) await end(name);
  expect(begun.join("")).toBe("abdfce");
});

it("more are let in at once where the number grows, and fewer where it shrinks", async () => {
  const gate = new Gate(1);
  const { begun, enter, end } = works(gate);
  for (const name of "abcde") enter(name);
  gate.most = 3;
  await new Promise(setImmediate);
  expect(begun.join("")).toBe("abc");
  gate.most = 1;
  for (const name of ["a", "b"]) await end(name);
  expect(begun.join("")).toBe("abc");
  await end("c");
  expect(begun.join("")).toBe("abcd");
});

it("who fails leaves as well", async () => {
  const gate = new Gate(1);
  await expect(gate.run(0, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await gate.run(0, async () => 7)).toBe(7);
});

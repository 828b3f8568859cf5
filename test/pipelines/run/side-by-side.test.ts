import { expect, it } from "vitest";
import { sideBySide } from "../../../pipelines/run/side-by-side.ts";

const turn = () => new Promise(setImmediate);

it("works are begun in order, no more than may be, and what one leaves goes before or behind those that wait", async () => {
  const begun: string[] = [];
  const open: number[] = [];
  await sideBySide(["a", "b", "c"], {
    work: async (one, leave) => {
      begun.push(one);
      if (one === "a") leave(["last"], "last");
      if (one === "b") leave(["first"], "first");
      await turn();
    },
    mayBegin: (busy) => busy < 1,
    onEnd: (left) => open.push(left),
  });
  expect(begun).toEqual(["a", "b", "first", "c", "last"]);
  expect(open).toEqual([3, 3, 2, 1, 0]);
});

it("others are begun as soon as they may, before the first has ended", async () => {
  const begun: string[] = [];
  let isShown = false;
  await sideBySide(["newest", "other"], {
    work: async (one) => {
      begun.push(one);
      if (one === "other") return;
      await turn();
      isShown = true;
      while (begun.length < 2) await turn();
    },
    mayBegin: (busy) => isShown || busy === 0,
    onEnd: () => {},
  });
  expect(begun).toEqual(["newest", "other"]);
});

it("what one throws is thrown once those that were begun are through, and no other is begun", async () => {
  const ended: string[] = [];
  const all = sideBySide(["a", "b", "c"], {
    work: async (one) => {
      if (one === "a") throw new Error("no");
      await turn();
      ended.push(one);
    },
    mayBegin: (busy) => busy < 2,
    onEnd: () => {},
  });
  await expect(all).rejects.toThrow("no");
  expect(ended).toEqual(["b"]);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth, wrapText } from "../../../pipelines/reports/wrap.ts";

describe("long lines", () => {
  it("go on below what they say, at words, and colours take no place", () => {
    const line = "  members    read 20 min ago (2026-11-24T16:05:46Z), without Insights";
    expect(wrapText(line, 40).split("\n")).toEqual([
      "  members    read 20 min ago",
      "             (2026-11-24T16:05:46Z),",
      "             without Insights",
    ]);
    expect(wrapText(`\u001b[1m${"word ".repeat(3).trim()}\u001b[22m`, 14)).not.toContain("\n");
  });

  it("of a command can be copied: each but the last ends with a backslash", () => {
    expect(wrapText("  $ docktally report licenses --out seats.html", 30).split("\n")).toEqual([
      "  $ docktally report \\",
      "    licenses --out \\",
      "    seats.html",
    ]);
  });

  it("break no amount, and its currency stays beside it", () => {
    expect(wrapText("4 were never assigned (1 056 USD)", 26).split("\n")).toEqual([
      "4 were never assigned",
      "  (1 056 USD)",
    ]);
  });

  it("hold every word in its order, and none is wider than the screen, whatever they say", () => {
    const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom("a", "b", "é", "山", "-") });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), fc.integer({ min: 4, max: 60 }), (words, width) => {
        const text = wrapText(words.join(" "), width);
        expect(text.replace(/\s/g, "")).toBe(words.join(""));
        expect(text.split("\n").filter((line) => displayWidth(line) > width)).toEqual([]);
      }),
    );
  });
});

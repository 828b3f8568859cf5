import { describe, expect, it } from "vitest";
import { scenarioOf } from "../../demo/faults.ts";
import { addEvent, emptyOrganization, forgetEventsBefore } from "../../demo/organization.ts";
import { bulkOrganization } from "../../demo/organizations.ts";
import { findOldest } from "../../extract/horizon.ts";
import { visit } from "../kit/at-the-hub.ts";
import { day, heldIn, logOf, timeOf } from "../kit/auditlog-windows.ts";

const end = Date.UTC(2026, 0, 1);
const ever = { from: 0, to: end + day };

describe.concurrent("the oldest event that the source still holds", () => {
  it("takes one request while nothing was forgotten", () => {
    const organization = bulkOrganization("acme", 5000);
    const known = timeOf(heldIn(organization, ever)[0]!);
    return visit(organization, {}, async ({ hub, count }) => {
      expect(await findOldest(logOf(hub), known, end)).toBe(known);
      expect(count("/auditlogs/acme")).toBe(1);
    });
  });

  it("is nothing where the source holds nothing, and few requests say so", () =>
    visit(emptyOrganization("acme"), {}, async ({ hub, count }) => {
      expect(await findOldest(logOf(hub), end - 900 * day, end)).toBeNull();
      expect(count("/auditlogs/acme")).toBeLessThanOrEqual(10);
    }));

  const cases: [string, number, number, string | undefined][] = [
    ["a day of a quiet log", 900, 1, undefined],
    ["a day of a busy log", 40_000, 1, undefined],
    ["a month", 5000, 30, undefined],
    ["most of it", 5000, 89, undefined],
    ["a day, where pages are clamped to seven", 5000, 1, "page-size-clamped"],
    ["a month, where pages are clamped to seven", 20_000, 30, "page-size-clamped"],
  ];
  it.each(cases)("is found in few requests after the hub forgot %s", (_, events, days, fault) => {
    const organization = bulkOrganization("acme", events);
    const known = timeOf(heldIn(organization, ever)[0]!);
    const scenario = fault ? scenarioOf(fault) : undefined;
    return visit(organization, { scenario }, async ({ hub, count }) => {
      forgetEventsBefore(organization, new Date(known + days * day));
      const oldest = timeOf(heldIn(organization, ever)[0]!);
      const found = await findOldest(logOf(hub), known, end);
      expect(found).toBeGreaterThanOrEqual(oldest);
      expect(found! - oldest).toBeLessThan(fault ? day / 4 : 60_000);
      expect(count("/auditlogs/acme")).toBeLessThanOrEqual(22);
    });
  });

  it("is older than was known where the source shows more", () => {
    const organization = emptyOrganization("acme");
    for (const ago of [5, 4, 3])
      addEvent(organization, { action: "a.b", name: "x", actor: "ann", atMs: end - ago * day });
    return visit(organization, {}, async ({ hub }) => {
      expect(await findOldest(logOf(hub), end - 4 * day, end)).toBe(end - 5 * day);
    });
  });
});

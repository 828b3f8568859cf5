import { dirname, isAbsolute, join } from "node:path";
import type { LicenseRow } from "../../load/settings.ts";
import type { LicenseShape } from "./schema.ts";

/** What the operator says about an organization's seats. null: not configured. */
export interface LicenseSettings extends LicenseRow {
  readonly billing_cycle: "yearly" | "monthly";
  /** The path of the people file. */
  readonly people: string | null;
  /** The path of the decisions file: CSV, or a workbook. */
  readonly decisions: string | null;
}

export const DEFAULT_LICENSE: LicenseSettings = Object.freeze({
  plan: null,
  seats_purchased: null,
  price_per_seat_month: null,
  currency: "USD",
  renewal_date: null,
  billing_cycle: "yearly",
  idle_after_days: 60,
  grace_days: 30,
  invite_after_days: 14,
  assumed_retention_days: 30,
  stale_after_days: 7,
  service_accounts: Object.freeze([]),
  exclude: Object.freeze([]),
  people: null,
  decisions: null,
});

/** Fills license settings in, key by key: the later of the given ones wins, then the defaults. */
export function fillLicense(file: string, ...given: readonly (LicenseShape | undefined)[]): LicenseSettings {
  const { exclude = [], people, decisions, ...own }: LicenseShape = Object.assign({}, ...given);
  return {
    ...DEFAULT_LICENSE,
    ...(own as Partial<LicenseSettings>),
    exclude: exclude.map(({ username, until = null, reason = null }) => ({ username, until, reason })),
    people: people === undefined ? null : besideFile(file, people),
    decisions: decisions === undefined ? null : besideFile(file, decisions),
  };
}

/** A path as written in a file: from the file's own folder. */
export function besideFile(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

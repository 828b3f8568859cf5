import { dirname, isAbsolute, join } from "node:path";
import type { LicenseShape } from "./schema.ts";

/** A seat that is kept whatever its activity: until a day (that day included), or for good. */
export interface Exclusion {
  readonly username: string;
  readonly until: string | null;
  readonly reason: string | null;
}

/** What the operator says about an organization's seats. null: not configured. */
export interface LicenseSettings {
  readonly plan: string | null;
  readonly seats_purchased: number | null;
  readonly price_per_seat_month: number | null;
  readonly currency: string;
  /** `YYYY-MM-DD`; repeats with the billing cycle. */
  readonly renewal_date: string | null;
  readonly billing_cycle: "yearly" | "monthly";
  readonly idle_after_days: number;
  readonly grace_days: number;
  readonly invite_after_days: number;
  readonly assumed_retention_days: number;
  /** A stream that could not be read for so many days no longer holds back the moment that seats are judged at. */
  readonly stale_after_days: number;
  /** Globs on usernames. */
  readonly service_accounts: readonly string[];
  readonly exclude: readonly Exclusion[];
  /** The path of the people file. */
  readonly people: string | null;
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
});

/** Fills license settings in, key by key: the later of the given ones wins, then the defaults. */
export function fillLicense(file: string, ...given: readonly (LicenseShape | undefined)[]): LicenseSettings {
  const own: LicenseShape = Object.assign({}, ...given);
  return {
    plan: own.plan ?? DEFAULT_LICENSE.plan,
    seats_purchased: own.seats_purchased ?? DEFAULT_LICENSE.seats_purchased,
    price_per_seat_month: own.price_per_seat_month ?? DEFAULT_LICENSE.price_per_seat_month,
    currency: own.currency ?? DEFAULT_LICENSE.currency,
    renewal_date: own.renewal_date ?? DEFAULT_LICENSE.renewal_date,
    billing_cycle: own.billing_cycle ?? DEFAULT_LICENSE.billing_cycle,
    idle_after_days: own.idle_after_days ?? DEFAULT_LICENSE.idle_after_days,
    grace_days: own.grace_days ?? DEFAULT_LICENSE.grace_days,
    invite_after_days: own.invite_after_days ?? DEFAULT_LICENSE.invite_after_days,
    assumed_retention_days: own.assumed_retention_days ?? DEFAULT_LICENSE.assumed_retention_days,
    stale_after_days: own.stale_after_days ?? DEFAULT_LICENSE.stale_after_days,
    service_accounts: own.service_accounts ?? DEFAULT_LICENSE.service_accounts,
    exclude: (own.exclude ?? []).map(({ username, until, reason }) => ({
      username,
      until: until ?? null,
      reason: reason ?? null,
    })),
    people: own.people === undefined ? null : besideFile(file, own.people),
  };
}

/** A path as written in a file: from the file's own folder. */
export function besideFile(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

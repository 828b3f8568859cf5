import type { Row, Value } from "./rows.ts";

/** The instant of the last run in every case: not midnight, so that a rule that rounds to days is caught. */
export const NOW = "2026-10-22T06:00:00Z";

/** The instant some days before another one. */
export function ago(days: number, from = NOW): string {
  return new Date(Date.parse(from) - days * 86_400_000).toISOString();
}

/** An instant moved by milliseconds. */
export function shift(instant: string, milliseconds: number): string {
  return new Date(Date.parse(instant) + milliseconds).toISOString();
}

const next = (day: string) => shift(day, 86_400_000).replace(".000", "");

export type Tables = Record<string, Row[]>;

/** One organization of the fixture: each method adds rows as a run would have left them. */
export class Org {
  readonly name: string;
  readonly tables: Tables = {};
  readonly #files: string;

  constructor(name: string) {
    this.name = name;
    this.#files = `raw/${name}`;
  }

  add(table: string, row: Row): void {
    const rows = this.tables[table] ?? [];
    this.tables[table] = rows;
    rows.push({ org: this.name, ...row });
  }

  settings(row: Row = {}): void {
    this.add("ops.license_settings", {
      connection: this.name,
      set_at: ago(400),
      plan: "business",
      price_per_seat_month: 24,
      currency: "USD",
      billing_cycle: "yearly",
      idle_after_days: 60,
      grace_days: 30,
      invite_after_days: 14,
      assumed_retention_days: 30,
      service_accounts: [],
      exclude: [],
      ...row,
    });
  }

  file(row: Row): void {
    this.add("ops.loaded_files", {
      raw_file: `${this.#files}/${this.tables["ops.loaded_files"]?.length ?? 0}.parquet`,
      run_id: `run ${row.read_at}`,
      read_at: NOW,
      records: 0,
      facts: 0,
      rejected: 0,
      duplicates: 0,
      loaded_at: NOW,
      ...row,
    });
  }

  /** A window of the audit log, read now unless the row says otherwise. */
  window(from: string, to: string, row: Row = {}): void {
    this.file({ stream: "auditlog", kind: "window", window_from: from, window_to: to, ...row });
  }

  /** An event that was returned at an instant, whether or not it was known before. */
  returned(at: string, readAt: string = NOW): void {
    this.add("ops.event_days", {
      raw_file: `${this.#files}/${readAt}.parquet`,
      read_at: readAt,
      event_date: at.slice(0, 10),
      first_event_at: at,
      events: 1,
    });
  }

  /** The audit log of so many days before now, with an event every twenty days and at its beginning. */
  auditlog(days: number): void {
    this.window(ago(days), NOW, { oldest_event_at: ago(days) });
    for (let day = 20; day < days; day += 20) this.returned(ago(day));
  }

  /** The pull reports of so many days, up to and including the one that ends so many days ago. */
  pulls(fromDay: string, toDay: string): void {
    for (let from = fromDay; from < toDay; from = next(from))
      this.file({ stream: "pulls", kind: "report", window_from: from, window_to: next(from) });
  }

  snapshot(takenAt: string = NOW, row: Row = {}): void {
    this.file({ stream: "members", kind: "snapshot", read_at: takenAt });
    this.add("ops.member_snapshots", {
      taken_at: takenAt,
      members: 1,
      invitees: 0,
      insights_members: 0,
      emails: 0,
      run_id: `run ${takenAt}`,
      raw_file: `${this.#files}/members`,
      ...row,
    });
  }

  /** A snapshot now, in which somebody has an Insights value. */
  insights(takenAt: string = NOW): void {
    this.snapshot(takenAt, { insights_members: 1 });
  }

  member(username: string | null, row: Row = {}): void {
    const key = (username ?? String(row.email)).toLowerCase();
    this.add("dim_member", {
      member_key: key,
      member_id: null,
      person: String(row.member_id ?? key),
      username,
      role: "Member",
      seat_type: "member",
      teams: [],
      is_guest: false,
      valid_from: ago(300),
      valid_to: null,
      is_current: (row.valid_to ?? null) === null,
      change_type: "initial",
      run_id: "run",
      ...row,
    });
  }

  invitee(username: string | null, row: Row = {}): void {
    this.member(username, { seat_type: "invitee", role: "Invitee", change_type: "invite", ...row });
  }

  fact(actor: string | null, occurredAt: string, row: Row = {}): void {
    const action = String(row.action ?? "repo.push");
    this.add("fct_usage", {
      fact_id: `fact ${this.tables.fct_usage?.length ?? 0}`,
      occurred_at: occurredAt,
      action,
      source_action: action,
      category: action.split(".")[0] as Value,
      verb: action.split(".").at(-1) as Value,
      actor,
      actor_kind: "member",
      via_token: false,
      quantity: 1,
      source: "auditlog",
      run_id: "run",
      raw_file: `${this.#files}/0.parquet`,
      raw_row: 0,
      ...row,
    });
  }

  /** A moment to judge at, instead of the default one. */
  moment(row: Row = {}): void {
    this.add("seat_moments", {
      moment_id: 1,
      as_of: NOW,
      known_until: row.as_of ?? NOW,
      idle_after_days: 60,
      grace_days: 30,
      invite_after_days: 14,
      assumed_retention_days: 30,
      price_per_seat_month: 24,
      currency: "USD",
      ...row,
    });
  }
}

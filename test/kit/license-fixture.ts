import type { Column, QueryRows, ValueType } from "../../load/warehouse/rows.ts";
import type { LicenseDocument } from "../../pipelines/reports/license-document.ts";

/** Names that somebody could give themselves to harm who opens the report. */
export const HOSTILE = {
  formula: "=cmd|' /C calc'!A0",
  script: "<script>alert(1)</script>",
  closing: "</script><img src=x onerror=alert(2)>",
  turning: "\u202Egnp.exe مريم",
  emoji: "🦭 Ünïcode 👩‍💻",
  plus: "+SUM(1,2)",
} as const;

type SeatSpec = readonly [
  name: string,
  status: string,
  confidence: string,
  recommendation: string,
  days: number | null,
];

const alpha: readonly SeatSpec[] = [
  ["olivia", "active", "high", "keep", 0],
  [HOSTILE.emoji, "active", "high", "keep", 12],
  [HOSTILE.formula, "idle", "high", "reclaim", 75],
  [HOSTILE.script, "never_active", "high", "reclaim", null],
  [HOSTILE.turning, "idle", "medium", "review", 190],
  ["newbie", "new", "high", "keep", null],
];
const beta: readonly SeatSpec[] = [
  ["bob", "idle", "low", "review", 400],
  [HOSTILE.closing, "pending_invite", "low", "cancel_invite", null],
  [HOSTILE.plus, "no_data", "none", "collect", null],
];
const PRICE: Readonly<Record<string, number | null>> = { alpha: 15.5, beta: null };
export const STATUS_NAMES = ["active", "new", "idle", "never_active", "pending_invite", "no_data"] as const;
const AS_OF = "2026-09-30T12:00:00.000Z";

const typed = (type: ValueType, names: string): Column[] => names.split(" ").map((name) => ({ name, type }));

const seatColumns: Column[] = [
  ...typed("timestamp", "as_of"),
  ...typed("text", "org username email full_name role seat_type"),
  ...typed("list", "teams"),
  ...typed("boolean", "is_owner"),
  ...typed("text", "protected_reason department"),
  ...typed("timestamp", "last_activity_at"),
  ...typed("text", "last_activity"),
  ...typed("number", "days_since_activity active_days_30"),
  ...typed("list", "sources_observed"),
  ...typed("text", "confidence status status_reason recommendation"),
  ...typed("number", "price_per_seat_month"),
  ...typed("text", "currency"),
  ...typed("number", "wasted_month saving_year"),
  ...typed("date", "saving_effective_date"),
];

const GOES = ["reclaim", "review", "cancel_invite"];

function seatRow(org: string, [name, status, confidence, recommendation, days]: SeatSpec): readonly unknown[] {
  const price = PRICE[org] ?? null;
  const wasted = price === null ? null : GOES.includes(recommendation) ? price : 0;
  const at = days === null ? null : new Date(Date.parse(AS_OF) - days * 86_400_000).toISOString();
  const owner = name === "olivia";
  const invitee = status === "pending_invite";
  return [
    AS_OF,
    org,
    invitee ? null : name,
    invitee ? name : `${org}@example.com`,
    name === "bob" ? "-1+1 Bobson" : null,
    owner ? "owner" : "member",
    invitee ? "invitee" : "member",
    owner ? ["owners", HOSTILE.script] : [],
    owner,
    owner ? "owner" : null,
    org === "alpha" ? "@research" : null,
    at,
    at === null ? null : "repo.tag.push",
    days,
    days !== null && days < 30 ? 3n : 0n,
    confidence === "none" ? [] : ["auditlog"],
    confidence,
    status,
    `Why ${name} is ${status}; threshold 60 days.`,
    recommendation,
    price,
    "USD",
    wasted,
    wasted === null ? null : 12 * wasted,
    "2027-03-01",
  ];
}

const summaryColumns: Column[] = [
  ...typed("timestamp", "as_of"),
  ...typed("text", "org plan"),
  ...typed("number", "seats_purchased seats_assigned"),
  ...typed("number", STATUS_NAMES.join(" ")),
  ...typed("number", "seats_spare seats_over_assigned utilization price_per_seat_month"),
  ...typed("text", "currency"),
  ...typed("number", "cost_month cost_per_active_seat"),
  ...typed(
    "number",
    "saving_year_spare saving_year_high saving_year_medium saving_year_low saving_year_invites saving_realized_year",
  ),
  ...typed("number", "observed_days threshold_days"),
];

function summaryRow(org: string, seats: readonly SeatSpec[], purchased: number | null): readonly unknown[] {
  const price = PRICE[org] ?? null;
  const count = (of: string) => seats.filter(([, status]) => status === of).length;
  const saving = (level: string) =>
    price === null
      ? null
      : 12 * price * seats.filter(([, s, c]) => (s === "idle" || s === "never_active") && c === level).length;
  return [
    AS_OF,
    org,
    org === "alpha" ? "business" : null,
    purchased,
    BigInt(seats.length),
    ...STATUS_NAMES.map(count),
    purchased === null ? null : Math.max(0, purchased - seats.length),
    purchased === null ? null : Math.max(0, seats.length - purchased),
    count("active") / seats.length,
    price,
    "USD",
    price === null ? null : price * (purchased ?? seats.length),
    price === null || count("active") === 0 ? null : (price * (purchased ?? seats.length)) / count("active"),
    price === null || purchased === null ? null : 12 * price * Math.max(0, purchased - seats.length),
    saving("high"),
    saving("medium"),
    saving("low"),
    price === null ? null : 12 * price * count("pending_invite"),
    price === null ? null : 12 * price,
    60,
    60,
  ];
}

function documentOf(orgs: readonly (readonly [org: string, seats: readonly SeatSpec[], purchased: number | null])[]) {
  const summary: QueryRows = { columns: summaryColumns, rows: orgs.map((each) => summaryRow(...each)) };
  const seats = orgs.flatMap(([org, list]) => list.map((seat) => seatRow(org, seat)));
  const weeks = ["2026-09-13", "2026-09-20", "2026-09-27"];
  const trend = orgs.flatMap(([org, list]) =>
    weeks.flatMap((week) =>
      STATUS_NAMES.map((of) => [org, week, of, list.filter(([, status]) => status === of).length]),
    ),
  );
  const activity = weeks.flatMap((week, i) => [
    ["alpha", week, "publish", 40 + i, 3],
    ["alpha", week, HOSTILE.script, 4, 1],
  ]);
  const teams = [
    ["alpha", "owners", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    ["alpha", HOSTILE.formula, 2, 0, 1, 1, 0, 0, 31, 0, 15.5, 0],
  ];
  const coverage = [
    ["alpha", "auditlog", "2026-06-01T00:00:00.000Z", AS_OF, true, null],
    ["beta", "auditlog", "2026-09-01T00:00:00.000Z", "2026-09-02T00:00:00.000Z", false, "@gap"],
  ];
  return {
    as_of: AS_OF,
    notes: [],
    summary,
    seats: { columns: seatColumns, rows: seats },
    decisions: { columns: [], rows: [] },
    whatIf: {
      columns: [{ name: "threshold_days", type: "number" }, ...summaryColumns.slice(0, -1)],
      rows: [30, 90].flatMap((days) => summary.rows.map((row) => [days, ...row.slice(0, -1)])),
    },
    trend: {
      columns: [
        ...typed("text", "org"),
        ...typed("date", "week_end_date"),
        ...typed("text", "status"),
        ...typed("number", "seats"),
      ],
      rows: trend,
    },
    activity: {
      columns: [
        ...typed("text", "org"),
        ...typed("date", "week_start_date"),
        ...typed("text", "category"),
        ...typed("number", "facts active_people"),
      ],
      rows: activity,
    },
    teams: {
      columns: [
        ...typed("text", "org team"),
        ...typed(
          "number",
          "seats active idle never_active pending_invite no_data wasted_month_high wasted_month_medium wasted_month_low wasted_month_invites",
        ),
      ],
      rows: teams,
    },
    coverage: {
      columns: [
        ...typed("text", "org stream"),
        ...typed("timestamp", "from to"),
        ...typed("boolean", "assured"),
        ...typed("text", "note"),
      ],
      rows: coverage,
    },
  } satisfies LicenseDocument;
}

/** Two organizations with every status, every confidence and hostile names; the second has no price and no purchased seats. */
export const twoOrganizations: LicenseDocument = documentOf([
  ["alpha", alpha, 8],
  ["beta", beta, null],
]);

/** What every object of the language has under these names; people may be called so, too. */
export const PROTOTYPE_NAMES: readonly string[] = Object.getOwnPropertyNames(Object.prototype);

/** An organization of such people; its name is one of them. */
export const prototypePeople: LicenseDocument = documentOf([
  ["constructor", PROTOTYPE_NAMES.map((name): SeatSpec => [name, "idle", "high", "reclaim", 75]), null],
]);

/** One organization of this many seats. */
export function manySeats(count: number): LicenseDocument {
  const kinds = [...alpha, ...beta];
  const seats = Array.from({ length: count }, (_, i): SeatSpec => {
    const [, ...rest] = kinds[i % kinds.length]!;
    return [`user-${String(i).padStart(5, "0")}`, ...rest];
  });
  return documentOf([["alpha", seats, count + 10]]);
}

/** A report of a warehouse where nothing was loaded. */
export const nothingLoaded: LicenseDocument = {
  as_of: null,
  notes: [],
  summary: { columns: summaryColumns, rows: [] },
  seats: { columns: seatColumns, rows: [] },
  decisions: { columns: [], rows: [] },
  whatIf: { columns: [], rows: [] },
  trend: { columns: [], rows: [] },
  activity: { columns: [], rows: [] },
  teams: { columns: typed("text", "org team"), rows: [] },
  coverage: { columns: typed("text", "org stream"), rows: [] },
};

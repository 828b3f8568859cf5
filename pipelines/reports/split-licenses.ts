import type { QueryRows } from "../../load/warehouse/rows.ts";
import { toRecords } from "./records.ts";
import { keyOf, type Place, rowsAt, valuesOf } from "./seat-filter.ts";

/** The seats of one manager, department or team, and the name of the file that they go into, without its ending. */
export interface SeatGroup {
  readonly file: string;
  /** null: the seats that have none. */
  readonly name: string | null;
  readonly seats: QueryRows;
}

/** The seats by place, in alphabetical order; those without one last, as `none`. A seat of several teams is in each. */
export function groupSeats(seats: QueryRows, place: Place): SeatGroup[] {
  const groups = new Map<string, { name: string; places: number[] }>();
  const without: number[] = [];
  for (const [i, seat] of toRecords(seats).entries()) {
    const values = valuesOf(seat, place);
    if (values.length === 0) without.push(i);
    for (const value of values) {
      const group = groups.get(keyOf(value)) ?? { name: value.trim(), places: [] };
      groups.set(keyOf(value), group);
      group.places.push(i);
    }
  }
  const taken = new Set(["none"]);
  const named = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  return [
    ...named.map(({ name, places }) => ({ file: freeName(name, taken), name, seats: rowsAt(seats, places) })),
    ...(without.length > 0 ? [{ file: "none", name: null, seats: rowsAt(seats, without) }] : []),
  ];
}

/** A file name that every system takes, and that no other has: letters, digits, `.`, `_`, `-`, `@`. */
function freeName(name: string, taken: Set<string>): string {
  const safe = name
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}\p{M}._@-]+/gu, "_")
    .replace(/^[._-]+|[._-]+$/g, "");
  const short = [...safe].slice(0, 60).join("");
  const base = short === "" || /^(con|prn|aux|nul|(com|lpt)\d)(\.|$)/i.test(short) ? `_${short}` : short;
  for (let n = 1; ; n++) {
    const free = n === 1 ? base : `${base}-${n}`;
    if (taken.has(free.toLowerCase())) continue;
    taken.add(free.toLowerCase());
    return free;
  }
}

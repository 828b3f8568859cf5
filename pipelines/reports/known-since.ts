import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { sqlText } from "../../transform/query.ts";
import { onlyOrgs } from "./named.ts";

interface Asked {
  /** `YYYY-MM-DD`; null: as of now. */
  readonly asOf: string | null;
  readonly orgs: readonly string[] | null;
}

/**
 * What has to be said of organizations whose members are not known as of the day that is asked for, since their first snapshot
 * came later; nothing where they are. The seats must be prepared for the question.
 */
export async function knownSince({ connection }: WarehouseFile, { asOf, orgs }: Asked): Promise<string[]> {
  if (asOf === null) return [];
  const { rows } = onlyOrgs(await readRows(connection, sqlText("questions/members_known_since")), orgs);
  return rows.map(([org, since, joined, left]) => {
    const changes = `${counted(joined, "join")} and ${counted(left, "leave")} between the two`;
    return `${org}: members are known since ${since}; who had a seat on ${asOf} is not known. The audit log has ${changes}.`;
  });
}

/** Everything that has to be said before the seats: also which invitations are of people who have a seat already. */
export async function licenseNotes(warehouse: WarehouseFile, asked: Asked): Promise<string[]> {
  const query = sqlText("questions/invitations_of_members");
  const { rows } = onlyOrgs(await readRows(warehouse.connection, query), asked.orgs);
  const twice = rows.map(([org, count]) => {
    const some =
      Number(count) === 1
        ? "1 open invitation is a member's and takes"
        : `${count} open invitations are members' and take`;
    return `${org}: ${some} no second seat.`;
  });
  return [...(await knownSince(warehouse, asked)), ...twice];
}

const counted = (count: unknown, what: string) => `${count} ${what}${Number(count) === 1 ? "" : "s"}`;

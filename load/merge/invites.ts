import { parsedInvites } from "../../transform/members.ts";
import { underTheirNames } from "../organizations.ts";
import { type MergeCount, recordFile } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import { makeTemp } from "./temp-table.ts";

/** Notes invitations whose members were merged without them or never written, once they can be read: they tell nothing new. */
export const mergeLoneInvites: Merge = {
  most: 1,
  beside: null,
  isByOrg: false,
  isRepetitive: false,
  tables: [],
  merge: ({ transaction }, units) =>
    transaction(async (tx) => {
      const counts: MergeCount[] = [];
      const given = units.map(({ file }) => file);
      for (const file of await underTheirNames(tx, given)) {
        await makeTemp(tx, "incoming_invites", parsedInvites(file.path));
        counts.push(await recordFile(tx, file, "unused", { facts: 0, rejected: 0 }));
      }
      return counts;
    }),
};

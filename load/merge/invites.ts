import { parsedInvites } from "../../transform/members.ts";
import { fileByFile } from "./file-by-file.ts";
import { recordFile } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import { makeTemp } from "./temp-table.ts";

/** Notes invitations whose members were merged without them or never written, once they can be read: they tell nothing new. */
export const mergeLoneInvites: Merge = {
  most: 1,
  beside: null,
  isByOrg: false,
  isRepetitive: false,
  tables: [],
  merge: fileByFile(async (tx, file) => {
    await makeTemp(tx, "incoming_invites", parsedInvites(file.path));
    return recordFile(tx, file, "unused", { facts: 0, rejected: 0 });
  }),
};

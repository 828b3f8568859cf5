import { bulkOrganization } from "../demo/bulk.ts";
import { startHub } from "../demo/hub.ts";

/** A demo hub in a process of its own: `node hub-process.js EVENTS PAGE_SIZE`; prints its address and serves until it is ended. */
const [events = "1000000", pageSize = "100"] = process.argv.slice(2);
const organization = bulkOrganization("bulk-works", Number(events), { now: new Date(), days: 120 });
const hub = await startHub({ organizations: [organization], pageSizeLimit: Number(pageSize) });
process.stdout.write(`${hub.url}\n`);

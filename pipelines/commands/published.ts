import { mustBeCurrent } from "../../load/warehouse/migrate.ts";
import { openReader, type WarehouseFile } from "../../load/warehouse/open.ts";
import type { Config } from "../config/config.ts";
import type { Format } from "../reports/format-names.ts";
import type { LicenseQuestion } from "../reports/licenses.ts";
import { chosenOrgs } from "../reports/named.ts";
import { seatFilter } from "../reports/seat-filter.ts";
import { heedSettings } from "../run/settings-now.ts";
import { complain } from "../screen.ts";
import { UsageError } from "../usage-error.ts";
import { configOf } from "./console.ts";
import type { CommonFlags, JudgedFlags, OutputFlags } from "./flags.ts";
import type { SeatFlags } from "./seat-flags.ts";

/** Opens the published warehouse for a command that only reads. */
export async function withWarehouse(
  flags: CommonFlags,
  work: (warehouse: WarehouseFile, config: Config) => Promise<void>,
): Promise<void> {
  const config = configOf(flags, false);
  const warehouse = await openReader(config.dataDir);
  try {
    await work(warehouse, config);
  } finally {
    warehouse.close();
  }
}

/** @throws UsageError where the flags ask for two formats, or for columns of what has none */
export function formatOf({ format, json, wide }: OutputFlags): Format {
  if (json && format !== undefined && format !== "json")
    throw new UsageError(`--json and --format ${format} ask for two formats; give one of them`);
  const asked = format ?? (json ? "json" : "table");
  if (wide && asked !== "table") throw new UsageError(`--wide is for tables; --format ${asked} has every column`);
  return asked;
}

/** What the flags of `report` and `explain` ask of the seats. */
export async function licenseQuestion(
  { connection = [], all = false, ...judged }: JudgedFlags & SeatFlags,
  warehouse: WarehouseFile,
  config: Config,
): Promise<LicenseQuestion> {
  await mustBeCurrent(warehouse);
  const orgs = await chosenOrgs(warehouse, { names: connection, all, config });
  const differences = await heedSettings(warehouse, config, orgs);
  for (const difference of differences) complain(difference);
  return {
    orgs,
    hasOwnSettings: differences.length > 0,
    asOf: judged.asOf ?? null,
    idleAfter: judged.idleAfter ?? [],
    grace: judged.grace ?? null,
    price: judged.price ?? null,
    filter: seatFilter(judged),
  };
}

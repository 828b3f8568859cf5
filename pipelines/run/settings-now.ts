import { type ChangedSettings, useSettings } from "../../load/settings.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import type { Config } from "../config/config.ts";

/** What the last sync has made of it stands until the next one. */
const NEXT_SYNC: ReadonlySet<string> = new Set(["assumed_retention_days"]);

/**
 * Lets a reading command judge seats by what the configuration file says now, for those of `orgs` (null: all) that it names;
 * without a file, what the last sync kept stands. Gives a sentence for each organization where that differs, by the keys that do.
 * @throws ConfigError where a people file is missing or wrong
 */
export async function heedSettings(
  warehouse: WarehouseFile,
  { file, connections }: Pick<Config, "file" | "connections">,
  orgs: readonly string[] | null = null,
): Promise<string[]> {
  if (file === null || connections.length === 0) return [];
  const { settingsNow } = await import("./settings.ts");
  const { rows } = await readRows(warehouse.connection, "select org from dim_org");
  const known = new Map(rows.map(([org]) => [String(org).toLowerCase(), String(org)]));
  const settings = connections.flatMap((connection) => {
    const org = known.get(connection.org.toLowerCase());
    return org === undefined || orgs?.includes(org) === false
      ? []
      : [{ org, connection: connection.name, ...settingsNow(connection) }];
  });
  if (settings.length === 0) return [];
  const changed = await useSettings(warehouse, settings);
  return changed.map((one) => sentence(one, file));
}

function sentence({ org, keys }: ChangedSettings, file: string): string {
  const named = (some: readonly string[]) => some.map((key) => `license.${key}`).join(", ");
  const later = keys.filter((key) => NEXT_SYNC.has(key));
  const rest = later.length > 0 ? `, but ${named(later)} only from the next sync on` : "";
  return `${org}: ${named(keys)} differ${keys.length === 1 ? "s" : ""} from the last sync's; seats are judged by what ${file} says now${rest}`;
}

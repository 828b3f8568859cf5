import { openReader } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";

/** What the published warehouse answers to a query; nothing where there is none that can be read. */
export async function publishedRows(
  dataDir: string,
  query: string,
  values: readonly string[] = [],
): Promise<readonly (readonly unknown[])[]> {
  const warehouse = await openReader(dataDir).catch(() => null);
  if (warehouse === null) return [];
  try {
    return (await readRows(warehouse.connection, query, [...values])).rows;
  } catch {
    // a warehouse of another version
    return [];
  } finally {
    warehouse.close();
  }
}

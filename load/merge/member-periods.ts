import type { Transaction } from "kysely";
import type { Warehouse } from "../../transform/warehouse.ts";
import { statement } from "../warehouse/statement.ts";
import type { RawFileInfo } from "./raw-files.ts";

/** Joined members there are, and those of them who are gone; a cancelled invitation is nobody gone. */
export async function countGone(tx: Transaction<Warehouse>, org: string): Promise<{ current: number; gone: number }> {
  const { rows } = await statement<{ current: bigint; gone: bigint }>("merge/count_gone", { org }).execute(tx);
  return { current: Number(rows[0]?.current ?? 0), gone: Number(rows[0]?.gone ?? 0) };
}

/** Ends the periods of those who changed or are gone; what an invitation is only now known by is filled in. */
export async function closeChanged(tx: Transaction<Warehouse>, { org, read_at }: RawFileInfo): Promise<void> {
  await statement("merge/close_periods", { org, read_at }).execute(tx);
  await statement("merge/fill_invitations", { org }).execute(tx);
}

/** Opens a period for everybody who is new or changed. */
export async function openChanged(tx: Transaction<Warehouse>, { read_at, run_id }: RawFileInfo): Promise<void> {
  await statement("merge/open_periods", { read_at, run_id }).execute(tx);
}

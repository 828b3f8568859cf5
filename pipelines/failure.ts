import { NewerWarehouseError, OlderWarehouseError } from "../load/warehouse/migrate.ts";
import {
  DataFolderError,
  NoWarehouseError,
  UnreadableWarehouseError,
  WarehouseHeldError,
} from "../load/warehouse/open.ts";
import { NotAQuestionError } from "../load/warehouse/rows.ts";
import { ConfigError } from "./config/problems.ts";
import { EXIT } from "./run/outcome.ts";
import { UsageError } from "./usage-error.ts";

/** The exit code of a failure and its message. */
export function failureOf(error: unknown): { code: number; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WarehouseHeldError) {
    return {
      code: EXIT.held,
      message: `${message}. Another docktally run is under way there: wait for it, or stop it; nothing was read or changed`,
    };
  }
  if (error instanceof NoWarehouseError)
    return { code: EXIT.usage, message: `${message}. Run "docktally sync" first, or name the folder with --data DIR` };
  if (error instanceof UnreadableWarehouseError) {
    return { code: EXIT.usage, message: `${message}. "docktally rebuild" makes it anew from the raw files` };
  }
  if (error instanceof NewerWarehouseError)
    return { code: EXIT.usage, message: `${message}. Install that version or a later one` };
  if (error instanceof OlderWarehouseError)
    return { code: EXIT.usage, message: `${message}. Run "docktally sync": it brings the warehouse up to date` };
  const usage = [ConfigError, UsageError, NotAQuestionError, DataFolderError];
  if (usage.some((kind) => error instanceof kind)) return { code: EXIT.usage, message };
  const code = (error as { code?: unknown } | null)?.code;
  if (["EACCES", "EROFS", "EPERM", "ENOTDIR", "EEXIST"].includes(String(code))) {
    return { code: EXIT.usage, message: `${message}. The data folder must be writable` };
  }
  if (code === "ENOSPC" || /no space left|disk (is )?full/i.test(message)) {
    return {
      code: EXIT.unexpected,
      message: `${message}. The disk is full: free some space and run again, what was complete is kept`,
    };
  }
  return { code: EXIT.unexpected, message };
}

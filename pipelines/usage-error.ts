import type { CommanderError } from "commander";

/** Bad usage: what was asked for cannot be done as it was asked. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What the reader of the command line found wrong, in the words of all other refusals. */
export function usageMessage({ message }: CommanderError): string {
  const [, said = message, near] =
    /^(?:error: )?(.+?)\.?(?:\s*\(Did you mean (?:one of )?(.+)\?\))?$/s.exec(message) ?? [];
  return `${said}; ${near === undefined ? "docktally help COMMAND says how it is used" : `did you mean ${near}?`}`;
}

/** Bad usage: what was asked for cannot be done as it was asked. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

import { NotFoundError } from "./hub/errors.ts";
import type { Page } from "./page.ts";
import type { PageRows } from "./raw/parquet.ts";

/** The pages of a list, one by one, to the last before an empty one; a page past the end may be answered with 404, too. */
export async function* pagesOf(
  fetch: (number: number) => Promise<Page>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<PageRows, void, undefined> {
  for (let number = 1; number <= most; number++) {
    const page = await fetch(number).catch((error: unknown) => {
      if (error instanceof NotFoundError && number > 1) return null;
      throw error;
    });
    if (page === null || page.starts.length === 0) return;
    yield { page, number };
  }
}

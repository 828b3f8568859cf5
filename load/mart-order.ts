import type { Statements } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/** A query as the engine's parser gives it: nodes within nodes. */
type Node = Readonly<Record<string, unknown>>;

/** What each query reads, common table expressions aside: names without their schema, in the order of `texts`. */
export async function readsOf(db: Statements, texts: readonly string[]): Promise<ReadonlySet<string>[]> {
  const { rows } = await statement<{ tree: string }>("load/syntax_trees", { texts: [...texts] }).execute(db);
  return rows.map(({ tree }, i) => {
    const parsed = JSON.parse(tree) as { error: boolean; error_message?: string };
    if (parsed.error) throw new Error(`this is no query: ${parsed.error_message}: ${texts[i]!.slice(0, 200)}`);
    const read = new Set<string>();
    collect(parsed, new Set(), read);
    return read;
  });
}

function collect(node: unknown, expressions: ReadonlySet<string>, read: Set<string>): void {
  if (Array.isArray(node)) {
    for (const inner of node) collect(inner, expressions, read);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const known = withExpressions(node as Node, expressions);
  const { type, table_name } = node as Node;
  if (type === "BASE_TABLE" && typeof table_name === "string" && !known.has(table_name)) read.add(table_name);
  for (const inner of Object.values(node)) collect(inner, known, read);
}

/** The common table expressions that a query's parts may name. */
function withExpressions(node: Node, outer: ReadonlySet<string>): ReadonlySet<string> {
  const { cte_map } = node as { cte_map?: { map?: readonly { key: string }[] } };
  const own = cte_map?.map ?? [];
  return own.length === 0 ? outer : new Set([...outer, ...own.map(({ key }) => key)]);
}

/**
 * Things in an order in which each one follows those it reads.
 * @throws Error naming those that wait for each other
 */
export function inOrder<T extends { readonly name: string; readonly reads: ReadonlySet<string> }>(
  things: readonly T[],
): T[] {
  const ordered: T[] = [];
  const open = new Set(things);
  while (open.size > 0) {
    const ready = [...open].filter((one) => ![...open].some((other) => one !== other && one.reads.has(other.name)));
    if (ready.length === 0)
      throw new Error(`sql/marts: ${[...open].map(({ name }) => name).join(", ")} read each other in a circle`);
    for (const one of ready) open.delete(one);
    ordered.push(...ready);
  }
  return ordered;
}

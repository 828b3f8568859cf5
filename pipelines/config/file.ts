import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument, visit } from "yaml";
import { keyPath, type Path, type Problem } from "./problems.ts";

/** A configuration file as text that knows its lines. It collects what is wrong, so that all of it is reported at once. */
export class ConfigFile {
  readonly path: string;
  /** The content, with empty values left out; null where the text is not a map of keys. */
  readonly content: Record<string, unknown> | null;
  readonly problems: Problem[] = [];
  readonly warnings: string[] = [];
  readonly #lines = new LineCounter();
  readonly #root: Node | null;
  readonly #lookUp: (node: unknown) => unknown;

  constructor(path: string, text: string) {
    this.path = path;
    const options = { lineCounter: this.#lines, prettyErrors: false, stringKeys: true, logLevel: "error" } as const;
    const document = parseDocument<ParsedNode>(text, options);
    this.#root = document.contents;
    this.#lookUp = (node) => (isAlias(node) ? node.resolve(document) : node);
    for (const { code, pos } of [...document.errors, ...document.warnings]) this.#syntaxProblem(code, pos[0]);
    visit(document, {
      Alias: (_, alias) => {
        if (alias.resolve(document) === undefined) this.#syntaxProblem("BAD_ALIAS", startOf(alias) ?? 0);
      },
    });
    this.content = this.problems.length > 0 ? null : this.#toContent(() => document.toJS({ maxAliasCount: 100 }));
  }

  /** Records that something is wrong at a key, with the line it stands on (for a key that is not there: its parent's). */
  report(path: Path, message: string): void {
    this.problems.push({ file: this.path, line: this.lineOf(path), key: keyPath(path), message });
  }

  /** Records something that works but should not stay. */
  warn(path: Path, message: string): void {
    const warning = `${this.path}:${this.lineOf(path)}: ${keyPath(path)}: ${message}`;
    if (!this.warnings.includes(warning)) this.warnings.push(warning);
  }

  /** The line of a key, or of the nearest place around it that exists. */
  lineOf(path: Path): number {
    let node = this.#lookUp(this.#root);
    let offset = this.#root?.range?.[0] ?? 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
        if (pair === undefined) break;
        offset = startOf(pair.key) ?? offset;
        node = this.#lookUp(pair.value);
      } else if (isSeq(node)) {
        const item = node.items[Number(step)];
        offset = startOf(item) ?? offset;
        node = this.#lookUp(item);
      } else break;
    }
    return this.#lines.linePos(offset).line;
  }

  #syntaxProblem(code: string, offset: number): void {
    const { line, col } = this.#lines.linePos(offset);
    if (this.problems.some((problem) => problem.line === line)) return;
    // The parser's own words may quote the text, and the text may be a secret.
    const words = SYNTAX[code] ?? "this is not valid YAML; check the indentation, the colons, brackets and quotes here";
    this.problems.push({ file: this.path, line, key: "", message: `column ${col}: ${words} (${code})` });
  }

  #toContent(toJS: () => unknown): Record<string, unknown> | null {
    let content: unknown;
    try {
      content = withoutEmpty(toJS());
    } catch {
      this.report([], "the aliases (*) cannot be followed; write the values out");
      return null;
    }
    if (content === null || content === undefined) return {};
    if (typeof content === "object" && !Array.isArray(content)) return content as Record<string, unknown>;
    this.report([], "expected keys and values; start the file with connections:");
    return null;
  }
}

const SYNTAX: Readonly<Record<string, string>> = {
  BAD_INDENT: "the indentation does not fit the lines above; line the keys up with spaces",
  TAB_AS_INDENT: "a tab indents this line; use spaces",
  DUPLICATE_KEY: "this key stands here twice; keep one",
  MISSING_CHAR: "a quote, bracket, comma or colon is missing; close it",
  BAD_ALIAS: 'this starts with * like an alias, which leads nowhere; put it in quotes, as in "*-bot"',
  BAD_SCALAR_START: "a value cannot start with this character; put the value in quotes",
  TAG_RESOLVE_FAILED: "this starts like a YAML tag (!); put the value in quotes",
  UNEXPECTED_TOKEN: "this cannot stand here; between braces or brackets, put a variable in quotes",
  MULTIPLE_DOCS: "a second document starts here; keep one, without a line of ---",
};

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** A key without a value counts as not set. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutEmpty(inner)]));
}

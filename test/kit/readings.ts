import { onTestFinished } from "vitest";
import { slicePage } from "../../extract/page.ts";
import { newRunId, RawStore } from "../../extract/raw/store.ts";
import { loadActionRules } from "../../load/merge/actions.ts";
import { mergeRawFiles } from "../../load/merge/merge.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { emptyFolder, type Row } from "./at-work.ts";

export const NOON = Date.parse("2025-06-01T12:00:00Z");
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** What an event of the test says; seconds after NOON, what it pushed, and its id where it has one. */
export interface Said {
  readonly at: number;
  readonly tag: string;
  readonly id?: string | undefined;
  readonly action?: string;
  readonly account?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

const textOf = ({ at, tag, id, action = "repo.tag.push", account = "acme", data }: Said) =>
  JSON.stringify({
    ...(id === undefined ? {} : { event_id: id }),
    account,
    action,
    name: "acme/app",
    actor: 'Ann - access token "CI"',
    data: { tag, labels: { of: tag }, ...data },
    timestamp: new Date(NOON + at * 1000).toISOString(),
    action_description: "pushed",
  });

/** A warehouse and the readings that are merged into it: a run each time, with a raw file for each window. */
export class Readings {
  readonly warehouse: WarehouseFile;
  readonly files: string[] = [];
  readonly #store: RawStore;
  #runs = 0;

  static async begin(): Promise<Readings> {
    const warehouse = await openWriter(emptyFolder());
    onTestFinished(() => warehouse.close());
    await migrate(warehouse, "0.0.0");
    await loadActionRules(warehouse);
    return new Readings(warehouse);
  }

  private constructor(warehouse: WarehouseFile) {
    this.warehouse = warehouse;
    this.#store = new RawStore(warehouse.dataDir);
  }

  /** What a run leaves on the disk. */
  async write(windows: readonly (readonly Said[])[], org = "acme"): Promise<string[]> {
    const read_at = new Date(NOON + ++this.#runs * 30 * DAY);
    const run_id = newRunId(read_at);
    const files: string[] = [];
    for (const said of windows) {
      const body = Buffer.from(`{"logs":[${said.map(textOf).join(",")}]}`);
      const meta = { org, stream: "auditlog", kind: "window", run_id, read_at } as const;
      const window = { window_from: new Date(NOON), window_to: read_at };
      files.push(
        await this.#store.write({ ...meta, ...window }, [{ page: slicePage(body, "logs", read_at), number: 1 }]),
      );
    }
    this.files.push(...files);
    return files;
  }

  async merge(files: readonly string[]): Promise<{ facts: number; duplicates: number; warnings: string[] }> {
    const { counts, broken, unmerged } = await mergeRawFiles(this.warehouse, files);
    if (broken.length > 0) throw broken[0];
    if (unmerged.length > 0) throw new Error(unmerged[0]!.message);
    const sum = (key: "facts" | "duplicates") => counts.reduce((total, count) => total + count[key], 0);
    return {
      facts: sum("facts"),
      duplicates: sum("duplicates"),
      warnings: counts.flatMap(({ warnings }) => warnings ?? []),
    };
  }

  async read(...windows: (readonly Said[])[]) {
    return this.merge(await this.write(windows));
  }

  async rows(query: string): Promise<Row[]> {
    const { columns, rows } = await readRows(this.warehouse.connection, query);
    const small = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, small(row[i])])));
  }

  /** Facts by instant and tag, with how many there are of each and their ids. */
  facts(): Promise<Row[]> {
    return this.rows(
      `select (epoch_ms(occurred_at) - ${NOON}) // 1000 as at, data ->> '$.tag' as tag, list(fact_id order by fact_id) as ids
       from fct_usage group by all order by all`,
    );
  }

  /** Everything of the warehouse that a rebuild makes again, as one text. */
  async state(): Promise<string> {
    const facts = await this.rows("select * from fct_usage order by org, fact_id");
    const loaded = await this.rows("select * exclude (loaded_at) from ops.loaded_files order by raw_file");
    return JSON.stringify([facts, loaded]);
  }

  /** Forgets all and merges the raw files again, all in one call. */
  async rebuild(): Promise<void> {
    for (const table of ["fct_usage", "ops.loaded_files", "ops.rejected"])
      await this.warehouse.connection.run(`delete from ${table}`);
    await this.merge([...this.files].sort());
  }
}

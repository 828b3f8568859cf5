// @ts-check
// The page's own script: fills, sorts and filters the table of seats. Text gets into the page as text nodes only. It shows a
// hundred rows at a time, so that thousands of seats stay quick; on paper it shows all that the filters leave.

(() => {
  /** @typedef {string | number | null} Value */
  /** @typedef {{ name: string, label: string, kind: "who" | "word" | "number" | "money" | "text", order?: string[] }} Column */
  /** @typedef {{ columns: Column[], labels: Record<string, string>, rows: Value[][] }} Seats */

  /**
   * The element of this id, which the page surely has.
   * @template {HTMLElement} T
   * @param {string} id
   * @param {new () => T} kind
   */
  const byId = (id, kind) => {
    const found = document.getElementById(id);
    if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} ${id}`);
    return found;
  };

  const PAGE = 100;
  /** @type {Seats} */
  const { columns, labels, rows } = JSON.parse(byId("seat-data", HTMLScriptElement).textContent ?? "");
  const DETAILS = columns.length;
  const CURRENCY = columns.length + 1;
  const table = byId("seat-table", HTMLTableElement);
  const [body] = table.tBodies;
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  const form = byId("filters", HTMLFormElement);
  const search = byId("search", HTMLInputElement);
  const sorting = byId("sort", HTMLSelectElement);
  const filters = [...form.querySelectorAll("select")].filter(({ dataset }) => dataset.filter !== undefined);
  const [previous, next, all] = ["previous", "next", "all"].map((id) => byId(id, HTMLButtonElement));
  const money = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  /** @param {Value} value */
  const word = (value) => (Object.hasOwn(labels, String(value)) ? labels[String(value)] : String(value));
  const searched = rows.map((row) =>
    [...row, ...columns.map(({ kind }, i) => (kind === "word" && row[i] ? word(row[i]) : ""))].join("\n").toLowerCase(),
  );
  let order = rows.map((_, i) => i);
  let shown = order;
  let page = 0;
  let isWhole = false;
  let sorted = -1;
  let isDescending = false;

  /**
   * @param {Value} value
   * @param {Column} column
   */
  const sortKey = (value, column) => {
    if (value === null) return null;
    if (column.order) {
      const place = column.order.indexOf(String(value));
      return place < 0 ? column.order.length : place;
    }
    return typeof value === "number" ? value : value.toLowerCase();
  };

  /**
   * @param {number} column -1 for the order in which the report has them
   * @param {boolean} descending
   */
  const sort = (column, descending) => {
    sorted = column;
    isDescending = descending;
    const by = columns[column];
    const keys = by ? rows.map((row) => sortKey(row[column] ?? null, by)) : [];
    order = rows.map((_, i) => i);
    if (by) {
      order.sort((a, b) => {
        const [x, y] = [keys[a] ?? null, keys[b] ?? null];
        if (x === y) return a - b;
        if (x === null) return 1;
        if (y === null) return -1;
        return (x < y ? -1 : 1) * (descending ? -1 : 1);
      });
    }
    const direction = descending ? "descending" : "ascending";
    for (const [i, head] of heads.entries()) head.setAttribute("aria-sort", i === column ? direction : "none");
    sorting.value = by ? String(column) : "";
    filter();
  };

  const filter = () => {
    const words = search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((each) => each !== "");
    const wanted = filters.filter(({ value }) => value !== "");
    shown = order.filter(
      (i) =>
        wanted.every(({ dataset, value }) => rows[i]?.[Number(dataset.filter)] === value) &&
        words.every((each) => searched[i]?.includes(each)),
    );
    page = 0;
    render();
  };

  /**
   * @param {string} name
   * @param {string} [className]
   * @param {string} [text]
   */
  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  /** @param {Column} column */
  const classOf = ({ name, kind }) => {
    if (kind === "number" || kind === "money") return "number";
    if (name === "status_reason") return "why";
    return name.endsWith("_at") ? "day" : "";
  };

  /**
   * @param {Value[]} row
   * @param {Column} column
   * @param {number} i
   */
  const cell = (row, column, i) => {
    const value = row[i] ?? null;
    const isHead = column.kind === "who";
    const made = element(isHead ? "th" : "td", classOf(column));
    made.setAttribute("role", isHead ? "rowheader" : "cell");
    made.dataset.label = column.label;
    if (value === null) made.append("–");
    else if (column.kind === "word")
      made.append(element("span", `pill s-${String(value).replace(/[^a-z_]/g, "")}`, word(value)));
    else if (column.kind === "money") made.append(`${money.format(Number(value))} ${row[CURRENCY]}`);
    else made.append(element("bdi", "", String(value)));
    if (isHead) {
      made.setAttribute("scope", "row");
      if (row[DETAILS]) made.append(element("bdi", "details", String(row[DETAILS])));
    }
    return made;
  };

  const render = (everything = isWhole) => {
    const from = everything ? 0 : page * PAGE;
    const part = everything ? shown : shown.slice(from, from + PAGE);
    const made = document.createDocumentFragment();
    for (const i of part) {
      const line = element("tr");
      line.setAttribute("role", "row");
      line.append(...columns.map((column, c) => cell(rows[i] ?? [], column, c)));
      made.append(line);
    }
    body?.replaceChildren(made);
    const pages = Math.ceil(shown.length / PAGE);
    const some = `${shown.length} of ${rows.length}`;
    byId("count", HTMLElement).textContent = `${shown.length === rows.length ? rows.length : some} seats`;
    byId("page", HTMLElement).textContent = everything
      ? `all ${shown.length} rows`
      : `rows ${Math.min(from + 1, shown.length)} to ${from + part.length} of ${shown.length}`;
    byId("pages", HTMLElement).hidden = pages <= 1;
    if (previous) previous.disabled = everything || page === 0;
    if (next) next.disabled = everything || page >= pages - 1;
    if (all) all.textContent = everything ? "Show pages" : "Show all";
  };

  /** @param {number} step */
  const turn = (step) => {
    page += step;
    render();
    table.scrollIntoView({ block: "start" });
  };

  for (const [i, head] of heads.entries())
    head.firstElementChild?.addEventListener("click", () => sort(i, sorted === i && !isDescending));
  sorting.addEventListener("change", () => sort(sorting.value === "" ? -1 : Number(sorting.value), false));
  search.addEventListener("input", filter);
  for (const select of filters) select.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => sort(-1, false)));
  previous?.addEventListener("click", () => turn(-1));
  next?.addEventListener("click", () => turn(1));
  all?.addEventListener("click", () => {
    isWhole = !isWhole;
    page = 0;
    render();
  });
  addEventListener("beforeprint", () => render(true));
  addEventListener("afterprint", () => render());
  form.hidden = false;
  sort(-1, false);
})();

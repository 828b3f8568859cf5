/**
 * The page's own script: fills, sorts and filters the table of seats. Text gets into the page as text nodes only.
 * It shows a hundred rows at a time, so that thousands of seats stay quick; on paper it shows all that the filters leave.
 */
export const SCRIPT = String.raw`
"use strict";
(() => {
  const PAGE = 100;
  const byId = (id) => document.getElementById(id);
  const { columns, labels, rows } = JSON.parse(byId("seat-data").textContent);
  const DETAILS = columns.length, CURRENCY = columns.length + 1;
  const table = byId("seat-table"), body = table.tBodies[0], form = byId("filters");
  const heads = [...table.tHead.rows[0].cells];
  const money = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const word = (value) => (Object.hasOwn(labels, value) ? labels[value] : value);
  const haystacks = rows.map((row) =>
    [...row, ...columns.map(({ kind }, i) => (kind === "word" && row[i] ? word(row[i]) : ""))].join("\n").toLowerCase());
  let order = rows.map((_, i) => i), shown = order, page = 0, whole = false, sorted = -1, down = false;

  const key = (value, column) => {
    if (value === null) return null;
    if (column.order) { const at = column.order.indexOf(value); return at < 0 ? column.order.length : at; }
    return typeof value === "number" ? value : value.toLowerCase();
  };
  const sort = (column, descending) => {
    sorted = column; down = descending;
    const keys = column < 0 ? [] : rows.map((row) => key(row[column], columns[column]));
    order = rows.map((_, i) => i);
    if (column >= 0) order.sort((a, b) => {
      const x = keys[a], y = keys[b];
      if (x === y) return a - b;
      if (x === null) return 1;
      if (y === null) return -1;
      return (x < y ? -1 : 1) * (descending ? -1 : 1);
    });
    heads.forEach((head, i) => head.setAttribute("aria-sort", i !== column ? "none" : descending ? "descending" : "ascending"));
    byId("sort").value = column < 0 ? "" : String(column);
    filter();
  };
  const filter = () => {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter((each) => each !== "");
    const wanted = [...form.querySelectorAll("[data-filter]")].filter((select) => select.value !== "");
    shown = order.filter((i) => wanted.every((select) => rows[i][select.dataset.filter] === select.value)
      && words.every((each) => haystacks[i].includes(each)));
    page = 0;
    render();
  };
  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const cell = (row, column, i) => {
    const value = row[i], number = column.kind === "number" || column.kind === "money";
    const made = element(column.kind === "who" ? "th" : "td", number ? "number" : column.name === "status_reason" ? "why" : column.name.endsWith("_at") ? "day" : "");
    made.setAttribute("role", column.kind === "who" ? "rowheader" : "cell");
    made.dataset.label = column.label;
    if (value === null) made.append("–");
    else if (column.kind === "word") made.append(element("span", "pill s-" + value.replace(/[^a-z_]/g, ""), word(value)));
    else if (column.kind === "money") made.append(money.format(value) + " " + row[CURRENCY]);
    else made.append(element("bdi", "", String(value)));
    if (column.kind === "who") {
      made.scope = "row";
      if (row[DETAILS]) made.append(element("bdi", "details", row[DETAILS]));
    }
    return made;
  };
  const render = (everything = whole) => {
    const from = everything ? 0 : page * PAGE, part = everything ? shown : shown.slice(from, from + PAGE);
    const made = document.createDocumentFragment();
    for (const i of part) {
      const line = element("tr");
      line.setAttribute("role", "row");
      line.append(...columns.map((column, c) => cell(rows[i], column, c)));
      made.append(line);
    }
    body.replaceChildren(made);
    const pages = Math.ceil(shown.length / PAGE);
    byId("count").textContent = shown.length === rows.length ? rows.length + " seats" : shown.length + " of " + rows.length + " seats";
    byId("page").textContent = everything ? "all " + shown.length + " rows" : "rows " + Math.min(from + 1, shown.length) + " to " + (from + part.length) + " of " + shown.length;
    byId("pages").hidden = pages <= 1;
    byId("previous").disabled = everything || page === 0;
    byId("next").disabled = everything || page >= pages - 1;
    byId("all").textContent = everything ? "Show pages" : "Show all";
  };

  heads.forEach((head, i) => head.firstElementChild.addEventListener("click", () => sort(i, sorted === i && !down)));
  byId("sort").addEventListener("change", ({ target }) => sort(target.value === "" ? -1 : Number(target.value), false));
  byId("search").addEventListener("input", filter);
  for (const select of form.querySelectorAll("[data-filter]")) select.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => sort(-1, false)));
  const turn = (step) => { page += step; render(); table.scrollIntoView({ block: "start" }); };
  byId("previous").addEventListener("click", () => turn(-1));
  byId("next").addEventListener("click", () => turn(1));
  byId("all").addEventListener("click", () => { whole = !whole; page = 0; render(); });
  addEventListener("beforeprint", () => render(true));
  addEventListener("afterprint", () => render());
  form.hidden = false;
  sort(-1, false);
})();
`;

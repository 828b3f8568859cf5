// @ts-check
// The page's own script: sorts, filters and saves the table of seats, whose rows are all in the page. Text gets into the page as
// text nodes only. It shows a hundred seats at a time, so that thousands stay quick; on paper it shows all that the filters leave.

(() => {
  /** @typedef {{ body: HTMLTableSectionElement, texts: string[][], searched: string, place: number }} Seat */

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
  const MISSING = "–";
  const table = byId("seat-table", HTMLTableElement);
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  const names = heads.map(({ dataset }) => dataset.name ?? "");
  const form = byId("filters", HTMLFormElement);
  const search = byId("search", HTMLInputElement);
  const sorting = byId("sort", HTMLSelectElement);
  const filters = [...form.querySelectorAll("select")].filter(({ dataset }) => dataset.filter !== undefined);
  const controls = [...filters, search, sorting];
  const [previous, next, all] = ["previous", "next", "all"].map((id) => byId(id, HTMLButtonElement));

  /** @param {Element} cell */
  const textsOf = (cell) => {
    const parts = [...cell.querySelectorAll("bdi")].map(({ textContent }) => textContent ?? "");
    return parts.length > 0 ? parts : [cell.textContent ?? ""];
  };
  /** @type {Seat[]} */
  const seats = [...table.tBodies].map((body, place) => {
    const texts = [...(body.rows[0]?.cells ?? [])].map(textsOf);
    return { body, texts, searched: (body.textContent ?? "").toLowerCase(), place };
  });
  let shown = seats;
  let page = 0;
  let isWhole = false;

  /** @param {string} text */
  const amountOf = (text) => Number.parseFloat(text.replaceAll("\u00a0", ""));

  /**
   * What a seat sorts by; null where it is missing, which stands last whatever the direction.
   * @param {Seat} seat
   * @param {number} column
   */
  const keyOf = ({ texts }, column) => {
    const [text = MISSING] = texts[column] ?? [];
    if (text === MISSING) return null;
    if (heads[column]?.className === "number") return amountOf(text);
    const select = filters.find(({ dataset }) => dataset.filter === names[column]);
    const place = [...(select?.options ?? [])].findIndex(({ textContent }) => textContent === text);
    return place >= 0 ? place : text.toLowerCase();
  };

  /** @param {Seat[]} some */
  const sorted = (some) => {
    const isDescending = sorting.value.startsWith("-");
    const column = names.indexOf(isDescending ? sorting.value.slice(1) : sorting.value);
    for (const [i, head] of heads.entries())
      head.setAttribute("aria-sort", i !== column ? "none" : isDescending ? "descending" : "ascending");
    if (column < 0) return some;
    const keys = new Map(some.map((seat) => [seat, keyOf(seat, column)]));
    return [...some].sort((a, b) => {
      const [x, y] = [keys.get(a) ?? null, keys.get(b) ?? null];
      if (x === y) return a.place - b.place;
      if (x === null) return 1;
      if (y === null) return -1;
      return (x < y ? -1 : 1) * (isDescending ? -1 : 1);
    });
  };

  const update = () => {
    const words = search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((each) => each !== "");
    const wanted = filters.flatMap(({ dataset, value, selectedOptions: [option] }) => {
      const column = names.indexOf(dataset.filter ?? "");
      const not = option?.dataset.not;
      if (not !== undefined) return [(/** @type {Seat} */ { texts }) => !texts[column]?.includes(not)];
      if (value === "" || (value === "all" && dataset.filter === "recommendation")) return [];
      return [(/** @type {Seat} */ { texts }) => texts[column]?.includes(option?.textContent ?? "")];
    });
    const left = seats.filter(
      (seat) => wanted.every((passes) => passes(seat)) && words.every((each) => seat.searched.includes(each)),
    );
    shown = sorted(left);
    page = 0;
    render();
  };

  const render = (everything = isWhole) => {
    const from = everything ? 0 : page * PAGE;
    const part = everything ? shown : shown.slice(from, from + PAGE);
    for (const body of [...table.tBodies]) body.remove();
    table.append(...part.map(({ body }) => body));
    const some = `${shown.length} of ${seats.length}`;
    byId("count", HTMLElement).textContent = `${shown.length === seats.length ? seats.length : some} seats`;
    const empty = byId("empty", HTMLElement);
    empty.hidden = shown.length > 0;
    empty.textContent =
      seats.length === 0 ? "There are no seats." : "No seat matches these filters. Take one away, or press Reset.";
    byId("page", HTMLElement).textContent = everything
      ? `all ${shown.length} seats`
      : `seats ${Math.min(from + 1, shown.length)} to ${from + part.length} of ${shown.length}`;
    const pages = Math.ceil(shown.length / PAGE);
    byId("pages", HTMLElement).hidden = pages <= 1;
    if (previous) previous.disabled = everything || page === 0;
    if (next) next.disabled = everything || page >= pages - 1;
    if (all) all.textContent = everything ? "Show pages" : "Show all";
  };

  /** The filters as the end of the page's address, so that a link shows the same rows. */
  const write = () => {
    const said = controls.filter(({ value }) => value !== "").map(({ name, value }) => [name, value]);
    if (said.length === 0 && !location.hash.includes("=")) return;
    history.replaceState(null, "", said.length === 0 ? "#seats" : `#${new URLSearchParams(said)}`);
  };
  const read = () => {
    if (!location.hash.includes("=")) return;
    const said = new URLSearchParams(location.hash.slice(1));
    for (const control of controls) {
      control.value = said.get(control.name) ?? "";
      if (control instanceof HTMLSelectElement && control.selectedIndex < 0) control.selectedIndex = 0;
    }
    update();
    byId("seats", HTMLElement).scrollIntoView();
  };
  const changed = () => {
    write();
    update();
  };

  /** @param {string} text */
  const csvCell = (text) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const csv = () => {
    const others = heads.slice(1);
    const head = [
      "Seat",
      "Name",
      "E-mail",
      "Role",
      ...others.map(({ dataset }) => dataset.label ?? ""),
      "Currency",
      "Why",
    ];
    const lines = shown.map(({ body, texts }) => {
      const [who, ...cells] = body.rows[0]?.cells ?? [];
      const part = (/** @type {string} */ kind) => who?.querySelector(`.${kind}`)?.textContent ?? "";
      const values = cells.map((_, i) => {
        const own = (texts[i + 1] ?? []).join("; ");
        if (own === MISSING) return "";
        return others[i]?.className === "number" ? String(amountOf(own)) : own;
      });
      const money = cells.find(({ className }) => className.includes("saving_year"))?.textContent ?? "";
      const currency = money.replace(/^[\d.\u00a0–−-]*/, "").trim();
      const why = body.rows[1]?.textContent ?? "";
      return [texts[0]?.[0] ?? "", part("name"), part("mail"), part("role"), ...values, currency, why];
    });
    return [head, ...lines].map((line) => `${line.map(csvCell).join(",")}\n`).join("");
  };
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
    link.download = "seats.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  /** @param {number} step */
  const turn = (step) => {
    page += step;
    render();
    table.scrollIntoView({ block: "start" });
  };

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    head.dataset.label = head.textContent ?? "";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const { name } = head.dataset;
      sorting.value = sorting.value === name ? `-${name}` : (name ?? "");
      changed();
    });
  }
  sorting.addEventListener("change", changed);
  search.addEventListener("input", changed);
  for (const select of filters) select.addEventListener("change", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed));
  byId("csv", HTMLButtonElement).addEventListener("click", save);
  previous?.addEventListener("click", () => turn(-1));
  next?.addEventListener("click", () => turn(1));
  all?.addEventListener("click", () => {
    isWhole = !isWhole;
    page = 0;
    render();
  });
  addEventListener("beforeprint", () => render(true));
  addEventListener("afterprint", () => render());
  addEventListener("hashchange", read);
  form.hidden = false;
  update();
  read();
})();

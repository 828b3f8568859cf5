/**
 * The page's style. One colour a status everywhere, chosen to be told apart with any colour vision (after Okabe and Ito)
 * and to stand out from light and dark paper by 3 to 1; no meaning hangs on a colour alone.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b2430; --soft: #526070; --line: #c9d1da; --panel: #f4f6f9; --link: #0b5cad; --warn: #9a3412;
  --active: #00805c; --new: #2a87c8; --idle: #b87800; --never_active: #c14a00; --pending_invite: #b0578c; --no_data: #7a8490;
  --saving_year_high: #0b5394; --saving_year_medium: #3d85c6; --saving_year_low: #7d93ab; --saving_year_invites: #b0578c;
  --kind-0: #0b5394; --kind-1: #b87800; --kind-2: #00805c; --kind-3: #b0578c; --kind-4: #2a9bc8; --kind-5: #7a8490;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12171e; --ink: #e6ebf1; --soft: #a5b1bf; --line: #3a4653; --panel: #1b222b; --link: #7ab8ff; --warn: #ffb38a;
    --active: #1fb98a; --new: #67bdf0; --idle: #e8a92c; --never_active: #ef7a3a; --pending_invite: #dd8fbd; --no_data: #98a3b0;
    --saving_year_high: #6aaaf0; --saving_year_medium: #4a86c0; --saving_year_low: #8ea1b5; --saving_year_invites: #dd8fbd;
    --kind-0: #6aaaf0; --kind-1: #e8a92c; --kind-2: #1fb98a; --kind-3: #dd8fbd; --kind-4: #4cc3dd; --kind-5: #98a3b0;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; background: var(--paper); color: var(--ink); }
body { margin: 0 auto; max-width: 1500px; padding: 1.25rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; line-height: 1.2; margin: 2rem 0 .25rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1rem 0 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.note { color: var(--soft); margin: .15rem 0 .6rem; font-size: .9rem; }
.warn { color: var(--warn); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:not(:focus) { position: absolute; left: -999rem; }
nav ul, .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .25rem 0; padding: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .6rem; margin: .6rem 0; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .7rem; }
.card dt { font-size: .82rem; color: var(--soft); }
.card dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.card.warn dd { color: var(--warn); }
.charts { columns: 23rem; column-gap: 1rem; margin: 1rem 0 0; }
figure { display: block; margin: 0 0 1rem; break-inside: avoid; border: 1px solid var(--line); border-radius: .4rem; padding: .7rem; }
figcaption { font-weight: 600; }
figure svg { display: block; width: 100%; height: auto; max-width: 34rem; max-height: 20rem; font-family: inherit; }
.legend { font-size: .82rem; }
.swatch { display: inline-block; width: .75em; height: .75em; margin-right: .35em; border-radius: 2px; background: var(--mark, var(--line)); }
.s-active { --mark: var(--active); } .s-new { --mark: var(--new); } .s-idle { --mark: var(--idle); }
.s-never_active { --mark: var(--never_active); } .s-pending_invite { --mark: var(--pending_invite); }
.s-no_data { --mark: var(--no_data); }
.s-kind-0 { --mark: var(--kind-0); } .s-kind-1 { --mark: var(--kind-1); } .s-kind-2 { --mark: var(--kind-2); }
.s-kind-3 { --mark: var(--kind-3); } .s-kind-4 { --mark: var(--kind-4); } .s-kind-5 { --mark: var(--kind-5); }
details { margin: .4rem 0; }
summary { cursor: pointer; }
.figures summary { font-size: .82rem; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; }
caption { text-align: left; color: var(--soft); padding: .2rem 0; }
th, td { text-align: left; overflow-wrap: break-word; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--panel); border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody th { font-weight: 600; }
#seat-table tbody th { min-width: 12rem; overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.details { display: block; font-weight: 400; color: var(--soft); font-size: .92em; }
.day { white-space: nowrap; }
.why { min-width: 16rem; color: var(--soft); }
.pill { white-space: nowrap; }
.pill[class*=" s-"]::before { content: ""; display: inline-block; width: .65em; height: .65em; margin-right: .4em; border-radius: 50%; background: var(--mark, transparent); }
.pill:not(.s-active, .s-new, .s-idle, .s-never_active, .s-pending_invite, .s-no_data)::before { display: none; }
#seat-table thead button { all: unset; cursor: pointer; font-weight: 600; color: var(--link); }
#seat-table thead button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
#seat-table th[aria-sort=ascending] button::after { content: " ▲"; }
#seat-table th[aria-sort=descending] button::after { content: " ▼"; }
.filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: .5rem 0; }
.filters[hidden] { display: none; }
.filters label { display: grid; font-size: .82rem; color: var(--soft); }
.filters .narrow { display: none; }
input, select, .filters button, .pages button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: .3rem; padding: .25rem .5rem; max-width: 100%; }
.pages button:disabled { opacity: .5; }
.words { columns: 28rem; column-gap: 2rem; }
.words dt { font-weight: 600; margin-top: .4rem; break-after: avoid; }
.words dd { margin: 0; break-inside: avoid; color: var(--soft); }
@media (max-width: 47rem) {
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .card dd { font-size: 1.05rem; }
  .filters .narrow { display: grid; }
  #seat-table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  #seat-table, #seat-table tbody { display: block; }
  #seat-table tr { display: flex; flex-direction: column; border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .3rem .5rem; }
  #seat-table tbody th, #seat-table tbody td { display: flex; gap: .5rem; border: 0; padding: .12rem 0; text-align: left; white-space: normal; min-width: 0; overflow-wrap: anywhere; }
  #seat-table tbody th { display: block; order: -1; }
  #seat-table tbody td::before { content: attr(data-label); flex: 0 0 7.5rem; color: var(--soft); }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --panel: #f4f6f9; }
  body { max-width: none; padding: 0; }
  html { font-size: 11px; }
  nav, .filters, .pages, .figures, .skip { display: none !important; }
  .scroll { overflow: visible; }
  .charts { columns: 2; }
  figure, .card { break-inside: avoid; }
  thead { display: table-header-group; }
  h2, h3 { break-after: avoid; }
  .swatch, .pill::before, thead th, .card { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

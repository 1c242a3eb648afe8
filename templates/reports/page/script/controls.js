// Search, filters, themes, keys, and tables that sort.
function search() {
  const input = document.getElementById("search"), list = document.getElementById("found");
  let hits = [], chosen = 0;
  const render = () => {
    list.replaceChildren(...hits.map((hit, n) => make("li", { role: "option", id: "hit-" + n, "aria-selected": n === chosen ? "true" : "false", onpointerdown: event => { event.preventDefault(); go(n); } }, visible(hit.told))));
    list.hidden = !hits.length; input.setAttribute("aria-expanded", String(!!hits.length));
    if (hits.length) { input.setAttribute("aria-activedescendant", "hit-" + chosen); list.children[chosen].scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
  };
  const go = n => {
    const { told, node, unit } = hits[n]; hits = []; render(); input.value = "";
    if (unit) select(unit); else selectNode(told);
    if (S.view === "functionalities" && ENTRIES.has(G.kind[node])) { openTrace(told); return; }
    if (S.view !== "map") S.view = "map";
    changed();
    if (S.selected) fit(box(S.selected.parent === units().root ? S.selected : S.selected.parent));
    document.getElementById("panel").focus();
  };
  input.addEventListener("input", () => { hits = find(input.value); chosen = 0; render(); say(hits.length ? plural(hits.length, "name") + " found" : input.value ? "nothing found" : ""); });
  input.addEventListener("keydown", event => {
    if (event.key === "ArrowDown" && hits.length) chosen = (chosen + 1) % hits.length;
    else if (event.key === "ArrowUp" && hits.length) chosen = (chosen + hits.length - 1) % hits.length;
    else if (event.key === "Enter" && hits.length) { go(chosen); event.preventDefault(); return; }
    else if (event.key === "Escape") { hits = []; input.value = ""; }
    else return;
    event.preventDefault(); render();
  });
  input.addEventListener("blur", () => { hits = []; render(); });
}

// Names that end in the text first, then those where a part begins with it, then all others; short ones first. Of
// those alike a table of just that name comes first, then services and packages: who asks for `billing` means all of it, not its __init__.
function find(text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const scored = [];
  const consider = (told, named, handicap, hit) => {
    const name = named.toLowerCase(), at = name.lastIndexOf(wanted);
    if (at < 0 && !told.toLowerCase().startsWith(wanted)) return;
    const ends = at + wanted.length === name.length, begins = at === 0 || /[^a-z0-9]/.test(name[at - 1] || "");
    scored.push([(ends && begins ? 0 : begins ? 1 : 2) * 1e6 + name.length * 10 + handicap, scored.length, { told, ...hit }]);
  };
  for (const unit of units().all) {
    const name = unit.kind === "package" ? unit.key.split("/package:")[1] : unit.label;
    if (unit.kind === "package" || unit.kind === "service" && !unit.gone) consider(`${unit.kind}:${name}`, name, unit.kind === "service" ? -5e5 : -10, { unit });
  }
  for (let i = 0; i < G.n; i++) consider(G.id[i], G.name[i], G.kind[i] !== "table" ? 5 : G.name[i].toLowerCase() === wanted ? -6e5 : 0, { node: i });
  return scored.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, 30).map(each => each[2]);
}

function filters() {
  const holder = document.getElementById("filter-box"), there = [...new Set(G.edgeKind)].map(Number).filter(kind => G.edgeKinds[kind] !== "overrides").sort((a, b) => a - b);
  const kinds = there.map(kind => make("label", {}, make("input", { type: "checkbox", "data-kind": kind, onchange: event => { if (event.target.checked) S.kinds.delete(kind); else S.kinds.add(kind); fresh(); } }), " " + G.edgeKinds[kind]));
  const doubt = make("select", { id: "confidence", onchange: event => { S.confidence = Number(event.target.value); fresh(); } }, ...["certain", "likely or better", "all"].map((text, n) => make("option", { value: n }, text)));
  const seen = make("select", { id: "seen", onchange: event => { S.seen = Number(event.target.value); fresh(); } }, ...["static and observed", "static", "observed"].map((text, n) => make("option", { value: n }, text)));
  holder.append(make("fieldset", {}, make("legend", {}, "Edges"), ...kinds), make("label", {}, "Confidence ", doubt), make("br"), make("label", {}, "Seen ", seen));
}

function fresh() { if (S.arrow) S.arrow = { from: S.arrow.from, into: S.arrow.into }; changed(); }

function reflect() {
  for (const section of document.querySelectorAll("section.view")) section.hidden = section.id !== S.view;
  for (const link of document.querySelectorAll("nav a")) if (link.dataset.view === S.view) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  document.getElementById("grouping").value = G.groupings[S.grouping].key;
  for (const check of document.querySelectorAll("[data-kind]")) check.checked = !S.kinds.has(Number(check.dataset.kind));
  document.getElementById("confidence").value = S.confidence; document.getElementById("seen").value = S.seen;
}

const HELP = [["1 … 9", "the views"], ["/", "search"], ["arrows", "from box to box on the map"], ["Enter", "open a box"], ["Backspace", "close it"],
  ["E", "what the box is tied to; Enter on one lists its places"], ["+ − F", "zoom, fit"], ["Escape", "close the panel"], ["?", "these keys"]];

function help() {
  const dialog = document.getElementById("help");
  dialog.replaceChildren(make("h2", { id: "help-title" }, "Keys"), make("table", {}, make("tbody", {}, ...HELP.map(([key, text]) => make("tr", {}, make("th", { scope: "row" }, make("kbd", {}, key)), make("td", {}, text))))),
    make("form", { method: "dialog" }, make("button", {}, "Close")));
  dialog.showModal();
}

function keys(event) {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "Escape" && !document.getElementById("help").open && !typing && (S.selected || S.arrow)) return closePanel();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...document.querySelectorAll("nav a")];
  if (event.key === "/") { document.getElementById("search").focus(); event.preventDefault(); }
  else if (event.key === "?") help();
  else if (/^[1-9]$/.test(event.key) && links[event.key - 1]) { show(links[event.key - 1].dataset.view); focusMain(); }
}

function theme(button) {
  const root = document.documentElement;
  const set = name => { root.dataset.theme = name; button.textContent = name === "dark" ? "Light" : "Dark"; changed(false); };
  button.textContent = isDark() ? "Light" : "Dark";
  button.addEventListener("click", () => set(isDark() ? "light" : "dark"));
}

// A click on a heading sorts by it; numbers as numbers.
function sortable(table) {
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    const button = make("button", { type: "button" }, ...cell.childNodes);
    cell.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = cell.getAttribute("aria-sort") === "ascending", value = row => row.cells[column].textContent.trim();
      const number = text => Number(text.replace(/[,%\s]/g, ""));
      const rows = [...table.tBodies[0].rows].map((row, n) => [row, n]);
      rows.sort(([a, i], [b, j]) => {
        const x = value(a), y = value(b), numeric = !isNaN(number(x)) && !isNaN(number(y));
        const order = numeric ? number(x) - number(y) : x < y ? -1 : x > y ? 1 : 0;
        return (down ? -order : order) || i - j;
      });
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      table.tBodies[0].append(...rows.map(([row]) => row));
    });
  });
}

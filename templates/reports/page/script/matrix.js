// The matrix of what is inside a box: rows depend on columns, each cell opens its edges.
const MATRIX_MOST = 60;
let insideOf = "";

function showMatrix() {
  if (S.view !== "matrix") return;
  const u = units(), choice = document.getElementById("inside");
  let around = u.byKey.get(insideOf) || u.root;
  if (!around.children.length) around = u.root;
  const options = [u.root, ...u.all.filter(unit => ["service", "shared", "package", "module"].includes(unit.kind) && !unit.gone && unit.children.length > 1 && unit.depth < 4)];
  choice.replaceChildren(...options.map(unit => make("option", { value: unit.key, selected: unit === around }, unit === u.root ? "all services" : visible(dotted(unit)))));
  const sight = new Int32Array(u.all.length).fill(-1), wanted = new Set(around.children.filter(unit => unit.kind !== "rest"));
  for (const unit of u.all) sight[unit.number] = wanted.has(unit) ? unit.number : unit.parent ? sight[unit.parent.number] : -1;
  const apart = around === u.root, cells = new Map(), into = new Map(), out = new Map();
  for (let e = 0; e < G.m; e++) {
    if (!passes(e)) continue;
    let a = sight[u.of[G.source[e]]], b = sight[u.of[G.target[e]]];
    if (a < 0 || b < 0 || a === b || apart && !crossing(u.g, e)) continue;
    if (G.edgeKinds[G.edgeKind[e]] === "configures") [a, b] = [b, a];
    const key = a + ">" + b;
    if (!cells.has(key)) cells.set(key, { from: u.all[a], into: u.all[b], count: 0, database: 0, edges: [] });
    const cell = cells.get(key);
    cell.count++; cell.edges.push(e); if (isDatabase(e)) cell.database++;
    out.set(a, (out.get(a) || 0) + 1); into.set(b, (into.get(b) || 0) + 1);
  }
  const sum = unit => (out.get(unit.number) || 0) + (into.get(unit.number) || 0);
  const kept = [...wanted].sort((a, b) => sum(b) - sum(a) || a.number - b.number).slice(0, MATRIX_MOST);
  // Who only uses stands first, who is only used last: what lies below the diagonal then runs against the stream.
  const lean = unit => sum(unit) ? ((into.get(unit.number) || 0) - (out.get(unit.number) || 0)) / sum(unit) : 0;
  kept.sort((a, b) => lean(a) - lean(b) || a.number - b.number);
  drawMatrix(kept, cells, wanted.size - kept.length);
}

function drawMatrix(kept, cells, hidden) {
  const most = Math.max(1, ...[...cells.values()].map(cell => cell.count)), dark = isDark();
  const head = make("tr", {}, make("td"), ...kept.map(unit => make("th", { scope: "col" }, make("span", {}, visible(unit.label)))));
  const rows = kept.map(row => make("tr", {}, make("th", { scope: "row" }, visible(row.label)), ...kept.map(column => {
    if (row === column) return make("td", { class: "same" });
    const cell = cells.get(row.number + ">" + column.number);
    if (!cell) return make("td");
    const button = make("button", { type: "button", title: `${row.label} → ${column.label}: ${weighed(cell)}`, "aria-label": `${row.label} to ${column.label}: ${weighed(cell)}`, onclick: () => { S.arrow = cell; S.selected = null; changed(); } }, cell.count.toLocaleString("en"));
    const strength = Math.sqrt(cell.count / most);
    button.style.background = cell.database * 2 > cell.count ? `hsl(30 80% ${dark ? 14 + 14 * strength : 97 - 27 * strength}%)` : `hsl(212 70% ${dark ? 14 + 14 * strength : 97 - 27 * strength}%)`;
    return make("td", {}, button);
  })));
  const note = hidden > 0 ? `; ${hidden} with fewer edges left out` : "";
  document.getElementById("matrix-table").replaceChildren(make("table", { class: "matrix" }, make("caption", {}, `${units().g.title}${note}`), make("thead", {}, head), make("tbody", {}, ...rows)));
}

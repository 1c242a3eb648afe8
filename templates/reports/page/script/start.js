// What stands there already stays, what needs script appears.
function start() {
  unpack(globalThis.carveout);
  document.querySelector(".tools").hidden = false;
  document.querySelector(".stage").hidden = false;
  document.getElementById("map-picture").hidden = true;
  document.getElementById("matrix-bar").hidden = false;
  for (const button of document.querySelectorAll(".switch, .scripted")) button.hidden = false;
  // Rows that a page without script leaves out, as they were escaped when it was written.
  for (const body of document.querySelectorAll("[data-rest]")) body.insertAdjacentHTML("beforeend", globalThis.carveout.rest[body.dataset.rest]);
  for (const each of document.querySelectorAll(".plainly")) each.remove();
  filters(); search(); reach();
  theme(document.getElementById("theme"));
  for (const table of document.querySelectorAll("table.sortable")) sortable(table);
  remember();
  document.getElementById("keys").addEventListener("click", help);
  document.getElementById("grouping").addEventListener("change", event => regroup(event.target.value));
  document.getElementById("inside").addEventListener("change", event => { insideOf = event.target.value; showMatrix(); });
  document.getElementById("strongest").addEventListener("input", event => { M.strongest = strongestOf(Number(event.target.value)); refresh(); });
  document.getElementById("heat").addEventListener("change", event => { M.heat = event.target.value; refresh(); });
  for (const [name, there] of [["churn", G.raw.churn], ["owner", G.raw.owner]]) if (!there) document.querySelector(`#heat option[value=${name}]`).remove();
  const acts = { in: () => zoomBy(1.4), out: () => zoomBy(1 / 1.4), fit: () => fit(), open: () => openAll(true), close: () => openAll(false), svg: () => exported("svg"), png: () => exported("png") };
  for (const button of document.querySelectorAll("[data-map]")) button.addEventListener("click", () => acts[button.dataset.map]());
  document.addEventListener("click", event => {
    const link = event.target.closest("a[href^='#']"), node = event.target.closest("[data-node]"), entry = event.target.closest("[data-entry]"), other = event.target.closest("[data-grouping]"), service = event.target.closest("[data-service]"), pair = event.target.closest("[data-pair]");
    if (node) selectNode(node.dataset.node || node.textContent);
    else if (service) select(units().byKey.get("service:" + service.dataset.service) || null);
    else if (entry) openTrace(entry.dataset.entry);
    else if (pair) openPair(...pair.dataset.pair.split(">"));
    else if (other) { regroup(other.dataset.grouping); show(units().g.dense ? "matrix" : "map"); }
    else if (link && document.getElementById(link.getAttribute("href").slice(1)) && link.className !== "skip") { event.preventDefault(); show(link.getAttribute("href").slice(1)); }
  });
  document.addEventListener("keydown", keys);
  addEventListener("popstate", () => { read(); changed(false); });
  addEventListener("hashchange", () => { if (location.hash !== written) { read(); changed(false); } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => changed(false));
  onChange.push(reflect, refresh, showPanel, keepInSight, follow, showMatrix, showTrace);
  read();
  changed(false);
  document.documentElement.dataset.ready = "yes";
}

function regroup(key) {
  S.grouping = Math.max(0, G.groupings.findIndex(g => g.key === key));
  S.selected = S.arrow = null; M.hover = M.hoverArrow = null;
  changed();
}

// The slider goes from none to all, finely where it matters.
function strongestOf(value) { return value <= 30 ? value : Math.round(30 * Math.pow(1.08, value - 30)); }

function openAll(open) {
  const u = units();
  u.open = new Set(open ? u.all.filter(unit => unit.children.length && unit !== u.root) : []);
  fit(); changed();
}

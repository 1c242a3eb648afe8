// The panel: what a selected box is and what it is tied to; what an arrow is made of, place by place.
const PANEL_MOST = 30, EDGES_MOST = 100;

function showPanel() {
  const panel = document.getElementById("panel");
  const held = panel.contains(document.activeElement);
  if (!S.selected && !S.arrow) { panel.hidden = true; panel.replaceChildren(); return; }
  panel.replaceChildren(make("button", { type: "button", class: "close", "aria-label": "Close", onclick: closePanel }, "✕"),
    ...(S.arrow ? arrowPanel(S.arrow) : unitPanel(S.selected)));
  panel.hidden = false;
  if (held) panel.focus();
}

function openPair(from, into) {
  const unit = name => units().byKey.get("service:" + (name === "shared" ? "shared kernel" : name));
  S.arrow = { from: unit(from), into: unit(into) }; S.selected = null;
  changed();
}

function closePanel() { S.selected = S.arrow = null; changed(); focusMain(); }

function focusMain() { const c = document.getElementById("canvas"); (S.view === "map" && c ? c : document.getElementById("content")).focus({ preventScroll: true }); }

function at(path, line) {
  const text = visible(path) + (line ? ":" + line : "");
  if (!G.link) return make("code", { class: "at" }, text);
  const url = G.link.replaceAll("{path}", path.split("/").map(encodeURIComponent).join("/")).replaceAll("{line}", line || 1);
  return make("a", { class: "at", href: url, rel: "noreferrer", target: "_blank" }, text);
}

function weighed(bundle) { return bundle.count.toLocaleString("en") + (bundle.database ? ` (${bundle.database} db)` : ""); }

function isWithin(unit, around) { for (let u = unit; u; u = u.parent) if (u === around) return true; return false; }

// What is tied to a unit, told by the units in sight outside it.
function ties(unit) {
  const u = units(), sight = u.sight();
  for (const each of u.all) if (isWithin(each, unit)) sight[each.number] = unit.number;
  return u.bundles(sight).filter(bundle => bundle.from === unit || bundle.into === unit);
}

function unitPanel(unit) {
  const inside = unit.children.length, lines = unit.lines, kind = `${unit.kind}${unit.depth > 1 ? " in " + visible(dotted(unit.parent)) : ""}`;
  const told = [kind, inside ? plural(inside, "part") : "", lines ? plural(lines, "line") : ""].filter(Boolean).join(", ");
  const parts = [make("h2", {}, visible(unit.label)), make("p", { class: "quiet" }, told)];
  if (unit.node >= 0 && G.name[unit.node] !== unit.label) parts.push(make("p", {}, ...breakable(G.name[unit.node])));
  if (unit.node >= 0 && G.path[unit.node] >= 0) parts.push(make("p", {}, at(G.paths[G.path[unit.node]], G.line[unit.node])));
  const owner = G.raw.owner && unit.owner >= 0 ? "owned by " + visible(G.raw.ownerNames[unit.owner]) : "";
  const history = [G.raw.churn ? `changed in ${plural(unit.churn, "commit")} of its files` : "", owner].filter(Boolean).join(", ");
  if (history) parts.push(make("p", { class: "quiet" }, history));
  if (unit.node >= 0 && ["table", "view"].includes(unit.kind)) parts.push(...accesses(unit.node));
  const found = ties(unit);
  if (unit.kind !== "rest") parts.push(...movingPart(found, unit));
  parts.push(...tieList("uses", found.filter(b => b.from === unit), b => b.into));
  parts.push(...tieList("used by", found.filter(b => b.into === unit), b => b.from));
  if (unit.kind !== "rest") parts.push(...reachingPart(unit));
  if (!found.length) parts.push(make("p", {}, "Nothing in sight is tied to it."));
  if (S.view !== "map") parts.push(make("p", {}, make("button", { type: "button", onclick: () => show("map") }, "Show on the map")));
  return parts;
}

// Who writes a table and who reads it, each with its lines: what one asks of a table first.
function accesses(node) {
  const parts = [];
  for (const [title, kinds] of [["written by", ["writes"]], ["read by", ["reads", "joins"]]]) {
    const edges = incoming(node).filter(e => passes(e) && kinds.includes(G.edgeKinds[G.edgeKind[e]]));
    if (edges.length) parts.push(make("h3", {}, `${title} (${edges.length.toLocaleString("en")})`), edgeList(edges, 12));
  }
  return parts;
}

function tieList(title, bundles, other) {
  if (!bundles.length) return [];
  const list = make("ul");
  const fill = all => {
    list.replaceChildren(...bundles.slice(0, all ? bundles.length : PANEL_MOST).map(bundle =>
      make("li", {}, make("button", { type: "button", class: "plain tie", onclick: () => { S.arrow = bundle; changed(); } }, visible(dotted(other(bundle)))), " " + weighed(bundle))));
    if (!all && bundles.length > PANEL_MOST) list.append(make("li", {}, make("button", { type: "button", class: "plain", onclick: () => fill(true) }, `${bundles.length - PANEL_MOST} more`)));
  };
  fill(false);
  return [make("h3", {}, `${title} (${bundles.reduce((sum, b) => sum + b.count, 0).toLocaleString("en")})`), list];
}

// The edges of an arrow, also when the boxes around its ends were opened or closed since.
function arrowEdges(arrow) {
  if (arrow.edges) return arrow.edges;
  const u = units(), sight = u.sight();
  for (const each of u.all) {
    if (isWithin(each, arrow.from)) sight[each.number] = arrow.from.number;
    if (isWithin(each, arrow.into)) sight[each.number] = arrow.into.number;
  }
  const found = u.bundles(sight).find(b => b.from === arrow.from && b.into === arrow.into);
  return arrow.edges = found ? found.edges : [];
}

function arrowPanel(arrow) {
  const edges = arrowEdges(arrow), kinds = new Map();
  for (const e of edges) { const kind = G.edgeKinds[G.edgeKind[e]]; if (!kinds.has(kind)) kinds.set(kind, []); kinds.get(kind).push(e); }
  const u = units(), apart = u.serviceOf(arrow.from) !== u.serviceOf(arrow.into);
  const byWeight = [...kinds].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const told = byWeight.length > 1 ? ": " + byWeight.map(([kind, list]) => `${list.length.toLocaleString("en")} ${kind}`).join(", ") : "";
  const parts = [make("h2", {}, `${visible(dotted(arrow.from))} → ${visible(dotted(arrow.into))}`), make("p", { class: "quiet" }, plural(edges.length, "edge") + told + (arrow.added ? `, ${arrow.added} new` : "") + (arrow.gone ? `, ${arrow.gone} gone` : ""))];
  for (const [kind, list] of byWeight) {
    parts.push(make("h3", {}, `${kind} (${list.length})`));
    const consequence = G.raw.consequences[kind];
    if (apart && consequence) parts.push(make("p", { class: "quiet" }, `Apart, ${consequence[0]}. Way out: ${consequence[1]}.`));
    parts.push(edgeList(list));
  }
  if (!edges.length) parts.push(make("p", {}, arrow.gone ? "Nothing crosses here any more." : "The filters hide all of its edges."));
  return parts;
}

function edgeList(edges, most = EDGES_MOST) {
  const list = make("ul");
  const fill = shown => {
    list.replaceChildren(...edges.slice(0, shown).map(edgeItem));
    if (edges.length > shown) list.append(make("li", {}, make("button", { type: "button", class: "plain", onclick: () => fill(edges.length) }, `${edges.length - shown} more`)));
  };
  fill(most);
  return list;
}

function edgeItem(e) {
  // Told as the arrow runs: what a setting configures depends on it.
  const [from, into] = G.edgeKinds[G.edgeKind[e]] === "configures" ? [G.target[e], G.source[e]] : [G.source[e], G.target[e]];
  const where = place(e), doubt = G.confidence[e] ? ` ${G.raw.confidences[G.confidence[e]]}` : "";
  const seen = G.seen[e] === 2 ? " observed" : G.seen[e] === 3 ? " static and observed" : "";
  const times = count(e) > 1 ? ` ${count(e)} times` : "";
  return make("li", {}, units().g.added.has(e) ? make("b", { class: "good" }, "new ") : null, ...breakable(G.name[from]), " → ", ...breakable(G.name[into]), make("br"),
    where ? at(where.path, where.line) : "no place", make("span", { class: "quiet" }, doubt + seen + times),
    where && where.text ? make("pre", {}, visible(where.text)) : null);
}

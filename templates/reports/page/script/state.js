// What is shown, kept in the address so that a link shows the same.
const S = { view: "", grouping: 0, selected: null, arrow: null, entry: "", kinds: new Set(), confidence: 2, seen: 0 };
const made = new Map();
const onChange = [];

function units() {
  if (!made.has(S.grouping)) { const u = new Units(G.groupings[S.grouping]); layOut(u); made.set(S.grouping, u); }
  return made.get(S.grouping);
}

// Whether an edge passes the filters.
function passes(e) {
  if (G.edgeKinds[G.edgeKind[e]] === "overrides") return false;
  return !S.kinds.has(G.edgeKind[e]) && G.confidence[e] <= S.confidence && (!S.seen || (G.seen[e] & S.seen));
}

function address() {
  const parts = new URLSearchParams();
  if (S.grouping) parts.set("in", G.groupings[S.grouping].key);
  if (S.selected) parts.set("at", S.selected.key);
  if (S.arrow) { parts.set("from", S.arrow.from.key); parts.set("into", S.arrow.into.key); }
  if (S.entry) parts.set("entry", S.entry);
  const open = made.has(S.grouping) ? [...units().open].map(unit => unit.key).sort() : [];
  if (open.length && open.length < 30) parts.set("open", open.join("|"));
  if (S.kinds.size) parts.set("without", [...S.kinds].map(kind => G.edgeKinds[kind]).sort().join("|"));
  if (S.confidence < 2) parts.set("confidence", G.raw.confidences[S.confidence]);
  if (S.seen) parts.set("seen", S.seen === 1 ? "static" : "observed");
  const text = parts.toString();
  return "#" + S.view + (text ? "?" + text : "");
}

function read() {
  const [view, text] = location.hash.slice(1).split("?"), parts = new URLSearchParams(text || "");
  const known = [...document.querySelectorAll("section.view")].map(section => section.id);
  S.view = known.includes(view) ? view : known[0];
  S.grouping = Math.max(0, G.groupings.findIndex(g => g.key === parts.get("in")));
  const u = units(), unit = key => u.byKey.get(key) || null;
  S.selected = unit(parts.get("at"));
  const from = unit(parts.get("from")), into = unit(parts.get("into"));
  S.arrow = from && into ? { from, into } : null;
  S.entry = parts.get("entry") || "";
  if (parts.has("open")) u.open = new Set(parts.get("open").split("|").map(unit).filter(Boolean));
  S.kinds = new Set((parts.get("without") || "").split("|").map(kind => G.edgeKinds.indexOf(kind)).filter(kind => kind >= 0));
  S.confidence = parts.has("confidence") ? Math.max(0, G.raw.confidences.indexOf(parts.get("confidence"))) : 2;
  S.seen = { static: 1, observed: 2 }[parts.get("seen")] || 0;
}

let written = "";
function changed(push = true) {
  const hash = written = address();
  if (hash !== location.hash) history[push ? "pushState" : "replaceState"](null, "", hash);
  for (const listener of onChange) listener();
}

function show(view) { S.view = view; changed(); window.scrollTo(0, 0); }

function select(unit) {
  S.selected = unit; S.arrow = null;
  if (unit) units().reveal(unit);
  changed();
}

function selectNode(id) {
  const i = G.index.get(id);
  if (i === undefined) { say("not on the map: " + id); return; }
  const u = units();
  select(u.all[u.of[i]]);
}

function say(text) { document.getElementById("said").textContent = text; const s = document.getElementById("status"); if (s) s.textContent = text; }

// Elements are made, never parsed from text: a name cannot become markup.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

// Control characters and marks that turn the direction of a text are shown as escapes.
function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    c => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

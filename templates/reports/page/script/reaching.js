// What would be noticed if a box moved: the entry points that reach it, backwards along the ways of trace.js, and what its ties become.
const ENTRIES = new Set(["route", "task", "job", "command", "topic", "signal"]), ENTRIES_MOST = 12;

function backwards() {
  if (!G.back) {
    G.back = Array.from({ length: G.n }, () => []);
    for (let i = 0; i < G.n; i++) for (const [target, kind] of ways(i)) G.back[target].push([i, TOUCHED.has(kind)]);
  }
  return G.back;
}

// The entry points that reach any of some nodes. What is touched leads no further, so only a start may be touched.
function reaching(nodes) {
  const back = backwards(), seen = new Set(nodes), waiting = [...nodes];
  const first = new Set(nodes);
  while (waiting.length) {
    const at = waiting.pop();
    for (const [from, touches] of back[at]) if (!seen.has(from) && (!touches || first.has(at))) { seen.add(from); waiting.push(from); }
  }
  return [...seen].filter(i => ENTRIES.has(G.kind[i])).sort((a, b) => a - b);
}

function heldBy(unit) {
  const u = units(), nodes = [];
  for (let i = 0; i < G.n; i++) if (u.of[i] >= 0 && isWithin(u.all[u.of[i]], unit)) nodes.push(i);
  return nodes;
}

// Those of other services first: they would meet the network.
function reachingPart(unit) {
  const { owner, names } = units().g, held = heldBy(unit), found = reaching(held);
  if (!found.length) return [make("p", { class: "quiet" }, "No entry point is seen to reach it.")];
  const home = new Set(held.map(i => owner[i])), outside = i => !home.has(owner[i]);
  found.sort((a, b) => outside(b) - outside(a) || a - b);
  const others = found.filter(outside).length, list = make("ul", { class: "reaching" });
  const item = i => make("li", {}, make("span", { class: "quiet" }, G.kind[i] + " "), make("button", { type: "button", class: "plain", "data-entry": G.id[i] }, visible(G.name[i])), " ", outside(i) && owner[i] >= 0 ? make("span", { class: "chip" }, visible(names[owner[i]])) : "");
  const fill = most => {
    list.replaceChildren(...found.slice(0, most).map(item));
    if (found.length > most) list.append(make("li", {}, make("button", { type: "button", class: "plain", onclick: () => fill(found.length) }, `${found.length - most} more`)));
  };
  fill(ENTRIES_MOST);
  return [make("h3", {}, `entry points that reach it (${found.length.toLocaleString("en")}${others ? `, ${others.toLocaleString("en")} of other services` : ""})`), list];
}

// What the ties of a box become once it runs apart from what it is tied to, by kind.
function movingPart(bundles, unit) {
  const kinds = new Map();
  for (const bundle of bundles) for (const e of bundle.edges) {
    const kind = G.edgeKinds[G.edgeKind[e]];
    if (!kinds.has(kind)) kinds.set(kind, [0, 0]);
    kinds.get(kind)[bundle.into === unit ? 0 : 1]++;
  }
  const told = [...kinds].filter(([kind]) => G.raw.consequences[kind]).sort((a, b) => b[1][0] + b[1][1] - a[1][0] - a[1][1]);
  if (!told.length) return [];
  return [make("h3", {}, "if it ran apart"), make("ul", {}, ...told.map(([kind, [into, out]]) =>
    make("li", {}, make("b", {}, kind), ` ${into.toLocaleString("en")} in, ${out.toLocaleString("en")} out: ${G.raw.consequences[kind][0]}`)))];
}

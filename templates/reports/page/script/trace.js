// What an entry point reaches, in order: the same way as analyzer/graph/functionality.py goes.
const TOUCHED = new Set(["reads", "joins", "writes", "requests"]), FOLLOWED = new Set(["handles", "calls", "enqueues", "publishes", "overrides"]);

function trace(entry) {
  const start = G.index.get(entry), steps = [];
  if (start === undefined) return steps;
  const seen = new Set([start]), waiting = [[start, 0, false]];
  while (waiting.length) {
    const [from, depth, apart] = waiting.shift(), stack = [[from, ways(from), 0, depth]];
    while (stack.length) {
      const top = stack[stack.length - 1], step = top[1][top[2]++];
      if (!step) { stack.pop(); continue; }
      const [target, kind, leaves, e] = step, fresh = !seen.has(target);
      if (fresh || TOUCHED.has(kind)) steps.push({ node: target, kind, caller: top[0], depth: top[3] + 1, apart: apart || leaves, edge: e });
      if (!fresh || TOUCHED.has(kind)) continue;
      seen.add(target);
      if (leaves) waiting.push([target, top[3] + 1, true]); else stack.push([target, ways(target), 0, top[3] + 1]);
    }
  }
  return steps;
}

function ways(i) {
  const found = [], calls = G.edgeKinds.indexOf("calls");
  if (G.kind[i] === "signal" || G.kind[i] === "topic")
    for (const e of incoming(i)) if (G.edgeKinds[G.edgeKind[e]] === "subscribes") found.push([G.source[e], "subscribes", false, e]);
  for (let e = G.first[i]; e < G.first[i + 1]; e++) {
    const kind = G.edgeKinds[G.edgeKind[e]];
    if (!TOUCHED.has(kind) && !FOLLOWED.has(kind) || G.edgeKind[e] === calls && G.confidence[e] === 2) continue;
    found.push([G.target[e], kind, kind === "enqueues" || G.kind[G.target[e]] === "topic", e]);
  }
  return found;
}

function openTrace(entry) {
  S.entry = entry; S.view = "functionalities"; S.selected = S.arrow = null;
  changed();
  document.getElementById("trace").focus();
}

function showTrace() {
  const holder = document.getElementById("trace");
  if (!holder) return;
  holder.hidden = !S.entry;
  if (!S.entry || S.view !== "functionalities") { holder.replaceChildren(); return; }
  const u = units(), g = u.g, steps = trace(S.entry), list = make("ol");
  let hops = 0;
  for (const step of steps.slice(0, 1500)) {
    const origin = g.owner[step.caller], owner = g.owner[step.node], hop = origin >= 0 && owner >= 0 && origin !== owner && owner !== g.shared;
    if (hop) hops++;
    const where = place(step.edge), item = make("li", {},
      make("span", { class: "quiet" }, step.kind + " "), make("button", { type: "button", class: "plain", onclick: () => selectNode(G.id[step.node]) }, visible(G.name[step.node])), " ",
      owner >= 0 ? make("span", { class: "chip" }, visible(g.names[owner])) : "", " ",
      hop ? make("span", { class: "hop" }, `hop ${hops} `) : "", step.apart ? make("span", { class: "quiet" }, "later ") : "",
      where ? at(where.path, where.line) : "");
    item.style.paddingLeft = Math.min(30, step.depth) * 14 + "px";
    list.append(item);
  }
  const reached = new Set(steps.map(step => step.node)), tables = [...reached].filter(i => G.kind[i] === "table" || G.kind[i] === "view").length;
  holder.replaceChildren(
    make("button", { type: "button", class: "close", onclick: () => { S.entry = ""; changed(); } }, "Close"),
    make("h3", {}, visible(S.entry)), make("p", {}, `${plural(steps.length, "step")}, ${plural(tables, "table")}, ${plural(hops, "hop")} between ${g.title}.`), list,
    steps.length > 1500 ? make("p", {}, `${steps.length - 1500} more steps`) : "");
}

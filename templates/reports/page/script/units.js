// Boxes within boxes: services, packages, modules, classes, functions; and what runs between those in sight.
const INSIDE = ["module", "class", "function", "model"];
const PLURAL = { route: "routes", task: "tasks", job: "jobs", command: "commands", signal: "signals", topic: "topics",
  template: "templates", cache: "cache keys", host: "hosts", setting: "settings", state: "state", static: "static files",
  transaction: "transactions", script: "SQL scripts", routine: "routines", trigger: "triggers", bucket: "buckets", screen: "screens" };

class Units {
  constructor(g) {
    this.g = g; this.all = []; this.of = new Int32Array(G.n).fill(-1); this.open = new Set(); this.byKey = new Map();
    this.root = this.add(null, "", "root", "");
    this.services = g.names.map((name, i) => this.add(this.root, name, i === g.shared ? "shared" : "service", "service:" + name));
    this.rest = this.add(this.root, "of no service", "rest", "service:");
    this.fill();
    this.weigh(this.root);
    this.history();
    for (const unit of [...this.services, this.rest]) if (!unit.children.length) unit.gone = true;
    this.root.children = this.root.children.filter(unit => !unit.gone);
  }

  add(parent, label, kind, key, node = -1) {
    const unit = { number: this.all.length, parent, label, kind, key, node, children: [], weight: 0, depth: parent ? parent.depth + 1 : 0 };
    this.all.push(unit); this.byKey.set(key, unit);
    if (parent) parent.children.push(unit);
    return unit;
  }

  home(i) { const owner = this.g.owner[i]; return owner < 0 ? this.rest : this.services[owner]; }

  fill() {
    const kinds = new Map(), order = ["module", "class", "model", "function"];
    for (let i = 0; i < G.n; i++) { if (!kinds.has(G.kind[i])) kinds.set(G.kind[i], []); kinds.get(G.kind[i]).push(i); }
    this.modules(kinds.get("module") || []);
    for (const kind of order.slice(1)) for (const i of kinds.get(kind) || []) this.code(i);
    for (const [kind, list] of kinds) {
      if (INSIDE.includes(kind)) continue;
      for (const i of list) {
        const home = this.home(i);
        if (kind === "table" || kind === "view") { this.of[i] = this.add(home, G.name[i], kind, home.key + "/" + G.id[i], i).number; continue; }
        const key = home.key + "/" + kind;
        const group = this.byKey.get(key) || this.add(home, PLURAL[kind] || kind, "group", key);
        this.of[i] = this.add(group, G.name[i], kind, key + "/" + G.name[i], i).number;
      }
    }
  }

  // A package of one service becomes a box where it holds more than one thing of it.
  modules(list) {
    const trees = new Map();
    for (const i of list) {
      const home = this.home(i);
      if (!trees.has(home)) trees.set(home, { parts: new Map(), node: -1 });
      let at = trees.get(home);
      for (const part of G.name[i].split(".")) {
        if (!at.parts.has(part)) at.parts.set(part, { parts: new Map(), node: -1 });
        at = at.parts.get(part);
      }
      at.node = i;
    }
    for (const [home, tree] of trees) {
      let at = tree, prefix = [];
      while (at.parts.size === 1 && at.node < 0) { const [[part, next]] = at.parts; prefix.push(part); at = next; }
      if (at.parts.size === 0) this.module(home, prefix.slice(-1)[0], prefix.join("."), at.node);
      else this.packages(home, at, prefix.join("."), "__init__");
    }
  }

  packages(parent, tree, dotted, own) {
    if (tree.node >= 0) this.module(parent, own, dotted, tree.node);
    for (const [part, next] of tree.parts) {
      let at = next, label = part, name = dotted ? dotted + "." + part : part;
      while (at.parts.size === 1 && at.node < 0) { const [[more, deeper]] = at.parts; label += "." + more; name += "." + more; at = deeper; }
      if (at.parts.size === 0) this.module(parent, label, name, at.node);
      else this.packages(this.add(parent, label, "package", this.serviceOf(parent).key + "/package:" + name), at, name, "__init__");
    }
  }

  module(parent, label, name, i) {
    const key = this.serviceOf(parent).key + "/" + name;
    this.of[i] = this.add(parent, label, "module", key, i).number;
  }

  // Functions and classes lie in what encloses them; where that belongs to another service, in a part of their own.
  code(i) {
    const home = this.home(i), name = G.name[i], parts = name.split(".");
    for (let n = parts.length - 1; n > 0; n--) {
      const around = this.byKey.get(home.key + "/" + parts.slice(0, n).join("."));
      if (around) { this.of[i] = this.add(around, parts.slice(n).join("."), G.kind[i], home.key + "/" + name, i).number; return; }
    }
    const module = parts.slice(0, -1).join(".") || name;
    const part = this.add(home, module + " (part)", "module", home.key + "/" + module);
    this.of[i] = this.add(part, parts[parts.length - 1], G.kind[i], home.key + "/" + name, i).number;
  }

  serviceOf(unit) { while (unit.depth > 1) unit = unit.parent; return unit; }

  weigh(unit) {
    const own = unit.node >= 0 ? Math.min(400, G.size[unit.node] || 0) : 0;
    let inside = 0;
    for (const child of unit.children) inside += this.weigh(child);
    unit.lines = unit.kind === "module" && unit.node >= 0 ? G.size[unit.node] : Math.max(own, unit.children.reduce((sum, c) => sum + (c.lines || 0), 0));
    return unit.weight = unit.children.length ? inside : 6 + own;
  }

  // How often the files of a box were changed, and who owns most of them by lines.
  history() {
    const { churn, owner } = G.raw;
    if (!churn && !owner) return;
    for (const unit of this.all) { unit.paths = new Map(); unit.churn = 0; unit.owner = -1; }
    for (let i = 0; i < G.n; i++) if (G.path[i] >= 0 && this.of[i] >= 0)
      for (let at = this.all[this.of[i]]; at; at = at.parent) at.paths.set(G.path[i], Math.max(at.paths.get(G.path[i]) || 0, G.size[i] || 1));
    for (const unit of this.all) {
      const lines = new Map();
      for (const [path, size] of unit.paths) {
        unit.churn += churn ? churn[path] : 0;
        if (owner) lines.set(owner[path], (lines.get(owner[path]) || 0) + size);
      }
      for (const [who, size] of lines) if (who >= 0 && (unit.owner < 0 || size > lines.get(unit.owner))) unit.owner = who;
      delete unit.paths;
    }
  }

  // The unit in sight for each unit: itself, or the closed one around it.
  sight() {
    const seen = new Int32Array(this.all.length);
    for (const unit of this.all) {
      const parent = unit.parent;
      seen[unit.number] = !parent || (parent === this.root || this.open.has(parent)) && seen[parent.number] === parent.number ? unit.number : seen[parent.number];
    }
    return seen;
  }

  // What runs between the units in sight: [{from, into, count, database, edges}], heaviest first.
  bundles(sight = this.sight()) {
    const g = this.g, found = new Map(), width = this.all.length;
    for (let e = 0; e < G.m; e++) {
      if (!passes(e)) continue;
      let a = sight[this.of[G.source[e]]], b = sight[this.of[G.target[e]]];
      if (a === b) continue;
      const one = this.serviceOf(this.all[a]), other = this.serviceOf(this.all[b]);
      if (one !== other) { if (!crossing(g, e)) continue; }
      if (G.edgeKinds[G.edgeKind[e]] === "configures") [a, b] = [b, a];
      const key = a * width + b;
      let bundle = found.get(key);
      if (!bundle) found.set(key, bundle = { from: this.all[a], into: this.all[b], count: 0, database: 0, added: 0, gone: 0, edges: [] });
      bundle.count++; bundle.edges.push(e);
      if (isDatabase(e)) bundle.database++;
      if (g.added.has(e)) bundle.added++;
    }
    this.vanished(sight, found, width);
    return [...found.values()].sort((x, y) => y.count - x.count || x.from.number - y.from.number || x.into.number - y.into.number);
  }

  // Edges that a difference took away are not in the graph any more: they are told between closed services.
  vanished(sight, found, width) {
    for (const [from, into, number] of this.g.gone) {
      const [a, b] = [this.services[from], this.services[into]];
      if (a.gone || b.gone || this.open.has(a) || this.open.has(b) || sight[a.number] !== a.number || sight[b.number] !== b.number) continue;
      const key = a.number * width + b.number;
      if (!found.has(key)) found.set(key, { from: a, into: b, count: 0, database: 0, added: 0, gone: 0, edges: [] });
      found.get(key).gone = number;
    }
  }

  // Opens all that is around a unit.
  reveal(unit) { for (let at = unit.parent; at && at !== this.root; at = at.parent) this.open.add(at); }
}

function dotted(unit) {
  const parts = [];
  for (let at = unit; at && at.parent; at = at.parent) parts.unshift(at.label);
  return parts.join(" › ");
}

function plural(number, noun) { return number.toLocaleString("en") + " " + noun + (number === 1 ? "" : "s"); }

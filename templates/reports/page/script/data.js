// Unpacks the columns that the graph was packed into (generators/reports/page/packing.py).
const G = {};

function unpack(raw) {
  const { nodes, edges } = raw, n = nodes.rest.length, m = edges.recent.length;
  Object.assign(G, { raw, n, m, paths: raw.paths, project: raw.project, link: raw.link, edgeKinds: raw.edgeKinds });
  G.id = new Array(n); G.kind = new Array(n); G.name = new Array(n); G.index = new Map();
  G.path = new Int32Array(n); G.line = nodes.line; G.size = nodes.size;
  let before = "", path = 0;
  for (let i = 0; i < n; i++) {
    const id = before = before.slice(0, nodes.shared[i]) + nodes.rest[i], colon = id.indexOf(":");
    G.id[i] = id; G.kind[i] = id.slice(0, colon); G.name[i] = id.slice(colon + 1); G.index.set(id, i);
    G.path[i] = path += nodes.path[i];
  }
  G.first = new Int32Array(n + 1); G.source = new Int32Array(m); G.target = new Int32Array(m);
  G.edgeKind = new Uint8Array(m); G.confidence = new Uint8Array(m); G.seen = new Uint8Array(m);
  const recent = [];
  for (let i = 0, e = 0, far = 0; i < n; i++) {
    for (let k = 0; k < edges.out[i]; k++, e++) {
      const [kind, confidence, seen] = edges.combinations[edges.code.charCodeAt(e) - 40];
      const met = edges.recent[e], target = met ? recent.splice(met - 1, 1)[0] : i + edges.target[far++];
      recent.unshift(target);
      if (recent.length > 255) recent.pop();
      G.source[e] = i; G.target[e] = target;
      G.edgeKind[e] = kind; G.confidence[e] = confidence; G.seen[e] = seen;
    }
    G.first[i + 1] = G.first[i] + edges.out[i];
  }
  G.elsewhere = byEdge(edges.elsewhere); G.counts = byEdge(edges.count);
  G.groupings = raw.groupings.map(grouping);
}

function byEdge([deltas, values]) {
  let at = 0;
  return new Map(values.map((value, n) => [at += deltas[n], value]));
}

function grouping(raw) {
  const owner = new Int16Array(G.n);
  for (let r = 0, i = 0; r < raw.owners.length; r += 2) { owner.fill(raw.owners[r + 1], i, i + raw.owners[r]); i += raw.owners[r]; }
  const unlike = new Set(), crossing = new Set(), shared = raw.services.length; let at = 0;
  for (const delta of raw.unlike) unlike.add(at += delta);
  const telling = G.edgeKinds.map(kind => kind in G.raw.consequences), configures = G.edgeKinds.indexOf("configures"), possible = G.raw.confidences.indexOf("possible");
  for (let e = 0; e < G.m; e++) {
    let a = owner[G.source[e]], b = owner[G.target[e]];
    if (G.edgeKind[e] === configures) [a, b] = [b, a];
    const likely = a >= 0 && b >= 0 && a !== b && b !== shared && telling[G.edgeKind[e]] && G.confidence[e] !== possible;
    if (likely !== unlike.has(e)) crossing.add(e);
  }
  const added = new Set(); at = 0;
  for (const delta of raw.added || []) added.add(at += delta);
  if (raw.added) G.hasDifference = true;
  return { ...raw, owner, crossing, added, gone: raw.gone || [], names: [...raw.services, "shared kernel"], shared };
}

// Where an edge was seen first.
function place(e) {
  const { edges } = G.raw, elsewhere = G.elsewhere.get(e);
  const path = elsewhere === undefined ? G.path[G.source[e]] : elsewhere;
  const offset = edges.line[e], line = offset ? offset + G.line[G.source[e]] - (offset > 0 ? 1 : 0) : 0;
  return path < 0 ? null : { path: G.paths[path], line, text: (G.raw.sources[path] || {})[line] || "" };
}

function count(e) { return G.counts.get(e) || 1; }

function incoming(i) {
  if (!G.into) {
    G.into = Array.from({ length: G.n }, () => []);
    for (let e = 0; e < G.m; e++) G.into[G.target[e]].push(e);
  }
  return G.into[i];
}

// The two services of an edge when the cut holds it, as [from, into]; what a setting configures depends on it.
function crossing(g, e) {
  if (!g.crossing.has(e)) return null;
  const ends = [g.owner[G.source[e]], g.owner[G.target[e]]];
  return G.edgeKinds[G.edgeKind[e]] === "configures" ? ends.reverse() : ends;
}

const DATABASE = new Set(["reads", "writes", "joins", "references"]);
function isDatabase(e) {
  const target = G.kind[G.target[e]];
  return DATABASE.has(G.edgeKinds[G.edgeKind[e]]) && (target === "table" || target === "view");
}

// The map: pans, zooms, opens boxes in place, and draws the strongest arrows between what is in sight.
const M = { zoom: 1, x: 0, y: 0, bundles: [], drawn: [], hover: null, hoverArrow: null, strongest: 15, heat: "", fitted: null, waiting: false };

function colours() {
  const style = getComputedStyle(document.documentElement), get = name => style.getPropertyValue("--" + name).trim();
  return { page: get("page"), ink: get("ink"), quiet: get("quiet"), line: get("line"), soft: get("soft"), mark: get("mark"), code: get("code"), data: get("data"), good: get("good"), bad: get("bad"), dark: isDark() };
}

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

// Hues a golden angle apart: neighbours differ, and each service keeps its own.
function tone(unit, dark, light) { return `hsl(${(unit.number * 137.5) % 360} ${unit.kind === "shared" || unit.kind === "rest" ? 0 : 45}% ${dark ? light[1] : light[0]}%)`; }

function heatOf(unit) {
  if (M.heat === "size") return Math.min(1, Math.log10(1 + (unit.lines || 0)) / 4.5);
  if (M.heat === "coupling") return Math.min(1, Math.log10(1 + (M.coupling.get(unit) || 0)) / 3);
  if (M.heat === "churn") return Math.min(1, Math.log10(1 + (unit.churn || 0)) / 3);
  return -1;
}

// The colour of who owns most of a box, by lines; grey where CODEOWNERS names nobody.
function ownerTone(unit, dark) {
  const owner = unit.owner;
  return owner < 0 ? `hsl(0 0% ${dark ? 22 : 92}%)` : `hsl(${(owner * 137.5 + 20) % 360} 60% ${dark ? 26 : 85}%)`;
}

function refresh() {
  const u = units();
  M.bundles = u.bundles();
  M.coupling = new Map();
  for (const b of M.bundles) for (const end of [b.from, b.into]) M.coupling.set(end, (M.coupling.get(end) || 0) + b.count);
  M.routes = new Map(u.g.routes.map(([from, into, points, label]) => [from + ">" + into, { points, label }]));
  const selected = S.selected, chosen = new Set(M.bundles.slice(0, M.strongest));
  if (selected) for (const b of M.bundles) if (b.from === selected || b.into === selected) chosen.add(b);
  for (const b of M.bundles.filter(each => each.added || each.gone).slice(0, 40)) chosen.add(b);
  M.drawn = M.bundles.filter(b => chosen.has(b)).slice(0, 600);
  const hidden = M.bundles.length - M.drawn.length;
  document.getElementById("hidden-arrows").textContent = `${plural(M.drawn.length, "arrow")} drawn, ${hidden.toLocaleString("en")} lighter hidden`;
  const note = document.getElementById("dense");
  note.hidden = !u.g.dense; note.firstChild.data = `${u.g.dense} % of the pairs of services are linked: the `;
  document.getElementById("map-legend").textContent = legend(u);
  if (M.fitted !== u && S.view === "map") fit(undefined, LEGIBLE);
  later();
}

// What is selected stays in sight, also when the panel has taken some of the room.
function keepInSight() {
  const c = canvas(), unit = S.selected;
  if (S.view !== "map" || !unit || !c.clientWidth) return;
  const [w, h] = [unit.w * M.zoom, unit.h * M.zoom], x = unit.x * M.zoom + M.x, y = unit.y * M.zoom + M.y;
  if (x < 0 || x + w > c.clientWidth) M.x += (c.clientWidth - w) / 2 - x;
  if (y < 0 || y + h > c.clientHeight) M.y += (c.clientHeight - h) / 2 - y;
  later();
}

function legend(u) {
  const parts = ["Arrows: blue for code, orange where most is database; the number is how many edges"];
  if (G.hasDifference) parts.push("green: new edges, red: fewer, dashed: none left");
  if (M.heat === "owner") parts.push("boxes by owner: " + (G.raw.ownerNames.slice(0, 8).map(visible).join(", ") || "nobody is named"));
  else if (M.heat) parts.push(`boxes: the redder, the more ${{ size: "lines", coupling: "edges in and out", churn: "commits" }[M.heat]}`);
  return parts.join("; ") + ".";
}

function later() { if (!M.waiting) { M.waiting = true; requestAnimationFrame(() => { M.waiting = false; drawMap(); }); } }

function canvas() { return document.getElementById("canvas"); }

// Below this, names cannot be read: on a narrow screen the map begins with the box that most is tied to.
const LEGIBLE = 0.5;

function fit(box, least = 0) {
  const c = canvas(), u = units(), [x0, y0, x1, y1] = box || u.bounds, rim = 24;
  if (!c.clientWidth) return;
  M.fitted = u;
  M.zoom = Math.min((c.clientWidth - 2 * rim) / (x1 - x0), (c.clientHeight - 2 * rim) / (y1 - y0), box ? 400 : 1.6);
  let [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  if (M.zoom < least) {
    M.zoom = least;
    const heavy = u.root.children.reduce((a, b) => (M.coupling.get(b) || 0) > (M.coupling.get(a) || 0) ? b : a);
    x = heavy.x + heavy.w / 2; y = heavy.y + heavy.h / 2;
  }
  M.x = c.clientWidth / 2 - M.zoom * x; M.y = c.clientHeight / 2 - M.zoom * y;
  later();
}

function zoomBy(factor, x = canvas().clientWidth / 2, y = canvas().clientHeight / 2) {
  const zoom = Math.min(4000, Math.max(0.02, M.zoom * factor)), ratio = zoom / M.zoom;
  M.x = x - ratio * (x - M.x); M.y = y - ratio * (y - M.y); M.zoom = zoom;
  later();
}

function drawMap() {
  const c = canvas();
  if (S.view !== "map" || !c.clientWidth) return;
  const ratio = window.devicePixelRatio || 1, w = c.clientWidth, h = c.clientHeight;
  if (c.width !== Math.round(w * ratio) || c.height !== Math.round(h * ratio)) { c.width = Math.round(w * ratio); c.height = Math.round(h * ratio); }
  const context = c.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, w, h);
  paint(new CanvasPen(context), w, h);
}

function paint(pen, w, h) {
  const u = units(), colour = colours();
  const at = unit => [unit.x * M.zoom + M.x, unit.y * M.zoom + M.y, unit.w * M.zoom, unit.h * M.zoom];
  // Arrows below boxes that they do not touch, but above those that are open.
  const stack = [...u.root.children].reverse(), closed = [];
  while (stack.length) {
    const unit = stack.pop(), [x, y, bw, bh] = at(unit);
    if (x > w || y > h || x + bw < 0 || y + bh < 0) continue;
    const open = u.open.has(unit) && unit.children.length && bw > 40;
    if (open) { openBox(pen, unit, x, y, bw, bh, colour); for (let i = unit.children.length - 1; i >= 0; i--) stack.push(unit.children[i]); }
    else closed.push([unit, x, y, bw, bh]);
  }
  const heaviest = Math.max(8, ...M.drawn.map(b => b.count));
  M.ways = [];
  for (let i = M.drawn.length - 1; i >= 0; i--) arrow(pen, M.drawn[i], at, colour, heaviest);
  for (const [unit, x, y, bw, bh] of closed) closedBox(pen, unit, x, y, bw, bh, colour);
  M.plates = []; M.named = closed.filter(each => each[3] >= 26 && each[4] >= 11);
  for (const way of M.ways.slice(-40).reverse()) label(pen, way, colour);
}

function openBox(pen, unit, x, y, w, h, colour) {
  const service = units().serviceOf(unit), selected = unit === S.selected || unit === M.hover;
  pen.rect(x, y, w, h, { fill: tone(service, colour.dark, [97 - unit.depth, 12 + unit.depth]), stroke: selected ? colour.mark : tone(service, colour.dark, [70, 40]), width: selected ? 2 : 1, radius: 6 });
  const head = h * 0.13;
  if (head > 11 && w > 30) pen.text(x + 6, y + Math.min(head - 2, 17), visible(unit.label), { size: Math.min(14, Math.max(9, head * 0.6)), bold: true, fill: colour.ink, max: w - 12 });
}

function closedBox(pen, unit, x, y, w, h, colour) {
  if (w < 1.2 || h < 1.2) return;
  const service = units().serviceOf(unit), selected = unit === S.selected || unit === M.hover, heat = heatOf(unit);
  let fill = tone(service, colour.dark, [93, 20]);
  if (M.heat === "owner") fill = ownerTone(unit, colour.dark);
  if (heat >= 0) fill = `hsl(${Math.round(50 - 45 * heat)} 85% ${colour.dark ? Math.round(14 + 26 * heat) : Math.round(96 - 32 * heat)}%)`;
  const stroke = selected ? colour.mark : tone(service, colour.dark, [62, 48]);
  if (unit.kind === "table" || unit.kind === "view") { if (w > 8 && h > 8) pen.cylinder(x, y, w, h, { fill, stroke }); else pen.rect(x, y, w, h, { fill }); }
  else pen.rect(x, y, w, h, { fill, stroke: w > 4 ? stroke : undefined, width: selected ? 2.5 : unit.kind === "function" ? 0.6 : 1, radius: unit.depth === 1 ? 8 : unit.kind === "function" ? 7 : 3, dash: unit.kind === "rest" ? [4, 3] : undefined });
  if (h < 11 || w < 26) return;
  // A service's name is written smaller before it is cut off.
  const size = unit.depth === 1 ? Math.min(15, Math.max(10, Math.min(h / 4.4, (w - 12) / (unit.label.length * 0.64)))) : Math.min(13, Math.max(9, h * 0.5));
  const lid = unit.kind === "table" || unit.kind === "view" ? Math.min(h * 0.28, 16) : 0;
  pen.text(x + 7, Math.min(y + lid + size + 4, y + h - 3), visible(unit.label), { size, bold: unit.depth === 1, fill: colour.ink, max: w - 12 });
  const figures = unit.depth === 1 ? units().g.figures["service:" + (unit.kind === "shared" ? "shared" : unit.label)] || [] : [];
  const lines = [...figures.slice(1), ...(unit.depth === 1 ? unit.children.filter(t => t.kind === "table").slice(0, 12).map(t => "⛁ " + visible(t.label)) : [])];
  for (let i = 0; i < lines.length; i++) {
    const base = y + size + 6 + (i + 1) * size * 1.15;
    if (base > y + h - 3) break;
    pen.text(x + 7, base, lines[i], { size: size * 0.75, fill: colour.quiet, max: w - 12 });
  }
}

// From rim to rim; between services along the way that Python found for it.
function way(bundle, at, route) {
  if (route) return route.points.map((value, i) => value * M.zoom + (i % 2 ? M.y : M.x));
  const [ax, ay, aw, ah] = at(bundle.from), [bx, by, bw, bh] = at(bundle.into);
  const p = [ax + aw / 2, ay + ah / 2], q = [bx + bw / 2, by + bh / 2];
  const from = rim(p, q, aw / 2, ah / 2), into = rim(q, p, bw / 2, bh / 2);
  const dx = into[0] - from[0], dy = into[1] - from[1], bend = 0.12;
  return [...from, from[0] + dx / 3 - dy * bend, from[1] + dy / 3 + dx * bend, into[0] - dx / 3 - dy * bend, into[1] - dy / 3 + dx * bend, ...into];
}

function nameOf(unit) { return "service:" + (unit.kind === "shared" ? "shared" : unit.label); }

function rim(p, q, w, h) {
  const dx = q[0] - p[0], dy = q[1] - p[1];
  const scale = Math.min(1, 1 / Math.max(Math.abs(dx) / w, Math.abs(dy) / h, 1e-9));
  return [p[0] + dx * scale, p[1] + dy * scale];
}

function arrow(pen, bundle, at, colour, heaviest) {
  const route = bundle.from.depth === 1 && bundle.into.depth === 1 && M.routes.get(nameOf(bundle.from) + ">" + nameOf(bundle.into));
  const points = way(bundle, at, route), n = points.length;
  const chosen = S.arrow && S.arrow.from === bundle.from && S.arrow.into === bundle.into || bundle === M.hoverArrow || M.hover && (bundle.from === M.hover || bundle.into === M.hover);
  const apart = S.selected && !chosen && bundle.from !== S.selected && bundle.into !== S.selected;
  const stroke = chosen ? colour.mark : apart ? colour.line : bundle.added ? colour.good : bundle.gone ? colour.bad : bundle.database * 2 > bundle.count ? colour.data : colour.code;
  const width = 1 + 3 * Math.sqrt(bundle.count / heaviest);
  pen.line(points, { stroke, width: chosen ? width + 1 : width, dash: bundle.gone && !bundle.count ? [6, 4] : undefined });
  const angle = Math.atan2(points[n - 1] - points[n - 3], points[n - 2] - points[n - 4]), size = 6 + width;
  const tip = [points[n - 2] + (n > 8 ? Math.cos(angle) * 8 : 0), points[n - 1] + (n > 8 ? Math.sin(angle) * 8 : 0)];
  const corner = turn => [tip[0] - size * Math.cos(angle + turn), tip[1] - size * Math.sin(angle + turn)];
  pen.shape([...tip, ...corner(0.45), ...corner(-0.45)], { fill: stroke });
  M.ways.push({ bundle, points, route });
}

// Labels stand where room was kept for them: in full or, where that would not fit, as the bare number.
function label(pen, { bundle, points, route }, colour) {
  const change = changes(bundle), wide = text => text.length * 6.6 + 8;
  let text = weighed(bundle) + change, w = wide(text);
  if (route && route.label.length) {
    const [lx, ly, lw, lh] = route.label;
    if (lw * M.zoom * 1.2 < w) { text = (bundle.count ? bundle.count.toLocaleString("en") : "") + change; w = wide(text); }
    if (!change && (lw * M.zoom * 1.2 < w || lh * M.zoom < 9)) return;
    const spot = [(lx + lw / 2) * M.zoom + M.x, (ly + lh / 2) * M.zoom + M.y];
    if (isFree(...spot, w)) plate(pen, ...spot, w, text, colour);
    return;
  }
  const pieces = (points.length - 2) / 6, i = Math.floor(pieces / 2) * 6, piece = points.slice(i, i + 8);
  const spot = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8].map(t => bezier(piece, t)).find(([x, y]) => isFree(x, y, w));
  if (spot) plate(pen, ...spot, w, text, colour);
}

// Neither on another label nor on a box whose name can be read.
function isFree(x, y, w) {
  const left = x - w / 2, right = x + w / 2;
  return !M.plates.some(other => Math.abs(other.x - x) < (other.w + w) / 2 && Math.abs(other.y - y) < 18)
    && !M.named.some(([, bx, by, bw, bh]) => bx < right && left < bx + bw && by < y + 9 && y - 9 < by + bh);
}

// What a difference did to an arrow: " +3 −1".
function changes(bundle) { return (bundle.added ? ` +${bundle.added}` : "") + (bundle.gone ? ` −${bundle.gone}` : ""); }

// The heavier arrow comes first and keeps its own; what finds no room is left out.
function plate(pen, x, y, w, text, colour) {
  M.plates.push({ x, y, w });
  pen.rect(x - w / 2, y - 9, w, 18, { fill: colour.page, radius: 4 });
  pen.text(x, y + 4, text, { size: 11.5, fill: colour.ink, middle: true });
}

function bezier(p, t) {
  const s = 1 - t, a = s * s * s, b = 3 * s * s * t, c = 3 * s * t * t, d = t * t * t;
  return [a * p[0] + b * p[2] + c * p[4] + d * p[6], a * p[1] + b * p[3] + c * p[5] + d * p[7]];
}

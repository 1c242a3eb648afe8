// What the mouse, the finger and the keys do on the map.
function unitAt(px, py) {
  const u = units(), x = (px - M.x) / M.zoom, y = (py - M.y) / M.zoom;
  const has = unit => x >= unit.x && x <= unit.x + unit.w && y >= unit.y && y <= unit.y + unit.h;
  let found = null, among = u.root.children;
  for (;;) {
    const next = among.find(has);
    if (!next) return found;
    found = next;
    if (!u.open.has(next)) return found;
    among = next.children;
  }
}

function arrowAt(px, py) {
  let best = null, nearest = 7;
  for (const { bundle, points } of M.ways || []) for (let i = 0; i + 7 < points.length; i += 6) for (let t = 0; t <= 1; t += 0.04) {
    const [x, y] = bezier(points.slice(i, i + 8), t), distance = Math.hypot(x - px, y - py);
    if (distance < nearest) { nearest = distance; best = bundle; }
  }
  return best;
}

function toggle(unit) {
  if (!unit || !unit.children.length) return;
  const u = units();
  if (u.open.has(unit)) { for (const each of [...u.open]) if (isWithin(each, unit)) u.open.delete(each); changed(); fit(unit.parent === u.root ? undefined : box(unit.parent)); }
  else { u.open.add(unit); changed(); fit(box(unit)); }
}

function box(unit) { return [unit.x, unit.y, unit.x + unit.w, unit.y + unit.h]; }

// The nearest box in the direction of an arrow key, among those that lie beside the selected one.
function neighbour(dx, dy) {
  const u = units(), from = S.selected, all = from ? from.parent.children : u.root.children;
  if (!from) return all[0];
  const x = from.x + from.w / 2, y = from.y + from.h / 2;
  let best = null, least = Infinity;
  for (const unit of all) {
    if (unit === from) continue;
    const ox = unit.x + unit.w / 2 - x, oy = unit.y + unit.h / 2 - y, along = ox * dx + oy * dy, across = Math.abs(ox * dy) + Math.abs(oy * dx);
    if (along > 0 && along + 2 * across < least) { least = along + 2 * across; best = unit; }
  }
  return best || from;
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function mapKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const u = units(), key = event.key;
  if (ARROWS[key]) { const unit = neighbour(...ARROWS[key]); if (unit) select(unit); }
  else if (key === "Enter" && S.selected) { if (!u.open.has(S.selected) && S.selected.children.length) { const around = S.selected; u.open.add(around); S.selected = around.children[0]; changed(); fit(box(around)); } }
  else if (key === "Backspace" && S.selected) { const up = S.selected.parent; if (up && up !== u.root) { S.selected = up; if (u.open.has(up)) toggle(up); } else { S.selected = null; changed(); } }
  else if (key === "e" || key === "E") { const first = document.querySelector("#panel .tie"); if (first) first.focus(); }
  else if (key === "+" || key === "=") zoomBy(1.4);
  else if (key === "-") zoomBy(1 / 1.4);
  else if (key === "f" || key === "F") fit();
  else return;
  event.preventDefault(); event.stopPropagation();
}

function reach() {
  const c = canvas(), pointers = new Map();
  let moved = 0, spread = 0;
  const at = event => { const r = c.getBoundingClientRect(); return [event.clientX - r.left, event.clientY - r.top]; };
  c.addEventListener("wheel", event => { event.preventDefault(); zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...at(event)); }, { passive: false });
  c.addEventListener("pointerdown", event => { c.setPointerCapture(event.pointerId); pointers.set(event.pointerId, at(event)); moved = 0; spread = 0; });
  c.addEventListener("pointermove", event => {
    const [x, y] = at(event), held = pointers.get(event.pointerId);
    if (!held) return hover(x, y);
    if (pointers.size === 1) { M.x += x - held[0]; M.y += y - held[1]; later(); }
    moved += Math.abs(x - held[0]) + Math.abs(y - held[1]);
    pointers.set(event.pointerId, [x, y]);
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()], distance = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread) zoomBy(distance / spread, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      spread = distance;
    }
  });
  const up = event => {
    const was = pointers.delete(event.pointerId);
    if (!was || moved > 5 || event.type === "pointercancel") return;
    const [x, y] = at(event), unit = unitAt(x, y), hit = arrowAt(x, y);
    if (hit && (!unit || units().open.has(unit))) { S.arrow = hit; S.selected = null; changed(); } else select(unit);
  };
  c.addEventListener("pointerup", up);
  c.addEventListener("pointercancel", up);
  c.addEventListener("dblclick", event => toggle(unitAt(...at(event))));
  c.addEventListener("keydown", mapKey);
  new ResizeObserver(later).observe(c);
}

function hover(x, y) {
  const unit = unitAt(x, y), hit = !unit || units().open.has(unit) ? arrowAt(x, y) : null;
  if (unit === M.hover && hit === M.hoverArrow) return;
  M.hover = unit; M.hoverArrow = hit;
  const s = document.getElementById("status");
  if (hit) s.textContent = `${visible(dotted(hit.from))} → ${visible(dotted(hit.into))}: ${weighed(hit)}`;
  else if (unit) s.textContent = `${visible(dotted(unit))} (${unit.kind}${unit.lines ? ", " + plural(unit.lines, "line") : ""})`;
  later();
}

function exported(kind) {
  const c = canvas(), w = c.clientWidth, h = c.clientHeight;
  const save = blob => { const a = make("a", { href: URL.createObjectURL(blob), download: `${G.project}-map.${kind}` }); a.click(); setTimeout(() => URL.revokeObjectURL(a.href), 1000); };
  if (kind === "svg") { const pen = new SvgPen(w, h, colours().page); paint(pen, w, h); save(new Blob([pen.toString()], { type: "image/svg+xml" })); return; }
  const picture = document.createElement("canvas");
  picture.width = 2 * w; picture.height = 2 * h;
  const context = picture.getContext("2d");
  context.fillStyle = colours().page; context.fillRect(0, 0, 2 * w, 2 * h); context.scale(2, 2);
  paint(new CanvasPen(context), w, h);
  picture.toBlob(save, "image/png");
}

// Where boxes stand: services as Python laid them out, all else as a squarified treemap inside. Nothing ever moves.
function layOut(u) {
  const { boxes } = u.g, free = [];
  let bottom = 0;
  for (const unit of u.root.children) {
    const box = boxes["service:" + (unit.kind === "shared" ? "shared" : unit.label)];
    if (unit.kind !== "rest" && box) { [unit.x, unit.y, unit.w, unit.h] = box; bottom = Math.max(bottom, unit.y + unit.h); }
    else free.push(unit);
  }
  // What has no place there stands below, in rows about twice as wide as high.
  const right = Math.max(Math.sqrt(free.length * 234 * 120 * 2), ...u.root.children.filter(unit => unit.w).map(unit => unit.x + unit.w));
  let x = 0, y = bottom + 60;
  for (const unit of free) { if (x && x + 200 > right) { x = 0; y += 120; } unit.x = x; unit.y = y; unit.w = 200; unit.h = 90; x += 234; }
  for (const unit of u.root.children) inside(unit);
  const all = u.root.children;
  u.bounds = all.length ? [Math.min(...all.map(b => b.x)), Math.min(...all.map(b => b.y)),
    Math.max(...all.map(b => b.x + b.w)), Math.max(...all.map(b => b.y + b.h))] : [0, 0, 100, 100];
}

function inside(unit) {
  const stack = [unit];
  while (stack.length) {
    const at = stack.pop();
    if (!at.children.length) continue;
    const head = at.h * 0.13, rim = Math.min(at.w, at.h) * 0.03;
    squarify([...at.children].sort((a, b) => b.weight - a.weight || a.number - b.number), at.x + rim, at.y + head, at.w - 2 * rim, at.h - head - rim);
    stack.push(...at.children);
  }
}

// Bruls, Huizing, van Wijk: Squarified Treemaps (2000).
function squarify(items, x, y, w, h) {
  let total = 0;
  for (const item of items) total += Math.sqrt(item.weight);
  const scale = w * h / total, area = item => Math.sqrt(item.weight) * scale;
  let start = 0;
  while (start < items.length) {
    const side = Math.min(w, h);
    let end = start, sum = 0, worst = Infinity, largest = 0, smallest = Infinity;
    while (end < items.length) {
      const size = area(items[end]);
      const high = Math.max(largest, size), low = Math.min(smallest, size), whole = sum + size;
      const next = Math.max(side * side * high / (whole * whole), whole * whole / (side * side * low));
      if (next > worst) break;
      worst = next; sum = whole; largest = high; smallest = low; end++;
    }
    const thick = sum / side;
    let along = 0;
    for (let i = start; i < end; i++) {
      const item = items[i], long = area(item) / thick, gap = Math.min(thick, long) * 0.06;
      const [bx, by, bw, bh] = w >= h ? [x, y + along, thick, long] : [x + along, y, long, thick];
      item.x = bx + gap; item.y = by + gap; item.w = Math.max(bw - 2 * gap, bw * 0.5); item.h = Math.max(bh - 2 * gap, bh * 0.5);
      along += long;
    }
    if (w >= h) { x += thick; w -= thick; } else { y += thick; h -= thick; }
    start = end;
  }
}

// Two pens with the same strokes: one draws on the canvas, one writes SVG.
const FONT = 'system-ui, "DejaVu Sans", sans-serif';

class CanvasPen {
  constructor(context) { this.c = context; }

  rect(x, y, w, h, { fill, stroke, width = 1, radius = 0, dash }) {
    const c = this.c;
    c.beginPath();
    if (radius && w > 12 && h > 12) c.roundRect(x, y, w, h, radius); else c.rect(x, y, w, h);
    if (fill) { c.fillStyle = fill; c.fill(); }
    if (stroke) { c.strokeStyle = stroke; c.lineWidth = width; c.setLineDash(dash || []); c.stroke(); c.setLineDash([]); }
  }

  text(x, y, text, { size = 12, bold = false, fill, max = Infinity, middle = false }) {
    const c = this.c;
    c.font = `${bold ? "600 " : ""}${size}px ${FONT}`;
    c.fillStyle = fill; c.textAlign = middle ? "center" : "left"; c.textBaseline = "alphabetic";
    c.fillText(fitted(c, text, max), x, y);
  }

  line(points, { stroke, width, dash }) {
    const c = this.c;
    c.beginPath(); c.moveTo(points[0], points[1]);
    for (let i = 2; i + 5 < points.length; i += 6) c.bezierCurveTo(...points.slice(i, i + 6));
    c.strokeStyle = stroke; c.lineWidth = width; c.setLineDash(dash || []); c.stroke(); c.setLineDash([]);
  }

  shape(points, { fill }) {
    const c = this.c;
    c.beginPath(); c.moveTo(points[0], points[1]);
    for (let i = 2; i < points.length; i += 2) c.lineTo(points[i], points[i + 1]);
    c.closePath(); c.fillStyle = fill; c.fill();
  }

  cylinder(x, y, w, h, { fill, stroke }) {
    const c = this.c, lid = Math.min(h * 0.14, 8);
    c.beginPath(); c.moveTo(x, y + lid); c.ellipse(x + w / 2, y + lid, w / 2, lid, 0, Math.PI, 0); c.lineTo(x + w, y + h - lid);
    c.ellipse(x + w / 2, y + h - lid, w / 2, lid, 0, 0, Math.PI); c.closePath();
    c.fillStyle = fill; c.fill(); c.strokeStyle = stroke; c.lineWidth = 1; c.stroke();
    c.beginPath(); c.ellipse(x + w / 2, y + lid, w / 2, lid, 0, 0, Math.PI); c.stroke();
  }
}

// The longest beginning of a text that fits, with an ellipsis; what was measured is remembered.
const fits = new Map();
function fitted(c, text, max) {
  const key = c.font + "|" + text + "|" + Math.floor(max / 4);
  let found = fits.get(key);
  if (found === undefined) {
    found = text;
    if (c.measureText(text).width > max) {
      let low = 0, high = text.length;
      while (low < high) { const middle = (low + high + 1) >> 1; if (c.measureText(text.slice(0, middle) + "…").width <= max) low = middle; else high = middle - 1; }
      found = low ? text.slice(0, low) + "…" : "";
    }
    if (fits.size > 20000) fits.clear();
    fits.set(key, found);
  }
  return found;
}

class SvgPen {
  constructor(width, height, background) {
    this.parts = []; this.size = [width, height]; this.measure = document.createElement("canvas").getContext("2d");
    this.rect(0, 0, width, height, { fill: background });
  }

  escaped(text) { return text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`); }
  n(value) { return String(Math.round(value * 10) / 10); }
  style({ fill = "none", stroke, width = 1, dash }) {
    return `fill="${fill}"` + (stroke ? ` stroke="${stroke}" stroke-width="${this.n(width)}"` + (dash ? ` stroke-dasharray="${dash}"` : "") : "");
  }

  rect(x, y, w, h, style) { this.parts.push(`<rect x="${this.n(x)}" y="${this.n(y)}" width="${this.n(w)}" height="${this.n(h)}" rx="${style.radius || 0}" ${this.style(style)}/>`); }

  text(x, y, text, { size = 12, bold = false, fill, max = Infinity, middle = false }) {
    this.measure.font = `${bold ? "600 " : ""}${size}px ${FONT}`;
    const shown = fitted(this.measure, text, max);
    if (shown) this.parts.push(`<text x="${this.n(x)}" y="${this.n(y)}" font-size="${size}" fill="${fill}"${bold ? ' font-weight="600"' : ""}${middle ? ' text-anchor="middle"' : ""}>${this.escaped(shown)}</text>`);
  }

  line(points, style) {
    const [x, y, ...rest] = points.map(value => this.n(value));
    this.parts.push(`<path d="M${x} ${y}C${rest.join(" ")}" ${this.style(style)}/>`);
  }

  shape(points, style) { this.parts.push(`<polygon points="${points.map(value => this.n(value)).join(" ")}" ${this.style(style)}/>`); }

  cylinder(x, y, w, h, style) {
    const lid = Math.min(h * 0.14, 8), r = `${this.n(w / 2)} ${this.n(lid)} 0 0`;
    this.parts.push(`<path d="M${this.n(x)} ${this.n(y + lid)}A${r} 1 ${this.n(x + w)} ${this.n(y + lid)}V${this.n(y + h - lid)}A${r} 1 ${this.n(x)} ${this.n(y + h - lid)}ZM${this.n(x)} ${this.n(y + lid)}A${r} 0 ${this.n(x + w)} ${this.n(y + lid)}" ${this.style(style)}/>`);
  }

  toString() {
    const [w, h] = this.size;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="system-ui, 'DejaVu Sans', sans-serif">\n${this.parts.join("\n")}\n</svg>\n`;
  }
}

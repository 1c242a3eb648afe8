// Wakes the page: unpacks what travels along (generators/reports/page/container.py), the page's own script among it.
function travelled() {
  const text = document.getElementById("data").textContent, data = new Uint8Array(text.length);
  const code = new Uint8Array(128);
  for (let at = 33, number = 0; at < 127; at++) if (!"&<\\".includes(String.fromCharCode(at))) code[at] = number++;
  let held = 0, bits = 0, length = 0;
  for (let at = 0; at + 1 < text.length; at += 2) {
    const number = code[text.charCodeAt(at)] + 91 * code[text.charCodeAt(at + 1)];
    held |= number << bits;
    bits += (number & 8191) > 88 ? 13 : 14;
    for (; bits > 7; bits -= 8, held >>>= 8) data[length++] = held;
  }
  if (text.length % 2) data[length++] = held | code[text.charCodeAt(text.length - 1)] << bits;
  const whole = inflated(data.subarray(4, length), new DataView(data.buffer).getUint32(0, true)), json = new DataView(whole.buffer).getUint32(0, true);
  return joined(JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + json))), whole.subarray(4 + json));
}

// LZMA with lc = lp = pb = 0 (Pavlov, LZMA specification, 2015): an adaptive model foretells each bit, a range coder holds the rest.
function inflated(data, size) {
  const odds = new Uint16Array(2200).fill(1024), out = new Uint8Array(size);
  const MATCH = 0, REP = 12, REP0 = 24, REP1 = 36, REP2 = 48, LONG = 60, LENGTH = 72, AGAIN = 346, SLOT = 620, FAR = 876, ALIGN = 1004, LITERAL = 1024;
  // The range and the code in it, in an array so that they stay numbers of 32 bits.
  const coder = new Uint32Array([0xffffffff, new DataView(data.buffer, data.byteOffset).getUint32(1)]);
  let next = 5;
  const narrowed = () => { if (coder[0] < 0x1000000) { coder[0] <<= 8; coder[1] = coder[1] << 8 | data[next++]; } };
  const bit = i => {
    const odd = odds[i], bound = (coder[0] >>> 11) * odd, one = coder[1] >= bound;
    if (one) { coder[0] -= bound; coder[1] -= bound; odds[i] = odd - (odd >> 5); } else { coder[0] = bound; odds[i] = odd + (2048 - odd >> 5); }
    narrowed();
    return one ? 1 : 0;
  };
  const tree = (at, bits) => { let m = 1; for (let n = 0; n < bits; n++) m = m * 2 + bit(at + m); return m - (1 << bits); };
  const reversed = (at, bits) => { let m = 1, value = 0; for (let n = 0; n < bits; n++) { const b = bit(at + m); m = m * 2 + b; value |= b << n; } return value; };
  const direct = bits => { let value = 0; while (bits--) { coder[0] >>>= 1; const b = coder[1] >= coder[0] ? 1 : 0; if (b) coder[1] -= coder[0]; narrowed(); value = value * 2 + b; } return value; };
  const long = at => bit(at) ? bit(at + 1) ? 18 + tree(at + 18, 8) : 10 + tree(at + 10, 3) : 2 + tree(at + 2, 3);
  const distance = length => {
    const slot = tree(SLOT + Math.min(length - 2, 3) * 64, 6), bits = (slot >> 1) - 1;
    if (slot < 4) return slot;
    const from = (2 | slot & 1) * 2 ** bits;
    return slot < 14 ? from + reversed(FAR + from - slot, bits) : from + direct(bits - 4) * 16 + reversed(ALIGN, 4);
  };
  let state = 0, done = 0, r0 = 0, r1 = 0, r2 = 0, r3 = 0;
  while (done < size) {
    if (!bit(MATCH + state)) {
      let m = 1;
      if (state > 6) {
        let match = out[done - r0 - 1], same = 256;
        while (m < 256) { match <<= 1; const wanted = match & same, b = bit(LITERAL + same + wanted + m); m = m * 2 + b; same &= b ? match : ~match; }
      } else while (m < 256) m = m * 2 + bit(LITERAL + m);
      out[done++] = m;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let length = 1;
    if (bit(REP + state)) {
      if (!bit(REP0 + state)) { if (!bit(LONG + state)) { state = state < 7 ? 9 : 11; out[done] = out[done++ - r0 - 1]; continue; } }
      else if (!bit(REP1 + state)) [r0, r1] = [r1, r0];
      else if (!bit(REP2 + state)) [r0, r1, r2] = [r2, r0, r1];
      else [r0, r1, r2, r3] = [r3, r0, r1, r2];
      length = long(AGAIN); state = state < 7 ? 8 : 11;
    } else {
      length = long(LENGTH); state = state < 7 ? 7 : 10;
      [r0, r1, r2, r3] = [distance(length), r0, r1, r2];
    }
    for (const end = done + length; done < end; done++) out[done] = out[done - r0 - 1];
  }
  return out;
}

// Long lists of numbers stand behind the JSON, byte by byte.
function joined(value, numbers) {
  if (value === null || typeof value !== "object") return value;
  if (!Array.isArray(value)) { for (const key of Object.keys(value)) value[key] = joined(value[key], numbers); return value; }
  if (value[0] !== null) return value.map(each => joined(each, numbers));
  const [, offset, count, width] = value, found = new Array(count);
  for (let n = 0; n < count; n++) {
    let each = 0;
    for (let place = width - 1; place >= 0; place--) each = each * 256 + numbers[offset + place * count + n];
    found[n] = each % 2 ? -(each + 1) / 2 : each / 2;
  }
  return found;
}

try {
  globalThis.carveout = travelled();
  document.body.append(Object.assign(document.createElement("script"), { textContent: globalThis.carveout.script }));
} catch { document.getElementById("asleep").hidden = false; }

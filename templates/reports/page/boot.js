// Wakes the page: unpacks what travels along (generators/reports/page/container.py), the page's own script among it.
async function travelled() {
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
  const stream = new Blob([data.subarray(0, length)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const whole = await new Response(stream).arrayBuffer(), json = new DataView(whole).getUint32(0, true);
  return joined(JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, json))), new Uint8Array(whole, 4 + json));
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

travelled().then(raw => {
  globalThis.carveout = raw;
  document.body.append(Object.assign(document.createElement("script"), { textContent: raw.script }));
}).catch(() => { document.getElementById("asleep").hidden = false; });

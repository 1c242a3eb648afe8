// Tables and sentences that follow the chosen grouping: the page itself tells of the first, the others travel along.
const FIRST = { rows: new Map(), said: new Map() };
let followed = 0;

function remember() {
  for (const table of document.querySelectorAll("[data-follows]")) {
    const rows = [...table.tBodies[0].rows], name = "data-" + table.dataset.link;
    FIRST.rows.set(table.dataset.follows, rows);
    for (const row of rows) {
      const head = row.cells[0], text = head.textContent, { value = "*" } = head.dataset;
      head.replaceChildren(make("button", { type: "button", class: "plain", [name]: value.endsWith("*") ? value.slice(0, -1) + text : value }, ...breakable(text)));
      for (const cell of row.querySelectorAll("td.name")) cell.replaceChildren(...breakable(cell.textContent));
    }
  }
  for (const place of document.querySelectorAll("[data-said]")) FIRST.said.set(place.dataset.said, place.textContent);
}

function follow() {
  if (followed === S.grouping) return;
  followed = S.grouping;
  const { views } = G.groupings[S.grouping];
  for (const table of document.querySelectorAll("[data-follows]")) {
    const [view, part] = table.dataset.follows.split("."), first = FIRST.rows.get(table.dataset.follows);
    const told = views[view] && (part ? views[view].further[part] : views[view].rows);
    const same = told && new Map(first.map(row => [row.cells[0].textContent, row]));
    table.tBodies[0].replaceChildren(...(told ? told.map(cells => followingRow(table, cells, same)) : first));
    for (const cell of table.tHead.rows[0].cells) cell.removeAttribute("aria-sort");
  }
  for (const place of document.querySelectorAll("[data-said]")) {
    const [view, name] = place.dataset.said.split(".");
    place.textContent = views[view] ? visible(views[view].said[name]) : FIRST.said.get(place.dataset.said);
  }
}

// Cells that no grouping changes are copied from the row of the same name.
function followingRow(table, cells, same) {
  const heads = [...table.tHead.rows[0].cells], [value, name] = cells[0], old = same.get(visible(name));
  const row = make("tr", {}, make("th", { scope: "row" }, make("button", { type: "button", class: "plain", ["data-" + table.dataset.link]: value }, ...breakable(name))));
  cells.slice(1).forEach((cell, n) => {
    const [tone, text] = Array.isArray(cell) ? cell : ["", cell];
    row.append(make("td", { class: heads[n + 1].className || null }, ...(tone ? [make("span", { class: "tone " + tone }, text)] : heads[n + 1].className === "name" ? breakable(text) : [visible(text)])));
  });
  for (let n = cells.length; n < heads.length; n++) row.append(old && old.cells[n] ? old.cells[n].cloneNode(true) : make("td"));
  return row;
}

// A long name may be broken where its parts meet.
function breakable(text) {
  return visible(text).split(/(?<=[._/])(?=[a-z0-9])/i).flatMap((part, n) => n ? [make("wbr"), part] : [part]);
}

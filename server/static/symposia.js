// Copying, sorting and filtering. Every page works without this file.
"use strict";

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function addCopy(place) {
  if (!navigator.clipboard) return;
  const made = button("Copy", async () => {
    await navigator.clipboard.writeText(place.textContent.trim());
    made.textContent = "Copied";
    setTimeout(() => { made.textContent = "Copy"; }, 1500);
  });
  made.className = "quiet";
  made.setAttribute("aria-live", "polite");
  place.after(" ", made);
}

function valueOf(row, column) {
  const cell = row.cells[column];
  const text = (cell.dataset.sort ?? cell.textContent).trim();
  const number = Number(text.replace(/\u202f/g, "").replace("−", "-"));
  return text !== "" && !Number.isNaN(number) ? number : text;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
  return String(a).localeCompare(String(b), undefined, { numeric: true, sensitivity: "base" });
}

function addSort(table) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 3) return;
  for (const head of table.tHead.rows[0].cells) {
    if (head.classList.contains("bar")) continue;
    const made = button(head.textContent, () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = Array.from(body.rows, (row) => [valueOf(row, head.cellIndex), row]);
      rows.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
      body.append(...rows.map((pair) => pair[1]));
    });
    head.replaceChildren(made);
  }
}

function addFilter(table) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 12) return;
  const label = document.createElement("label");
  const field = document.createElement("input");
  field.type = "search";
  const shown = document.createElement("span");
  shown.className = "muted";
  shown.setAttribute("role", "status");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of body.rows) {
      const text = plain(row.textContent);
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) count += 1;
    }
    shown.textContent = words.length ? `${count} of ${body.rows.length}` : "";
  });
  label.append("Filter ", field, " ", shown);
  label.className = "filter-field";
  (table.closest(".wide") ?? table).before(label);
}

document.querySelectorAll(".copy").forEach(addCopy);
document.querySelectorAll("table.filter").forEach(addFilter);
document.querySelectorAll("table.sort").forEach(addSort);

// The answer of a query as a chart or a network, where its columns allow it. The table is always there.
"use strict";

(() => {
  const table = document.querySelector("table[data-pictures]");
  if (!table) return;
  const MOST_BARS = 60;
  const MOST_EDGES = 400;
  const SVG = "http://www.w3.org/2000/svg";
  const heads = [...table.tHead.rows[0].cells];
  const names = heads.map((head) => head.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  const text = (row, i) => row.cells[i].textContent.trim();
  const number = (row, i) => Number(text(row, i).replace(/[\u202f\u00a0,]/g, "").replace("−", "-"));
  const isYear = (i) => /year|date|start|day/i.test(names[i]);
  const numeric = heads.map((head, i) => head.classList.contains("number") && !isYear(i));
  const measure = numeric.indexOf(true);
  const label = names.findIndex((_, i) => !numeric[i]);
  const second = names.findIndex((_, i) => i > label && !numeric[i]);
  const once = label >= 0 && new Set(rows.map((row) => text(row, label))).size === rows.length;
  const called = (row) => once || second < 0 ? text(row, label) : `${text(row, label)}, ${text(row, second)}`;
  const linked = names.map((_, i) => i).filter((i) => rows.some((row) => row.cells[i].querySelector("a")));

  function make(name, attributes = {}, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function chart(place) {
    const shown = rows.slice(0, MOST_BARS);
    if (isYear(label)) shown.sort((a, b) => text(a, label).localeCompare(text(b, label)));
    const values = shown.map((row) => number(row, measure) || 0);
    const most = Math.max(...values, 0);
    const least = Math.min(...values, 0);
    const left = 260, width = 720, height = 22;
    const x = (value) => left + ((value - least) / (most - least || 1)) * (width - left - 70);
    const title = `${names[measure]} by ${names[label]}`;
    const svg = make("svg", { viewBox: `0 0 ${width} ${shown.length * height + 4}`, role: "img", "aria-label": title, class: "chart" });
    shown.forEach((row, i) => {
      const y = i * height + 4;
      const words = called(row);
      const name = make("text", { x: left - 8, y: y + 14, "text-anchor": "end" }, words.length > 38 ? `${words.slice(0, 37)}…` : words);
      const bar = make("rect", { x: Math.min(x(0), x(values[i])), y: y + 2, width: Math.max(1, Math.abs(x(values[i]) - x(0))), height: height - 6 });
      const value = make("text", { x: Math.max(x(values[i]), x(0)) + 6, y: y + 14, class: "value" }, text(row, measure));
      svg.append(make("g", {}, make("title", {}, `${words}: ${text(row, measure)}`), name, bar, value));
    });
    place.append(svg);
    return rows.length > MOST_BARS ? `The first ${MOST_BARS} of ${rows.length} rows.` : "";
  }

  function network(place) {
    const [from, to] = linked;
    const nodes = new Map();
    const edges = [];
    for (const row of rows.slice(0, MOST_EDGES)) {
      const ends = [from, to].map((i) => row.cells[i].querySelector("a"));
      if (!ends[0] || !ends[1]) continue;
      for (const end of ends) nodes.set(end.href, end.textContent.trim());
      edges.push({ data: { source: ends[0].href, target: ends[1].href, weight: measure < 0 ? 1 : number(row, measure) || 1 } });
    }
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const box = document.createElement("div");
    box.className = "answer-network";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `${nodes.size} things and ${edges.length} links: ${names[from]} and ${names[to]}; the table holds the same`);
    place.append(box);
    if (!document.getElementById("__________cytoscape_stylesheet")) {
      // The library would write a style element, which the page's policy forbids; the sheet has its rule.
      const stand = document.createElement("meta");
      stand.id = "__________cytoscape_stylesheet";
      document.head.append(stand);
    }
    const drawn = cytoscape({
      container: box,
      elements: [...[...nodes].map(([id, name]) => ({ data: { id, name } })), ...edges],
      layout: { name: "cose", animate: false, randomize: false, nodeDimensionsIncludeLabels: true },
      style: [
        { selector: "node", style: { label: "data(name)", width: 10, height: 10, "background-color": colour("--link"), color: colour("--ink"), "font-size": 11, "min-zoomed-font-size": 7, "text-wrap": "ellipsis", "text-max-width": 140 } },
        { selector: "edge", style: { width: `mapData(weight, 1, ${Math.max(2, ...edges.map((each) => each.data.weight))}, 1, 6)`, "line-color": colour("--break"), "curve-style": "haystack" } },
      ],
    });
    drawn.on("dbltap", "node", (event) => { location.href = event.target.id(); });
    return rows.length > MOST_EDGES ? `The first ${MOST_EDGES} of ${rows.length} rows.` : "A double click follows.";
  }

  const pictures = [];
  if (measure >= 0 && label >= 0 && rows.length > 1) pictures.push(["Chart", chart, ""]);
  if (linked.length > 1 && rows.length > 1) pictures.push(["Network", network, table.dataset.network]);
  if (!pictures.length) return;

  function load(address) {
    return new Promise((done, failed) => {
      if (!address || typeof cytoscape !== "undefined") return done();
      const script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }

  const wide = table.closest(".wide") ?? table;
  const filter = document.querySelector(".filter-field");
  const place = document.createElement("figure");
  place.hidden = true;
  const bar = document.createElement("p");
  bar.className = "actions views";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Show as");
  const buttons = [["Table", null, ""], ...pictures].map(([word, draw, needs]) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = word;
    made.setAttribute("aria-pressed", String(!draw));
    made.addEventListener("click", async () => {
      await load(needs);
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === made));
      for (const part of [wide, filter]) if (part) part.hidden = Boolean(draw);
      place.hidden = !draw;
      place.replaceChildren();
      if (!draw) return;
      const caption = document.createElement("figcaption");
      caption.textContent = draw(place);
      place.append(caption);
    });
    return made;
  });
  bar.append(...buttons);
  (filter ?? wide).before(bar);
  wide.after(place);
})();

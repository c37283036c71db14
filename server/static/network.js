// The moving picture of a network: click selects, double click follows, and the list does the same.
const figure = document.querySelector("figure.network");
if (figure) start(figure);
document.querySelectorAll("input[data-suggest]").forEach(complete);

// Names of the kind that a field takes, as the search suggests them.
function complete(field) {
  const list = document.createElement("datalist");
  list.id = `names-of-${field.id}`;
  field.after(list);
  field.setAttribute("list", list.id);
  let asked = 0;
  field.addEventListener("input", async () => {
    const mine = (asked += 1);
    const fields = new URLSearchParams({ q: field.value.trim(), kind: field.dataset.suggest });
    const answer = await fetch(`${field.dataset.from}?${fields}`).catch(() => null);
    if (mine !== asked || !answer?.ok) return;
    const { suggestions } = await answer.json();
    list.replaceChildren(...suggestions.filter((each) => each.kind === field.dataset.suggest).map((each) => new Option("", each.name)));
  });
}

async function start(figure) {
  const still = figure.querySelector("svg");
  const rows = [...document.querySelectorAll("tr[data-member]")];
  const tools = document.createElement("div");
  tools.className = "tools";
  const told = document.createElement("output");
  const stage = document.createElement("div");
  stage.className = "stage";
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", still.getAttribute("aria-label"));
  stage.tabIndex = 0;
  tools.append(button("Save as PNG", () => save(figure)), told);
  figure.prepend(tools);

  let network;
  try {
    const [answer] = await Promise.all([fetch(figure.dataset.source), load(figure.dataset.script)]);
    if (!answer.ok) throw new Error(`${answer.status}`);
    network = await answer.json();
  } catch {
    told.textContent = "The picture stands still: its data could not be loaded.";
    return;
  }
  const paper = still.viewBox.baseVal;
  const width = figure.clientWidth;
  stage.style.height = `${Math.max(240, Math.min((width * paper.height) / paper.width, Math.max(560, 0.9 * innerHeight)))}px`;
  still.after(stage);
  still.setAttribute("hidden", "");
  figure.removeAttribute("tabindex");
  const drawn = window.cytoscape({
    container: stage,
    elements: elements(network),
    layout: { name: "preset" },
    style: style(),
    minZoom: 0.1,
    maxZoom: 6,
    autoungrabify: network.nodes.length > 1500,
    hideEdgesOnViewport: network.nodes.length > 1500,
    textureOnViewport: network.nodes.length > 1500,
    boxSelectionEnabled: false,
  });
  const fit = () => {
    drawn.fit(undefined, 24);
    if (drawn.zoom() > 1.25) drawn.zoom(1.25);
    drawn.center();
  };
  fit();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.style(style()));

  const follow = (node) => {
    if (node.data("address")) location.assign(node.data("address"));
  };
  const select = (node, row) => {
    drawn.elements().removeClass("near far chosen");
    for (const each of rows) each.classList.toggle("chosen", each === row);
    told.replaceChildren();
    if (!node) return;
    const near = node.closedNeighborhood();
    drawn.elements().not(near).addClass("far");
    near.addClass("near");
    node.addClass("chosen");
    const link = document.createElement("a");
    link.href = node.data("address");
    link.textContent = node.data("label");
    const others = near.nodes().length - 1;
    told.append(link, ` with ${others} ${others === 1 ? "other" : "others"} here`);
  };
  const rowOf = new Map(rows.map((row) => [row.dataset.member, row]));
  drawn.on("tap", (event) => {
    if (event.target === drawn) return select(null, null);
    if (!event.target.isNode()) return undefined;
    const row = rowOf.get(event.target.id());
    select(event.target, row);
    const box = row?.closest(".wide");
    if (box) box.scrollTop = row.offsetTop - box.clientHeight / 2;
    return undefined;
  });
  drawn.on("dbltap", "node", (event) => follow(event.target));
  for (const row of rows) {
    const node = drawn.getElementById(row.dataset.member);
    row.addEventListener("focusin", () => select(node, row));
    row.addEventListener("click", (event) => {
      if (!event.target.closest("a")) select(node, row);
    });
    row.addEventListener("dblclick", () => follow(node));
  }
  stage.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (event.key in steps) drawn.panBy({ x: steps[event.key][0], y: steps[event.key][1] });
    else if (event.key === "+" || event.key === "=") zoom(drawn, 1.25);
    else if (event.key === "-") zoom(drawn, 0.8);
    else if (event.key === "0") fit();
    else if (event.key === "Escape") select(null, null);
    else return;
    event.preventDefault();
  });
  told.before(
    button("Closer", () => zoom(drawn, 1.25)),
    button("Farther", () => zoom(drawn, 0.8)),
    button("All of it", fit),
  );
  figure.dataset.ready = "";
  figure.network = drawn;
}

function elements(network) {
  const nodes = network.nodes.map((node, number) => ({
    data: { ...node, id: String(number), shown: short(node.label), centre: node.distance === 0 ? 1 : 0 },
    position: { x: node.x, y: node.y },
    classes: `c${node.colour} ${node.side}${node.name ? " named" : ""}`,
  }));
  const edges = network.edges.map((edge, number) => ({
    data: { id: `e${number}`, source: String(edge.one), target: String(edge.other), width: 0.8 + 1.1 * Math.log2(edge.works) },
  }));
  const broader = network.broader.map(([one, other], number) => ({
    data: { id: `b${number}`, source: String(one), target: String(other) },
    classes: "broader",
  }));
  return [...nodes, ...edges, ...broader];
}

function short(text) {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}

function style() {
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(name).trim();
  const fills = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442"];
  return [
    { selector: "node", style: {
      width: "data(size)", height: "data(size)", shape: "data(shape)", "border-width": 0.75, "border-color": colour("--ink"),
      "font-size": 12, color: colour("--ink"), "text-outline-color": colour("--paper"), "text-outline-width": 1.5,
      "text-valign": "center", "text-halign": "right", "text-margin-x": 3, "text-margin-y": "data(down)", "min-zoomed-font-size": 7 } },
    { selector: ".left", style: { "text-halign": "left", "text-margin-x": -3 } },
    { selector: ".below", style: { "text-halign": "center", "text-valign": "bottom", "text-margin-x": 0, "text-margin-y": 3 } },
    { selector: ".above", style: { "text-halign": "center", "text-valign": "top", "text-margin-x": 0, "text-margin-y": -3 } },
    ...fills.map((fill, number) => ({ selector: `.c${number}`, style: { "background-color": fill } })),
    { selector: "node.named", style: { label: "data(shown)" } },
    { selector: "node[centre = 1]", style: { "border-width": 3, "font-weight": 600 } },
    { selector: "edge", style: { width: (edge) => edge.data("width") ?? 1, "line-color": colour("--break"), "curve-style": "haystack", events: "no" } },
    { selector: ".broader", style: { "line-style": "dashed", "line-color": colour("--ink"), "curve-style": "straight" } },
    { selector: ".far", style: { opacity: 0.15 } },
    { selector: "node.near", style: { label: "data(shown)", "z-index": 2 } },
    { selector: "edge.near", style: { "line-color": colour("--link") } },
    { selector: "node.chosen", style: { "border-width": 3, "border-color": colour("--link"), "font-weight": 600 } },
  ];
}

function zoom(drawn, by) {
  drawn.zoom({ level: drawn.zoom() * by, renderedPosition: { x: drawn.width() / 2, y: drawn.height() / 2 } });
}

function button(text, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = text;
  made.addEventListener("click", action);
  return made;
}

function load(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", done);
    script.addEventListener("error", failed);
    document.head.append(script);
  });
}

function save(figure) {
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.naturalWidth;
    canvas.height = 2 * image.naturalHeight;
    const paper = canvas.getContext("2d");
    paper.fillStyle = getComputedStyle(document.body).backgroundColor;
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${figure.dataset.name}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  });
  image.src = figure.dataset.image;
}

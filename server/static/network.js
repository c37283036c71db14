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
  let Picture;
  try {
    const [answer, module] = await Promise.all([fetch(figure.dataset.source), import(new URL(figure.dataset.script, document.baseURI))]);
    if (!answer.ok) throw new Error(`${answer.status}`);
    network = await answer.json();
    ({ Picture } = module);
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
  const drawn = new Picture(stage, network);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.draw());

  const follow = (number) => {
    const { address } = network.nodes[number];
    if (address) location.assign(address);
  };
  const rowOf = new Map(rows.map((row) => [Number(row.dataset.member), row]));
  let marked;
  const select = (number, scroll) => {
    const row = rowOf.get(number);
    marked?.classList.remove("chosen");
    row?.classList.add("chosen");
    marked = row;
    drawn.choose(number);
    told.replaceChildren();
    if (number === null) return;
    const { address, label } = network.nodes[number];
    const name = document.createElement(address ? "a" : "bdi");
    if (address) name.href = address;
    name.textContent = label;
    const others = drawn.near[number].length;
    told.append(name, ` with ${others} ${others === 1 ? "other" : "others"} here`);
    const box = scroll && row?.closest(".wide");
    if (box) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  };
  for (const [number, row] of rowOf) {
    row.addEventListener("focusin", () => select(number));
    row.addEventListener("click", (event) => {
      if (!event.target.closest("a")) select(number);
    });
    row.addEventListener("dblclick", () => follow(number));
  }
  handle(stage, drawn, (number) => select(number, true), follow);
  stage.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (event.key in steps) drawn.move(...steps[event.key]);
    else if (event.key === "+" || event.key === "=") drawn.zoom(1.25);
    else if (event.key === "-") drawn.zoom(0.8);
    else if (event.key === "0") drawn.fit();
    else if (event.key === "Escape") select(null);
    else return;
    event.preventDefault();
  });
  told.before(
    button("Closer", () => drawn.zoom(1.25)),
    button("Farther", () => drawn.zoom(0.8)),
    button("All of it", () => drawn.fit()),
  );
  figure.dataset.ready = "";
  figure.network = drawn;
}

// What fingers and a mouse do: one moves the picture or a mark, two and a wheel zoom, a click selects.
function handle(stage, drawn, select, follow) {
  const down = new Map();
  let moved, held;
  const here = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left - stage.clientLeft, event.clientY - box.top - stage.clientTop];
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    down.set(event.pointerId, here(event));
    held = down.size === 1 ? drawn.at(...here(event)) : null;
    moved = down.size > 1;
  });
  stage.addEventListener("pointermove", (event) => {
    const [x, y] = here(event);
    const before = down.get(event.pointerId);
    if (!before) {
      const number = drawn.at(x, y);
      stage.title = number === null ? "" : drawn.nodes[number].label;
      stage.classList.toggle("on", number !== null);
      return;
    }
    if (!moved && Math.hypot(x - before[0], y - before[1]) < 4) return;
    moved = true;
    stage.setPointerCapture(event.pointerId);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, [x, y]);
    if (other) {
      const [was, is] = [before, [x, y]].map((each) => Math.hypot(each[0] - other[0], each[1] - other[1]));
      if (was && is) drawn.zoom(is / was, (x + other[0]) / 2, (y + other[1]) / 2);
    } else if (held === null || !drawn.drag(held, x - before[0], y - before[1])) drawn.move(x - before[0], y - before[1]);
  });
  for (const ended of ["pointerup", "pointercancel"]) stage.addEventListener(ended, (event) => down.delete(event.pointerId));
  stage.addEventListener("click", (event) => moved || select(drawn.at(...here(event))));
  stage.addEventListener("dblclick", (event) => {
    const number = drawn.at(...here(event));
    if (number !== null) follow(number);
  });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const far = event.deltaY * [1, 16, 400][event.deltaMode];
    drawn.zoom(2 ** (-Math.max(-200, Math.min(200, far)) / (event.ctrlKey ? 60 : 300)), ...here(event));
  }, { passive: false });
}

function button(text, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = text;
  made.addEventListener("click", action);
  return made;
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

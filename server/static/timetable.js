// The timetable: filtered while one types, in one's own time, with a line for now and what one has
// chosen. Without this file the forms of the page do the first and the last.

const look = document.querySelector("form.look");
const choice = document.querySelector("form.choice");

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(" ");

function remember(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch { /* the browser keeps nothing */ }
}

function remembered(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** Say in the address what is looked for and chosen, so that it can be passed on. */
function tellAddress() {
  const address = new URL(location.href);
  for (const field of look.querySelectorAll("input[type=search]")) {
    if (field.value.trim()) address.searchParams.set(field.name, field.value.trim());
    else address.searchParams.delete(field.name);
  }
  address.searchParams.delete("id");
  for (const box of boxes()) if (box.checked) address.searchParams.append("id", box.value);
  history.replaceState(null, "", address);
}

const boxes = () => [...choice.querySelectorAll("input[name=id]")];

// Looking for talks.

function prepareLook() {
  const slots = [...choice.querySelectorAll(".slot")].map((slot) => ({
    slot,
    own: { topic: [plain(slot.querySelector("h3").textContent)], person: said(slot, "person"), organisation: [] },
    talks: [...slot.querySelectorAll(".talks > li")].map((talk) => ({
      talk,
      topic: [plain(talk.querySelector(".title a")?.textContent ?? ""), ...said(talk, "topic")],
      person: said(talk, "person"),
      organisation: said(talk, "organisation"),
    })),
  }));
  const fields = [...look.querySelectorAll("input[type=search]")];
  const status = look.querySelector("[role=status]");
  const run = () => {
    const wanted = fields.map((field) => [field.name, plain(field.value)]).filter((pair) => pair[1]);
    const fits = (...parts) => wanted.every(([name, text]) => parts.some((part) => part[name].some((each) => each.includes(text))));
    let sessions = 0;
    for (const { slot, own, talks } of slots) {
      let found = 0;
      for (const each of talks) {
        each.talk.hidden = !fits(own, each);
        found += each.talk.hidden ? 0 : 1;
      }
      slot.hidden = found === 0 && !fits(own);
      sessions += slot.hidden ? 0 : 1;
      const details = slot.querySelector("details");
      if (details) details.open = wanted.length > 0 && found > 0;
    }
    for (const day of choice.querySelectorAll(".timetable")) {
      day.hidden = day.querySelectorAll(".slot:not([hidden])").length === 0;
    }
    status.textContent = wanted.length ? `${sessions} session${sessions === 1 ? "" : "s"}` : "";
  };
  const submit = look.querySelector("button");
  submit.hidden = true;
  look.addEventListener("input", () => { run(); tellAddress(); });
  look.addEventListener("submit", (event) => event.preventDefault());
}

const said = (element, name) => (element.dataset[name] ?? "").split("; ").filter(Boolean).map(plain);

// Choosing sessions.

function prepareChoice() {
  const key = `symposia.chosen:${choice.dataset.programme}`;
  const bar = choice.querySelector(".bar");
  const count = bar.querySelector("output");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "quiet";
  clear.textContent = "Choose none";
  bar.append(clear);
  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    bar.hidden = chosen === 0;
    count.textContent = `${chosen} session${chosen === 1 ? "" : "s"} chosen`;
  };
  const keep = () => {
    remember(key, boxes().filter((box) => box.checked).map((box) => box.value).join("\n"));
    show();
    tellAddress();
  };
  if (!new URL(location.href).searchParams.has("id")) {
    const before = new Set(remembered(key).split("\n"));
    for (const box of boxes()) box.checked = before.has(box.value);
  }
  choice.classList.add("live");
  choice.addEventListener("change", (event) => { if (event.target.name === "id") keep(); });
  clear.addEventListener("click", () => {
    for (const box of boxes()) box.checked = false;
    keep();
  });
  show();
}

// Times of the venue, or of who looks.

function prepareZones() {
  const times = [...choice.querySelectorAll("time")].map((place) => ({ place, venue: place.textContent, text: place.dateTime }));
  const known = times.filter((each) => /(?:Z|[+-]\d\d:\d\d)$/.test(each.text));
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const differs = known.some(({ text }) => -new Date(text).getTimezoneOffset() !== offset(text));
  if (known.length < times.length || !differs) return;
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const zones = [...choice.querySelectorAll(".zone")].map((place) => ({ place, venue: place.textContent }));
  const label = document.createElement("label");
  const select = document.createElement("select");
  for (const [value, text] of [["", zones[0]?.venue ?? "venue time"], ["here", `your time (${here})`]]) {
    select.append(new Option(text, value));
  }
  label.append("Times", select);
  look.querySelector("[role=status]").before(label);
  const show = () => {
    for (const { place, venue, text } of known) {
      const moment = new Date(text);
      const days = Math.round((Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate()) - Date.parse(text.slice(0, 10))) / 864e5);
      const shift = days ? ` ${days > 0 ? "+" : "−"}${Math.abs(days)} d` : "";
      place.textContent = select.value ? clock.format(moment) + shift : venue;
    }
    for (const { place, venue } of zones) place.textContent = select.value ? `your time (${here})` : venue;
  };
  select.value = remembered("symposia.zone") === "here" ? "here" : "";
  select.addEventListener("change", () => { remember("symposia.zone", select.value); show(); });
  show();
}

/** Minutes of an ISO 8601 time's offset from UTC. */
function offset(text) {
  const found = /([+-])(\d\d):(\d\d)$/.exec(text);
  return found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : 0;
}

// Now.

function prepareNow() {
  const axes = [...choice.querySelectorAll(".axis")].map((axis) => ({
    axis,
    line: null,
    slots: [...axis.querySelectorAll(".slot")].map((slot) => {
      const [begins, ends] = [...slot.querySelectorAll(".time time")].map((each) => Date.parse(each.dateTime));
      return { slot, begins, ends };
    }),
  }));
  const show = () => {
    const now = Date.now();
    for (const each of axes) {
      for (const { slot, begins, ends } of each.slots) {
        if (begins <= now && now < ends) slot.setAttribute("aria-current", "time");
        else slot.removeAttribute("aria-current");
      }
      const top = placeOf(now, each.slots);
      if (top === null) {
        each.line?.remove();
        each.line = null;
        continue;
      }
      if (!each.line) {
        each.line = document.createElement("li");
        each.line.className = "now";
        each.line.append(document.createElement("span"));
        each.axis.append(each.line);
      }
      each.line.firstChild.textContent = "now";
      each.line.style.top = `${top}px`;
    }
  };
  show();
  setInterval(show, 30_000);
  addEventListener("resize", show);
  choice.addEventListener("toggle", show, true);
}

/** How far down an axis a moment is, in pixels; null before its first and after its last session. */
function placeOf(moment, slots) {
  const points = slots.filter(({ slot }) => !slot.hidden).flatMap(({ slot, begins, ends }) => [
    [begins, slot.offsetTop],
    [ends, slot.offsetTop + slot.offsetHeight],
  ]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (!points.length || moment < points[0][0] || moment >= points[points.length - 1][0]) return null;
  const after = points.findIndex((point) => point[0] > moment);
  const [[before, top], [next, bottom]] = [points[after - 1], points[after]];
  return top + Math.max(0, bottom - top) * (moment - before) / (next - before);
}

if (choice) {
  prepareChoice();
  prepareZones();
  prepareNow();
  if (look && !("narrowed" in look.dataset)) prepareLook();
}

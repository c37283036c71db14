// The SPARQL page of a site of files: the query is answered in this browser, and is in the address.
"use strict";

(() => {
  const form = document.querySelector("form.query");
  const field = document.getElementById("query");
  const place = document.getElementById("result");
  const state = document.getElementById("state");
  const stop = form.querySelector("button[type=button]");
  const MOST = 1000;
  const here = document.currentScript.src;
  const { ask, drop, link, make } = globalThis.symposiaAsk;
  let asked = 0;
  let object;

  const given = new URLSearchParams(location.hash.slice(1)).get("query");
  if (given) field.value = given;
  addEventListener("hashchange", () => location.reload());

  function cell(row, name) {
    const term = row[name];
    const made = make("td");
    if (!term) return made;
    if (term.type !== "uri") {
      made.append(make("bdi", term["xml:lang"] ? { lang: term["xml:lang"] } : {}, term.value));
      return made;
    }
    made.append(link(term.value, (row[`${name}Label`] ?? row[`${name}_label`])?.value, form.dataset.base));
    return made;
  }

  const NUMBER = /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/;

  function table({ head, results }) {
    const names = head.vars.filter((each) => {
      const labelled = each.replace(/(Label|_label)$/, "");
      return labelled === each || !head.vars.includes(labelled);
    });
    const rows = results.bindings;
    const numeric = (name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || NUMBER.test(row[name].datatype ?? ""));
    const shown = rows.slice(0, MOST);
    const heads = names.map((name) => make("th", { scope: "col", ...(numeric(name) ? { class: "number" } : {}) }, name));
    const body = shown.map((row) => make("tr", {}, ...names.map((name, i) => {
      const made = cell(row, name);
      if (heads[i].className) made.className = "number";
      return made;
    })));
    const count = rows.length.toLocaleString("en-GB");
    const note = rows.length ? `${count} ${rows.length === 1 ? "row" : "rows"}${rows.length > MOST ? `; the first ${MOST} are shown` : ""}.` : "No rows: nothing here matches the query.";
    place.append(make("p", { class: "note" }, note));
    if (!rows.length) return;
    const made = make("table", { class: "sort filter", "data-pictures": "", "data-network": form.dataset.network }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
    place.append(make("div", { class: "wide" }, made));
    addFilter(made); // of symposia.js, as for any table
    addSort(made);
    const pictures = make("script", { src: new URL("results.js", here) });
    document.head.append(pictures);
    pictures.remove();
    save("answer.json", "application/sparql-results+json", JSON.stringify({ head, results }), "JSON");
    const quoted = (text) => (/^[=+\-@\t\r]/.test(text) || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = [head.vars, ...rows.map((row) => head.vars.map((name) => row[name]?.value ?? ""))];
    save("answer.csv", "text/csv", lines.map((line) => line.map(quoted).join(",")).join("\r\n"), "CSV");
  }

  /** Offer an answer as a file. */
  function save(name, type, text, word) {
    const saved = make("button", { type: "button", class: "quiet" }, `Save as ${word}`);
    saved.addEventListener("click", () => {
      if (object) URL.revokeObjectURL(object);
      object = URL.createObjectURL(new Blob([text], { type }));
      make("a", { href: object, download: name }).click();
    });
    place.append(saved, " ");
  }

  function show({ table: found, graph, took }) {
    state.textContent = `Answered in this browser in ${took < 1000 ? `${Math.round(took)} ms` : `${(took / 1000).toFixed(1)} s`}.`;
    place.append(make("h2", {}, "Answer"));
    if (graph !== undefined) {
      place.append(make("pre", { class: "graph" }, graph.slice(0, 100000)));
      save("answer.ttl", "text/turtle", graph, "Turtle");
    } else if ("boolean" in found) place.append(make("p", { class: "lead" }, found.boolean ? "Yes." : "No."));
    else table(found);
  }

  function ended() {
    stop.hidden = true;
    form.removeAttribute("aria-busy");
  }

  function fail(text) {
    ended();
    state.textContent = "";
    place.replaceChildren(make("p", { class: "fault", role: "alert" }, text));
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = field.value;
    history.replaceState(null, "", `#query=${encodeURIComponent(query)}`);
    place.replaceChildren();
    const mine = (asked += 1);
    form.setAttribute("aria-busy", "true");
    stop.hidden = false;
    state.textContent = "Loading the data …";
    try {
      const found = await ask(query, form.dataset.dataset, (triples) => {
        if (mine === asked) state.textContent = `Asking ${triples.toLocaleString("en-GB")} statements …`;
      });
      if (mine !== asked) return;
      ended();
      show(found);
    } catch (fault) {
      if (mine === asked) fail(fault.message);
    }
  });
  stop.addEventListener("click", () => {
    asked += 1;
    drop();
    ended();
    state.textContent = "Stopped.";
  });
  if (given) addEventListener("load", () => form.requestSubmit());
})();

// The page of a site of files that compares two people, or two conferences, in this browser.
"use strict";

(() => {
  const { ask, link, make } = globalThis.symposiaAsk;
  const form = document.querySelector("form.compared");
  const place = document.getElementById("result");
  const state = document.getElementById("state");
  const { base, dataset } = form.dataset;
  const fields = new URLSearchParams(location.hash.slice(1));
  const IRI = /^[a-z][a-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]*$/i;
  for (const name of ["one", "other"]) form.elements[name].value = fields.get(name) ?? "";
  addEventListener("hashchange", () => location.reload());

  const rows = async (query) => (await ask(query, dataset)).table.results.bindings;

  /** The IRI, name and kind of what somebody wrote: an address, whole or without the base, or a name. */
  async function meant(text) {
    const iri = IRI.test(text) ? text : `${base}${text}`;
    const whole = IRI.test(iri) ? `?thing = <${iri}> || ` : "";
    const found = await rows(`
      SELECT DISTINCT ?thing ?label ?kind WHERE {
        VALUES (?class ?kind) { (<http://xmlns.com/foaf/0.1/Person> "people") (<https://w3id.org/symposia/ontology#Conference> "conferences") }
        ?thing a ?class ; <http://www.w3.org/2000/01/rdf-schema#label> ?label .
        FILTER (${whole}LCASE(STR(?label)) = LCASE(${quoted(text)}))
      } ORDER BY ?label ?thing`);
    const exact = found.filter(({ thing }) => thing.value === iri);
    const things = new Map((exact.length ? exact : found).map((row) => [row.thing.value, { iri: row.thing.value, label: row.label.value, kind: row.kind.value }]));
    if (!things.size) throw new Error(`No person and no conference here is called “${text}”.`);
    if (things.size > 1) throw new Error(`Several are called “${text}”: ${[...things.keys()].join(", ")}. Give the address of one.`);
    return [...things.values()][0];
  }

  /** A text as a literal of SPARQL (https://www.w3.org/TR/sparql11-query/#rSTRING_LITERAL2). */
  function quoted(text) {
    return JSON.stringify(text);
  }

  /** A query about two things: each of its parts is given their IRIs. */
  function about(query, one, other) {
    return query.replaceAll(/\bWHERE\s*\{/g, (each) => `${each} VALUES (?one ?other) { (<${one.iri}> <${other.iri}>) }`);
  }

  function section(panel, found, one, other) {
    const { name, counts } = panel.dataset;
    const made = make("section", {}, make("h2", {}, panel.dataset.title, " ", make("span", { class: "count" }, String(found.length))));
    if (!found.length) made.append(make("p", { class: "note" }, "None that is known here."));
    else if (!counts) made.append(make("ul", { class: "plain" }, ...found.map((row) => make("li", {}, thing(row, name)))));
    else {
      const numbers = counts.split(" ");
      const head = make("tr", {}, make("th", { scope: "col" }, panel.dataset.word), ...[one, other].map(({ label }) => make("th", { scope: "col", class: "number" }, make("bdi", {}, label))));
      const lines = found.map((row) => make("tr", {}, make("td", {}, thing(row, name)), ...numbers.map((each) => make("td", { class: "number" }, row[each].value))));
      const table = make("table", { class: "sort filter" }, make("thead", {}, head), make("tbody", {}, ...lines));
      made.append(make("div", { class: "wide" }, table));
    }
    return made;
  }

  const thing = (row, name) => link(row[name].value, row[`${name}Label`]?.value, base);

  async function compare() {
    const texts = ["one", "other"].map((name) => form.elements[name].value.trim());
    state.textContent = "Loading the data …";
    place.replaceChildren();
    form.setAttribute("aria-busy", "true");
    try {
      const [one, other] = [await meant(texts[0]), await meant(texts[1])];
      if (one.kind !== other.kind) throw new Error(`${one.label} and ${other.label} cannot be compared. Give two people, or two conferences.`);
      document.title = `${one.label} and ${other.label}`;
      document.querySelector("main h1").replaceChildren(link(one.iri, one.label, base), " and ", link(other.iri, other.label, base));
      for (const panel of document.querySelectorAll(`pre[data-kind="${one.kind}"]`)) {
        state.textContent = `Asking for ${panel.dataset.title.toLowerCase()} …`;
        const made = section(panel, await rows(about(panel.textContent, one, other)), one, other);
        place.append(made);
        const table = made.querySelector("table");
        if (table) {
          addFilter(table); // of symposia.js, as for any table
          addSort(table);
        }
      }
      state.textContent = "Compared in this browser.";
    } catch (fault) {
      state.textContent = "";
      place.append(make("p", { class: "fault", role: "alert" }, fault.message));
    }
    form.removeAttribute("aria-busy");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = new URLSearchParams(["one", "other"].map((name) => [name, form.elements[name].value.trim()]));
    history.replaceState(null, "", `#${asked}`);
    compare();
  });
  if (fields.get("one") && fields.get("other")) addEventListener("load", compare);
})();

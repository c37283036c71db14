// The SPARQL editor over the query's field: highlighting, syntax errors as one types, completion.
// The form works without it.
"use strict";

(() => {
  const field = document.getElementById("query");
  const form = field?.form;
  if (!form || typeof Yasqe === "undefined") return;

  const known = fetch(form.dataset.terms)
    .then((answer) => (answer.ok ? answer.json() : {}))
    .catch(() => ({}))
    .then((found) => ({ prefixes: {}, classes: [], properties: [], ...found }));

  // Nothing is asked of other servers: the completers of the editor that do are replaced.
  const begins = (terms, token) => {
    const begun = (token?.autocompletionString ?? "").toLowerCase();
    const name = (iri) => iri.split(/[#/]/).pop().toLowerCase();
    return terms.filter((iri) => iri.toLowerCase().startsWith(begun) || name(iri).startsWith(begun));
  };
  const replace = (name, get) =>
    Yasqe.forkAutocompleter(name, { name, bulk: false, persistenceId: null, get });
  replace("prefixes", async (_, token) => {
    const { prefixes } = await known;
    const begun = (token?.string ?? "").trim().toLowerCase();
    const all = Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`).sort();
    return all.filter((each) => each.startsWith(begun));
  });
  replace("class", async (_, token) => begins((await known).classes, token));
  replace("property", async (_, token) => begins((await known).properties, token));

  const place = document.createElement("div");
  place.className = "editor";
  field.before(place);
  field.hidden = true;
  const editor = new Yasqe(place, {
    value: field.value,
    persistenceId: null,
    prefixCcApi: null,
    consumeShareLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    collapsePrefixesOnLoad: false,
    lineWrapping: true,
    viewportMargin: Infinity,
    screenReaderLabel: form.querySelector("label[for=query]").textContent,
    // Tab leaves the field, as keyboards need; Ctrl+Space completes, Ctrl+Enter runs.
    extraKeys: {
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-Space": () => editor.autocomplete(),
      "Ctrl-Enter": () => form.requestSubmit(),
      "Cmd-Enter": () => form.requestSubmit(),
    },
  });
  form.querySelector("label[for=query]").addEventListener("click", () => editor.focus());
  editor.on("change", () => { field.value = editor.getValue(); });
  form.addEventListener("submit", () => { field.value = editor.getValue(); });
  if (field.getAttribute("aria-invalid") === "true") editor.getInputField().setAttribute("aria-invalid", "true");
})();

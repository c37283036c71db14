// The page of the search of a site of files: what `?q=` finds, and how it can be narrowed.
"use strict";

(async () => {
  const place = document.getElementById("found");
  const lead = document.getElementById("told");
  const fields = new URLSearchParams(location.search);
  const text = (fields.get("q") ?? "").slice(0, 200);
  const only = Object.fromEntries(["kind", "conference", "year"].map((name) => [name, fields.get(name)]).filter((pair) => pair[1]));
  const titles = { kind: "Kind", conference: "Conference", year: "Year" };
  const SIZE = 20;
  document.getElementById("search").value = text;
  if (!text.trim() && !Object.keys(only).length) return;

  function make(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }
  const bdi = (words) => make("bdi", {}, words);

  /** The address of this search with something changed; null leaves out. */
  function changed(changes) {
    const asked = { q: text || null, ...only, ...changes };
    const kept = Object.entries(asked).filter((pair) => pair[1]);
    return `?${new URLSearchParams(kept)}`;
  }

  function choices(facet, told) {
    const list = make("ul", { class: "choices" });
    for (const { key, label, count } of told) {
      const link = make("a", { href: changed({ [facet]: only[facet] === key ? null : key }) }, bdi(label));
      if (only[facet] === key) link.setAttribute("aria-current", "true");
      list.append(make("li", {}, link, " ", make("span", { class: "count" }, String(count))));
    }
    return list;
  }

  lead.textContent = "Searching …";
  let found;
  try {
    found = await symposiaSearch.search(text, only);
  } catch (fault) {
    lead.textContent = `The index could not be read: ${fault.message}.`;
    return;
  }
  if (text) {
    document.title = `${text} – ${document.title}`;
    document.querySelector("main h1").replaceChildren(bdi(text));
  }
  const count = found.total.toLocaleString("en-GB");
  lead.textContent = found.all || !found.total ? `${count} found` : `Nothing has all of these words. ${count} ${found.total === 1 ? "has" : "have"} some of them.`;
  const list = make("ol", { class: "hits" });
  const more = make("button", { type: "button" }, "More");
  const show = () => {
    for (const hit of found.hits.slice(list.children.length, list.children.length + SIZE)) {
      const line = make("p", { class: "who" });
      hit.line.forEach((part, number) => line.append(number ? " · " : "", bdi(part)));
      const name = ["paper", "talk", "session"].includes(hit.kind) ? "title" : "name";
      const link = make("p", { class: name }, make("a", { href: hit.url }, bdi(hit.name)));
      list.append(make("li", {}, make("p", { class: "kind" }, hit.word), link, line));
    }
    more.hidden = list.children.length >= found.hits.length;
  };
  show();
  more.addEventListener("click", () => {
    const before = list.children.length;
    show();
    list.children[before]?.querySelector("a").focus();
  });
  const main = make("div", {}, make("nav", { "aria-label": "Kinds" }, choices("kind", found.facets.kind)), list, make("p", { class: "actions" }, more));
  const aside = make("aside", { "aria-label": "Narrow" });
  for (const facet of ["conference", "year"]) {
    if (found.facets[facet].length) aside.append(make("section", {}, make("h2", {}, titles[facet]), choices(facet, found.facets[facet])));
  }
  const narrowed = Object.entries(only);
  if (narrowed.length) {
    const chosen = make("ul", { class: "chosen", "aria-label": "Narrowed to" });
    for (const [facet, key] of narrowed) {
      const label = found.label(facet, key);
      chosen.append(make("li", {}, `${titles[facet]}: `, bdi(label), " ", make("a", { href: changed({ [facet]: null }), "aria-label": `Do not narrow to ${label}` }, "Remove")));
    }
    lead.after(chosen);
  }
  place.replaceChildren(make("div", { class: "searched" }, main, aside));
})();

// The search of a site of files: the index that came with it, searched in the browser.
// It is a script, as is its index: a page that was opened from a disk may load nothing else.
"use strict";

globalThis.symposiaSearch = (() => {
  const here = new URL("./", document.currentScript.src);
  const root = new URL("../", here);
  const FIELDS = ["names", "others", "around"];
  const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
  const MOST = 1000;
  let made;

  function load(name) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(name, here);
      script.onload = done;
      script.onerror = () => failed(new Error(`${name} could not be loaded`));
      document.head.append(script);
    });
  }

  /** The words of a text, as those of the index are written. */
  function words(text) {
    const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}|['\u2019\u02bc`\u00b4]/gu, "");
    return plain.replace(/[ßæœøłđðþı]/g, (each) => LETTERS[each]).match(/[\p{L}\p{N}]+/gu) ?? [];
  }

  async function make() {
    await Promise.all([load("vendor/minisearch-7.2.0/minisearch.js"), load("search-index.js")]);
    const { things, facets, kinds } = globalThis.symposiaIndex;
    const index = new globalThis.MiniSearch({
      fields: FIELDS,
      tokenize: (text) => text.split(" "),
      processTerm: (term) => term,
      searchOptions: {
        boost: { names: 10, others: 6, around: 1 },
        prefix: true,
        combineWith: "AND",
        tokenize: words,
        // What is looked for more stands earlier, and counts more.
        boostDocument: (number) => 2 - number / things.length,
      },
    });
    const documents = things.map(([, , , , names, others, around], id) => ({ id, names, others, around }));
    await index.addAllAsync(documents, { chunkSize: 2000 });
    return { index, things, facets, kinds };
  }

  const ready = () => (made ??= make());

  /** How a thing is told; its address leads from the page that asks. */
  function told({ things, kinds }, number) {
    const [file, kind, name, line] = things[number];
    const path = file.split("/").map(encodeURIComponent).join("/");
    return { number, kind, name, line, word: kinds[kind] ?? kind, url: new URL(path, root).href };
  }

  /** The numbers of the things that a text finds, the best first, and whether they have all of it. */
  async function find(text) {
    const { index, things } = await ready();
    const asked = words(text);
    if (!asked.length) return { found: [], all: true };
    const query = asked.join(" ");
    const ways = [{}, { fuzzy: 0.25 }, { fuzzy: 0.25, combineWith: "OR" }];
    for (const [step, way] of ways.entries()) {
      const hits = index.search(query, way);
      if (!hits.length) continue;
      const called = (id) => (things[id][4] === query ? 0 : things[id][4].startsWith(query) ? 1 : 2);
      const ranked = hits.map(({ id, score }) => [step ? 2 : called(id), -score, id]);
      ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      return { found: ranked.map(([, , id]) => id), all: step < 2 };
    }
    return { found: [], all: true };
  }

  return {
    words,
    /** The best things for what somebody is typing. */
    async suggest(text) {
      const [{ found }, index] = await Promise.all([find(text), ready()]);
      const shown = new Map();
      for (const each of found.slice(0, 16).map((number) => told(index, number))) {
        const key = ["talk", "paper"].includes(each.kind) ? each.name.toLowerCase() : each.url;
        if (!shown.has(key)) shown.set(key, each);
      }
      return [...shown.values()].slice(0, 8);
    },
    /** All that a text finds, of the values that are wanted, and how it is divided. */
    async search(text, only) {
      const index = await ready();
      const { found, all } = text.trim() ? await find(text) : { found: index.things.map((_, number) => number), all: true };
      const valuesOf = (number) => [
        { facet: "kind", key: index.things[number][1] },
        ...index.things[number][7].map((each) => ({ facet: index.facets[each][0], key: index.facets[each][1] })),
      ];
      const labels = new Map(index.facets.map(([, key, label]) => [key, label]));
      const label = (facet, key) => (facet === "kind" ? index.kinds[key] ?? key : labels.get(key) ?? key);
      const fits = (number, but) => Object.entries(only).every(([facet, key]) =>
        facet === but || valuesOf(number).some((each) => each.facet === facet && each.key === key));
      const facets = {};
      for (const facet of ["kind", "conference", "year"]) {
        const counts = new Map();
        for (const number of found) {
          if (!fits(number, facet)) continue;
          for (const each of valuesOf(number)) {
            if (each.facet === facet) counts.set(each.key, (counts.get(each.key) ?? 0) + 1);
          }
        }
        const choices = [...counts].map(([key, count]) => ({ key, count, label: label(facet, key) }));
        choices.sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
        facets[facet] = choices.slice(0, 40);
      }
      const kept = found.filter((number) => fits(number));
      return { total: kept.length, all, facets, label, hits: kept.slice(0, MOST).map((number) => told(index, number)) };
    },
  };
})();

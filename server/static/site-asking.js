// What pages of a site of files share that ask the dataset in a worker, and show the things of answers.
"use strict";

globalThis.symposiaAsk = (() => {
  const here = document.currentScript.src;
  let worker;
  let asked = 0;

  function make(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** The address of the page of a thing of this site; that of any other as it is. */
  function leads(iri, base) {
    if (!iri.startsWith(base)) return /^https?:\/\//.test(iri) ? iri : null;
    const [path, fragment] = iri.slice(base.length).split("#");
    return path ? `${path}.html${fragment ? `#${fragment}` : ""}` : "index.html";
  }

  /** A thing as a link, by a label. */
  function link(iri, label, base) {
    const address = leads(iri, base);
    const words = make("bdi", {}, label ?? (iri.startsWith(base) ? iri.slice(base.length) : iri));
    const rel = address?.startsWith("http") ? { rel: "external noreferrer" } : {};
    return address ? make("a", { href: address, ...rel }, words) : words;
  }

  /** Stop what is asked; what is asked next loads the data anew. */
  function drop() {
    worker?.terminate();
    worker = null;
  }

  /** The answer of a query; `loaded` is told the number of triples when they are there. */
  function ask(query, dataset, loaded = () => {}) {
    if (location.protocol === "file:") return Promise.reject(new Error("Browsers load no data into a page that was opened from a disk. Serve this folder, for instance by python -m http.server, and open it there."));
    return new Promise((done, failed) => {
      const id = (asked += 1);
      const fail = (fault) => {
        drop();
        failed(new Error(`The query cannot be answered in this browser: ${fault.message ?? "its scripts could not be loaded"}.`));
      };
      try {
        worker ??= new Worker(new URL("site-query.js", here), { type: "module" });
      } catch (fault) {
        return fail(fault);
      }
      worker.addEventListener("error", fail, { once: true });
      worker.addEventListener("message", function heard({ data }) {
        if (data.id !== id) return;
        if ("triples" in data) return loaded(data.triples);
        this.removeEventListener("message", heard);
        this.removeEventListener("error", fail);
        if (data.broken) drop();
        if (data.fault) failed(new Error(data.fault));
        else done(data);
      });
      worker.postMessage({ id, query, address: new URL(dataset, location.href).href });
    });
  }

  return { ask, drop, link, make };
})();

// Answers SPARQL in a worker of the browser, over the N-Quads of a site of files.
import init, { Store } from "./vendor/oxigraph-0.5.11/web.js";

let store;

async function load(address) {
  await init({ module_or_path: new URL("./vendor/oxigraph-0.5.11/web_bg.wasm", import.meta.url) });
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`The data could not be loaded (${answer.status})`);
  const made = new Store();
  made.load(new Uint8Array(await answer.arrayBuffer()), { format: "application/n-quads", no_transaction: true });
  return made;
}

/** Whether a query asks for a graph, by its first keyword. */
function isGraph(query) {
  const bare = query.replace(/<[^<>"{}|^`\\\s]*>/g, " ").replace(/#.*$/gm, " ");
  return /^(construct|describe)$/i.test(/\b(select|ask|construct|describe)\b/i.exec(bare)?.[0] ?? "");
}

addEventListener("message", async ({ data: { id, query, address } }) => {
  try {
    store ??= load(address);
    const loaded = await store;
    postMessage({ id, triples: loaded.size });
    const begun = performance.now();
    const graph = isGraph(query);
    const text = loaded.query(query, { use_default_graph_as_union: true, results_format: graph ? "text/turtle" : "json" });
    const took = performance.now() - begun;
    postMessage({ id, took, ...(graph ? { graph: text } : { table: JSON.parse(text) }) });
  } catch (fault) {
    postMessage({ id, fault: String(fault.message ?? fault), broken: fault instanceof WebAssembly.RuntimeError });
  }
});

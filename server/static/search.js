// The search box: `/` leads to it, what is typed is completed, arrows and Enter choose.
// Without this file it is a form like any other. https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
"use strict";

{
  const form = document.querySelector("form.search");
  const field = form.querySelector("input");
  const list = document.createElement("ul");
  const told = document.createElement("span");
  let options = [];
  let chosen = -1;
  let waiting;
  let asking = new AbortController();

  list.id = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  told.className = "hidden";
  told.setAttribute("role", "status");
  form.append(list, told);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) field.setAttribute(name, value);

  function close() {
    asking.abort();
    clearTimeout(waiting);
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function choose(number) {
    options[chosen]?.removeAttribute("aria-selected");
    chosen = number;
    const option = options[chosen];
    if (!option) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }

  function words(name, text) {
    const made = document.createElement("bdi");
    made.className = name;
    made.textContent = text;
    return made;
  }

  function show(found) {
    options = found.map((each, number) => {
      const option = document.createElement("li");
      option.id = `suggestion-${number}`;
      option.setAttribute("role", "option");
      option.dataset.url = each.url;
      const also = each.known_as ? [`also ${each.known_as}`] : [];
      const more = [each.word, ...also, ...each.line].join(" · ");
      option.append(words("name", each.name), " ", words("more", more));
      return option;
    });
    list.replaceChildren(...options);
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = !options.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = options.length === 1 ? "1 suggestion" : `${options.length} suggestions`;
  }

  async function suggested(text, signal) {
    if (globalThis.symposiaSearch) return symposiaSearch.suggest(text); // a site of files has its own
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal });
    return answer.ok ? (await answer.json()).suggestions : null;
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    try {
      const { signal } = asking;
      const found = await suggested(field.value.trim(), signal);
      if (found && !signal.aborted) show(found);
    } catch (fault) {
      if (fault.name !== "AbortError") close(); // the box itself still searches
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (field.value.trim()) waiting = setTimeout(ask, 80);
    else close();
  });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "ArrowDown" && !open && field.value.trim()) ask();
    else if (event.key === "ArrowDown" && open) choose(chosen + 1 < options.length ? chosen + 1 : -1);
    else if (event.key === "ArrowUp" && open) choose(chosen < 0 ? options.length - 1 : chosen - 1);
    else if (event.key === "Enter" && open && chosen >= 0) location.assign(options[chosen].dataset.url);
    else if (event.key === "Escape" && open) close();
    else return;
    event.preventDefault();
  });

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  field.addEventListener("blur", close);

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

// The calendar of what is chosen on a timetable of a site of files: cut from that of the whole.
"use strict";

(() => {
  const form = document.querySelector("form.choice");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = form.querySelector("output");
    const boxes = [...form.querySelectorAll("input[name=id]:checked")];
    const chosen = new Set(boxes.map((box) => `${form.dataset.programme}/${box.value}`));
    let whole;
    try {
      whole = await (await fetch(form.action)).text();
    } catch {
      told.textContent = "The calendar could not be loaded.";
      return;
    }
    const kept = whole.replace(/BEGIN:VEVENT\r?\n[^]*?END:VEVENT\r?\n/g, (each) => {
      const lines = each.replace(/\r?\n[ \t]/g, ""); // https://www.rfc-editor.org/rfc/rfc5545#section-3.1
      return chosen.has(/^URL[^:]*:(.*?)\r?$/m.exec(lines)?.[1]) ? each : "";
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([kept], { type: "text/calendar" }));
    link.download = "chosen.ics";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
})();

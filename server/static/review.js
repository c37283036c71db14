// Keys for the review. Every page works without this file.
"use strict";

const steps = { n: "next", j: "next", p: "prev", k: "prev" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key === "?") {
    const keys = document.querySelector("details.keys");
    if (keys) keys.open = !keys.open;
    return;
  }
  const place = steps[event.key]
    ? document.querySelector(`.steps a[rel="${steps[event.key]}"]`)
    : /^[arsS]$/.test(event.key) && document.querySelector(`form.decide button[data-key="${event.key}"]`);
  if (place) place.click();
});

"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const all = selector => [...document.querySelectorAll(selector)];
  const form = $("filter"), word = $("word"), state = $("state"), kind = $("kind"), steps = $("steps"), open = $("open");
  const lanes = all("details.lane"), waves = all("div.wave"), nodes = all("a.node"), events = all("#events tbody tr");
  const named = all("#links tbody tr, #findings li");
  const none = document.querySelector(".none");
  const shown = items => items.reduce((count, item) => count + (item.hidden ? 0 : 1), 0);

  function fits(item) {
    const wanted = word.value.trim().toLowerCase();
    if (wanted && !item.dataset.name.toLowerCase().includes(wanted)) return false;
    return !state.value || item.dataset.state === undefined || item.dataset.state === state.value;
  }
  function filter() {
    const visible = new Set();
    for (const lane of lanes) if (!(lane.hidden = !fits(lane))) visible.add(lane.dataset.s);
    for (const wave of waves) wave.hidden = !wave.querySelector("details.lane:not([hidden])");
    for (const node of nodes) node.classList.toggle("dim", !visible.has(node.dataset.s));
    for (const row of named) row.hidden = !fits(row);
    for (const row of events) {
      const step = "step" in row.dataset && !steps.checked && !kind.value;
      row.hidden = step || (kind.value && row.dataset.kind !== kind.value) || !fits(row);
    }
    if (none) none.hidden = shown(events) > 0;
    $("count").textContent = shown(lanes) + " of " + lanes.length + " services, " + shown(events) + " of "
      + events.length + " events";
    label();
  }
  function label() {
    if (open) open.textContent = lanes.some(lane => !lane.hidden && !lane.open) ? "Open all" : "Close all";
  }
  function show() {
    const lane = location.hash.startsWith("#s") && $(location.hash.slice(1));
    if (!lane || lane.tagName !== "DETAILS") return;
    if (lane.hidden) clear();
    lane.open = true;
    lane.scrollIntoView({block: "center"});
  }
  function clear() {
    word.value = state.value = kind.value = "";
    steps.checked = false;
    filter();
  }

  form.hidden = false;
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("input", filter);
  $("clear").addEventListener("click", clear);
  if (open) {
    open.hidden = false;
    open.addEventListener("click", () => {
      const wish = lanes.some(lane => !lane.hidden && !lane.open);
      for (const lane of lanes) if (!lane.hidden) lane.open = wish;
      label();
    });
    for (const lane of lanes) lane.addEventListener("toggle", label);
  }
  addEventListener("hashchange", show);
  addEventListener("keydown", event => {
    const typing = event.target.matches("input[type=search], select");
    if (event.key === "/" && !typing) { event.preventDefault(); word.focus(); }
    if (event.key === "Escape" && typing) { clear(); event.target.blur(); }
  });
  filter();
  show();
})();

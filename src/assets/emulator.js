"use strict";
const $ = id => document.getElementById(id);
function make(tag, text, name) {
  const e = document.createElement(tag);
  if (text !== undefined && text !== null) e.textContent = text;
  if (name) e.className = name;
  return e;
}
function replace(id, children) { $(id).replaceChildren(...children); }
function table(heads, rows) {
  const t = make("table"), head = make("tr");
  for (const h of heads) { const th = make("th", h); th.scope = "col"; head.append(th); }
  t.append(head);
  for (const r of rows) { const tr = make("tr"); tr.append(...r); t.append(tr); }
  return t;
}
const tone = s => s === "live" ? "good" : s.endsWith("_failed") ? "bad"
  : s === "deactivated" || s === "canceled" ? "off" : "busy";
function span(from, to) {
  const s = Math.max(0, (new Date(to) - new Date(from)) / 1000);
  if (s < 10) return s.toFixed(1) + " s";
  if (s < 60) return Math.round(s) + " s";
  if (s < 3600) return Math.floor(s / 60) + " m " + Math.round(s % 60) + " s";
  return Math.floor(s / 3600) + " h " + Math.floor(s % 3600 / 60) + " m";
}
function serviceCard(s, state) {
  const card = make("section", null, "card");
  card.append(make("h3", s.name));
  card.append(make("div", s.type.replace("_", " ") + " · " + s.id + (s.suspended ? " · suspended" : "")
    + (s.auto_deploy ? "" : " · automatic deploys off"), "soft"));
  card.append(make("h4", "Environment"));
  const linked = state.links.filter(l => l.service === s.id);
  if (!linked.length) card.append(make("span", "no linked group", "soft"));
  for (const l of linked) card.append(make("span", state.groups.find(g => g.id === l.group).name, "chip"));
  card.append(make("h4", "Deploys"));
  const deploys = state.deploys.filter(d => d.service === s.id).reverse().slice(0, 6);
  card.append(table(["Status", "Trigger", "Began", "Took"], deploys.map(d => [
    make("td", d.status.replaceAll("_", " "), tone(d.status)), make("td", d.trigger.replaceAll("_", " ")),
    make("td", span(d.started || d.created, state.now) + " ago"),
    make("td", d.started ? span(d.started, d.finished || state.now) : "–")])));
  return card;
}
function groupCard(g, state) {
  const card = make("section", null, "card");
  card.append(make("h3", g.name));
  card.append(make("div", g.id + (g.environment ? " · only " + g.environment : ""), "soft"));
  card.append(make("div", g.variables + " variables, " + g.secret_files + " secret files", "soft"));
  card.append(make("h4", "Linked services"));
  const names = state.links.filter(l => l.group === g.id).map(l => state.services.find(s => s.id === l.service).name);
  if (!names.length) card.append(make("span", "none", "soft"));
  for (const n of names) card.append(make("span", n, "chip"));
  return card;
}
function show(state, requests) {
  $("owner").textContent = state.owner.name;
  document.title = state.owner.name + " – envlink emulator";
  $("now").textContent = state.now.replace("T", " ").replace(/\..*/, " UTC");
  replace("services", state.services.map(s => serviceCard(s, state)));
  replace("groups", state.groups.map(g => groupCard(g, state)));
  replace("windows", [state.windows.length ? table(["Bucket", "Remaining", "Limit", "Resets in"],
    state.windows.map(w => [make("td", w.bucket), make("td", w.remaining, w.remaining ? "" : "bad"),
      make("td", w.limit), make("td", w.reset + " s")])) : make("span", "no window is in use", "soft")]);
  replace("requests", [requests.length ? table(["Time", "Method", "Path", "Status", "Fault"],
    requests.reverse().map(r => [make("td", r.time.slice(11, 23)), make("td", r.method), make("td", r.path, "path"),
      make("td", r.status ?? "no answer", r.status && r.status < 400 ? "good" : "bad"), make("td", r.fault ?? "")]))
    : make("span", "none yet", "soft")]);
}
async function poll() {
  try {
    const state = await (await fetch("/_emulator/state")).json();
    const lines = await (await fetch("/_emulator/requests?last=200")).text();
    show(state, lines.split("\n").filter(Boolean).map(l => JSON.parse(l)));
    $("lost").textContent = "";
  } catch {
    $("lost").textContent = "the emulator does not answer";
  }
  setTimeout(poll, 1000);
}
poll();

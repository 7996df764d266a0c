#include "emulator/page.h"

#include <string>

#include "base/page_style.h"

namespace envlink::emulator {
namespace {

constexpr std::string_view head = R"HTML(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>envlink emulator</title>
<style>)HTML";

constexpr std::string_view own_style = R"CSS(
main > header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; }
td.path { overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: .85em; }
#lost { color: var(--bad); }
)CSS";

constexpr std::string_view body = R"HTML(</style>
</head>
<body>
<main>
<header><h1 id="owner">envlink emulator</h1><span class="soft" id="now"></span><span id="lost" role="status"></span></header>
<p class="soft">A model of the Render API. Nothing here reaches Render. State:
<a href="/_emulator/state">JSON</a>, requests: <a href="/_emulator/requests">JSON Lines</a>.</p>
<h2>Services</h2><div class="cards" id="services"></div>
<h2>Environment groups</h2><div class="cards" id="groups"></div>
<h2>Rate-limit windows</h2><div class="card wide" id="windows"></div>
<h2>Requests</h2><div class="card wide" id="requests"></div>
</main>
<script>)HTML";

constexpr std::string_view script = R"JS(
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
)JS";

constexpr std::string_view foot = R"HTML(</script>
</body>
</html>
)HTML";

std::string whole_style() {
  return std::string(page_style()).append(own_style);
}

}  // namespace

std::string_view page() {
  static const std::string text =
      std::string(head).append(whole_style()).append(body).append(script).append(foot);
  return text;
}

std::string_view page_policy() {
  static const std::string text = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " +
                                  csp_hash(whole_style()) + "; script-src " + csp_hash(script) +
                                  "; connect-src 'self'";
  return text;
}

}  // namespace envlink::emulator

"use strict";
const most_cards = 200, most_chips = 20, most_rows = 6;
const $ = id => document.getElementById(id);
const drawn = new Map();  // per id: its elements by the data that they show
function make(tag, text, name) {
  const e = document.createElement(tag);
  if (text !== undefined && text !== null) e.textContent = text;
  if (name) e.className = name;
  return e;
}
function table(heads, rows) {
  const t = make("table"), head = make("tr");
  for (const h of heads) { const th = make("th", h); th.scope = "col"; head.append(th); }
  t.append(head);
  for (const r of rows) { const tr = make("tr"); tr.append(...r); t.append(tr); }
  return t;
}
// Only elements whose data changed are built anew; the others keep their place, selection and focus.
function draw(id, items, build) {
  const box = $(id), old = drawn.get(id) ?? new Map(), now = new Map();
  for (const item of items) {
    const key = JSON.stringify(item);
    now.set(key, old.get(key) ?? build(item));
  }
  for (const [key, e] of old) if (!now.has(key)) e.remove();
  let i = 0;
  for (const e of now.values()) {
    if (box.children[i] !== e) box.insertBefore(e, box.children[i] ?? null);
    ++i;
  }
  drawn.set(id, now);
}
function collect(list, key) {
  const out = new Map();
  for (const one of list) {
    const found = out.get(one[key]);
    if (found) found.push(one); else out.set(one[key], [one]);
  }
  return out;
}
const few = n => n.toLocaleString("en");
const count = (n, word) => few(n) + " " + word + (n === 1 ? "" : "s");
const plain = word => word.replaceAll("_", " ");
const tone = s => s === "live" ? "good" : s.endsWith("_failed") ? "bad"
  : s === "deactivated" || s === "canceled" || s === "suspended" ? "off" : "busy";
const seconds = (from, to) => Math.max(0, (new Date(to) - new Date(from)) / 1000);
function span(s) {
  if (s < 10) return s.toFixed(1) + " s";
  if (s < 60) return Math.floor(s) + " s";
  if (s < 3600) return Math.floor(s / 60) + " m " + Math.floor(s % 60) + " s";
  return Math.floor(s / 3600) + " h " + Math.floor(s % 3600 / 60) + " m";
}
function ago(s) {
  if (s < 60) return Math.floor(s) + " s ago";
  if (s < 3600) return Math.floor(s / 60) + " m ago";
  return s < 86400 ? Math.floor(s / 3600) + " h ago" : Math.floor(s / 86400) + " d ago";
}
function chips(card, names, more, none) {
  if (!names.length) card.append(make("span", none, "soft"));
  for (const n of names) card.append(make("span", n, "chip"));
  if (more) card.append(make("span", "and " + few(more) + " more", "soft"));
}
function names(links, field, all) {
  return { names: links.slice(0, most_chips).map(l => all.get(l[field])?.name ?? l[field]),
    more: Math.max(0, links.length - most_chips) };
}
function serviceCard(s) {
  const card = make("section", null, "card");
  card.append(make("h3", s.name), make("div", s.about, "soft"));
  if (s.environment) card.append(make("div", "environment " + s.environment, "soft"));
  card.append(make("h4", "Linked groups"));
  chips(card, s.groups.names, s.groups.more, "none");
  card.append(make("h4", "Deploys"));
  card.append(s.deploys.length ? table(["Status", "Trigger", "Began", "Took"], s.deploys.map(d => [
    make("td", plain(d.status), tone(d.status)), make("td", plain(d.trigger)), make("td", d.began), make("td", d.took)]))
    : make("span", "no recent deploy", "soft"));
  return card;
}
function groupCard(g) {
  const card = make("section", null, "card");
  card.append(make("h3", g.name));
  card.append(make("div", g.id + (g.environment ? " · only environment " + g.environment : ""), "soft"));
  card.append(make("div", count(g.variables, "variable") + ", " + count(g.secret_files, "secret file"), "soft"));
  card.append(make("h4", "Linked services"));
  chips(card, g.services.names, g.services.more, "none");
  return card;
}
// What the card of a service shows.
function serviceView(s, deploys, links, groups, state) {
  return { name: s.name, environment: s.environment_name, groups: names(links, "group", groups),
    about: plain(s.type) + " · " + s.id + (s.suspended ? " · suspended" : "") + (s.auto_deploy ? "" : " · automatic deploys off"),
    deploys: deploys.slice(-most_rows).reverse().map(d => ({
      status: s.suspended && d.status === "live" ? "suspended" : d.status, trigger: d.trigger,
      began: ago(seconds(d.started || d.created, state.now)),
      took: d.started ? span(seconds(d.started, d.finished || state.now)) : "–" })) };
}
// Of many services, those deployed last.
function shownServices(state) {
  if (state.services.length <= most_cards) return state.services;
  const last = new Map(state.deploys.map((d, i) => [d.service, i]));
  return [...state.services].sort((a, b) => (last.get(b.id) ?? -1) - (last.get(a.id) ?? -1)).slice(0, most_cards);
}
function more(id, all, words) {
  $(id).textContent = all > most_cards ? "and " + few(all - most_cards) + " more" + words : "";
}
function bucket(word, services) {
  if (word === "service crn") return "cron jobs";
  const id = word.startsWith("service ") ? word.slice(8) : "";
  return id ? "service " + (services.get(id)?.name ?? id) : plain(word);
}
function show(state, requests) {
  const services = new Map(state.services.map(s => [s.id, s])), groups = new Map(state.groups.map(g => [g.id, g]));
  const deploys = collect(state.deploys, "service");
  const of_service = collect(state.links, "service"), of_group = collect(state.links, "group");
  $("owner").textContent = state.owner.name;
  document.title = state.owner.name + " – envlink emulator";
  $("now").textContent = state.now.replace("T", " ").replace(/\..*/, " UTC");
  draw("services", shownServices(state).map(s =>
    serviceView(s, deploys.get(s.id) ?? [], of_service.get(s.id) ?? [], groups, state)), serviceCard);
  more("more-services", state.services.length, ", deployed earlier");
  draw("groups", state.groups.slice(0, most_cards).map(g => ({ id: g.id, name: g.name, environment: g.environment_name,
    variables: g.variables, secret_files: g.secret_files,
    services: names(of_group.get(g.id) ?? [], "service", services) })), groupCard);
  more("more-groups", state.groups.length, "");
  draw("windows", [state.windows.slice(0, most_cards).map(w => ({ ...w, bucket: bucket(w.bucket, services) }))],
    list => list.length ? table(["Bucket", "Remaining", "Limit", "Resets in"], list.map(w => [make("td", w.bucket),
      make("td", w.remaining, w.remaining ? "" : "bad"), make("td", w.limit),
      make("td", w.reset > 120 ? Math.ceil(w.reset / 60) + " m" : w.reset + " s")])) : make("span", "no window is in use", "soft"));
  more("more-windows", state.windows.length, "");
  draw("requests", [requests.reverse()], list => list.length ? table(["Time", "Method", "Path", "Status", "Fault"],
    list.map(r => {
      const path = make("td", null, "path"), text = make("div", r.path);
      text.title = r.path;
      path.append(text);
      return [make("td", r.time.slice(11, 23)), make("td", r.method), path,
        make("td", r.status ?? "no answer", r.status && r.status < 400 ? "good" : "bad"), make("td", r.fault ?? "")];
    })) : make("span", "none yet", "soft"));
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

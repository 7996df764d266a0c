#include "plan/finding_cases_test.h"

namespace envlink::plan::sample {

using model::Desired;
using model::Shape;
using model::Variable;
using model::Workspace;

Variable variable(std::string key, const std::function<void(model::Facts&)>& change) {
  Variable one{std::move(key)};
  one.facts.told = true;
  if (change) change(one.facts);
  return one;
}

Variable valued(std::string key, unsigned char value) {
  Variable one = variable(std::move(key));
  model::Fingerprint::Bytes bytes{};
  bytes[0] = value;
  one.fingerprint = model::Fingerprint(bytes);
  return one;
}

void add_group(Desired& desired, Workspace& actual, std::vector<Variable> variables, bool linked) {
  model::Group group;
  group.id = GroupId("evg-more");
  group.name = "more";
  group.created = now;
  group.variables = std::move(variables);
  if (linked) group.links = {ServiceId("srv-db")};
  actual.groups[0].created = now - std::chrono::hours(1);
  actual.groups.push_back(group);
  desired.groups.push_back({word("more", 2), {}, {}, {}});
  desired.services[0].link.push_back(word("more", 10));
}

void set_first(Workspace& actual, Variable one) {
  actual.groups[0].variables->at(0) = std::move(one);
}

namespace {

Variable stray(std::string key, model::Stray what) {
  return variable(std::move(key), [what](auto& facts) { facts.stray = what; });
}

}  // namespace

std::vector<FindingCase> value_cases() {
  return {
      {"variable-empty", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, variable("A", [](auto& f) { f.empty = true; })); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-empty", Severity::warning, "service db",
       [](Desired&, Workspace& w) {
         w.service_variables[ServiceId("srv-db")] = {variable("A", [](auto& f) { f.empty = true; })};
       },
       [](Desired&, Workspace& w) { w.service_variables[ServiceId("srv-db")] = {Variable{"A"}}; }},
      {"variable-placeholder", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, variable("A", [](auto& f) { f.placeholder = true; })); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-broken", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, variable("A", [](auto& f) { f.stray_space = true; })); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-broken", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, variable("A", [](auto& f) { f.quoted = true; })); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-reference", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, stray("A", model::Stray::reference)); },
       [](Desired&, Workspace& w) { set_first(w, stray("A", model::Stray::mask)); }},
      {"variable-no-value", Severity::warning, "service db",
       [](Desired&, Workspace& w) {
         w.service_variables[ServiceId("srv-db")] = {stray("A", model::Stray::no_value)};
       },
       [](Desired&, Workspace& w) { w.service_variables[ServiceId("srv-db")] = {variable("A")}; }},
      {"variable-masked", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, stray("A", model::Stray::mask)); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-escaped-pem", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, stray("A", model::Stray::escaped_pem)); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-shape", Severity::error, "group secrets",
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{word("A"), Shape::url}};
         set_first(w, variable("A"));
       },
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{word("A"), Shape::url}};
         set_first(w, variable("A", [](auto& f) { f.url = true; }));
       }},
      {"variable-shape", Severity::error, "service db",
       [](Desired& d, Workspace& w) {
         d.services[0].require = {{word("A"), Shape::number}};
         set_first(w, variable("A", [](auto& f) { f.number = true; }));
         w.service_variables[ServiceId("srv-db")] = {
             variable("A")};  // its own value wins and is not a number
       },
       [](Desired& d, Workspace& w) {
         d.services[0].require = {{word("A"), Shape::number}};
         set_first(w, variable("A"));
         w.service_variables[ServiceId("srv-db")] = {variable("A", [](auto& f) { f.number = true; })};
       }},
      {"variables-unread", Severity::warning, "group secrets",
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{word("A"), Shape::url}};
         set_first(w, Variable{"A"});
       },
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{word("A"), std::nullopt}};
         set_first(w, Variable{"A"});
       }},
      {"variables-unread", Severity::warning, "service db",
       [](Desired&, Workspace& w) { w.unread = {{ServiceId("srv-db"), "too many"}}; },
       [](Desired&, Workspace& w) { w.unread = {{ServiceId("srv-other"), "too many"}}; }},
      {"collision-different", Severity::error, "service db",
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("A", 2)});
       },
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("B", 2)});
       }},
      {"collision-different", Severity::error, "service db",
       [](Desired&, Workspace& w) {
         set_first(w, valued("A", 1));
         w.service_variables[ServiceId("srv-db")] = {valued("A", 2)};
       },
       [](Desired&, Workspace& w) {
         set_first(w, valued("A", 1));
         w.service_variables[ServiceId("srv-web")] = {valued("C", 2)};
       }},
      {"collision-equal", Severity::note, "service db",
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("A", 1)});
       },
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("A", 2)});
       }},
      {"collision-unknown", Severity::warning, "service db",
       [](Desired&, Workspace& w) {
         w.groups[0].secret_files = {"ca.pem"};
         w.service_secret_files[ServiceId("srv-db")] = {"ca.pem"};
       },
       [](Desired&, Workspace& w) {
         w.groups[0].secret_files = {"ca.pem"};
         w.service_secret_files[ServiceId("srv-db")] = {"key.pem"};
       }},
      {"collision-unknown", Severity::warning, "service db",
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {Variable{"A"}});
       },
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("A", 1)});
       }},
  };
}

}  // namespace envlink::plan::sample

#include "plan/finding_cases_test.h"

namespace envlink::plan::sample {

using model::Desired;
using model::Variable;
using model::Workspace;

std::vector<FindingCase> finding_cases() {
  std::vector<FindingCase> all = name_cases();
  for (auto& one : value_cases()) all.push_back(std::move(one));
  for (auto& one : state_cases()) all.push_back(std::move(one));
  return all;
}

std::vector<FindingCase> state_cases() {
  return {
      {"group-scope", Severity::error, "service db",
       [](Desired&, Workspace& w) { w.groups[0].environment = EnvironmentId("evm-1"); },
       [](Desired&, Workspace& w) {
         w.groups[0].environment = w.services[0].environment = EnvironmentId("evm-1");
       }},
      {"environment-protected", Severity::warning, "environment production",
       [](Desired&, Workspace& w) {
         w.services[0].environment = EnvironmentId("evm-1");
         w.environments[EnvironmentId("evm-1")] = {"production", true, ""};
       },
       [](Desired&, Workspace& w) {
         w.services[0].environment = EnvironmentId("evm-1");
         w.environments[EnvironmentId("evm-1")] = {"production", false, ""};
       }},
      {"environment-protected", Severity::note, "environment production",
       [](Desired&, Workspace& w) {  // nothing changes in the environment
         w.groups[0].links = {ServiceId("srv-db")};
         w.services[0].environment = EnvironmentId("evm-1");
         w.environments[EnvironmentId("evm-1")] = {"production", true, ""};
       },
       [](Desired&, Workspace& w) {  // no service of the file is in the environment
         w.environments[EnvironmentId("evm-1")] = {"production", true, ""};
       }},
      {"environment-unread", Severity::warning, "environment evm-1",
       [](Desired&, Workspace& w) {
         w.services[0].environment = EnvironmentId("evm-1");
         w.environments[EnvironmentId("evm-1")] = {"", std::nullopt, "could not read environment evm-1"};
       },
       [](Desired&, Workspace& w) {
         w.services[0].environment = EnvironmentId("evm-1");
         w.environments[EnvironmentId("evm-1")] = {"", false, ""};
       }},
      {"deploys-unread", Severity::note, "service db",
       [](Desired&, Workspace& w) { w.deploys_left = {w.services[0].id}; }, [](Desired&, Workspace&) {}},
      {"build-elsewhere", Severity::warning, "service db",
       [](Desired&, Workspace& w) {
         w.services[0].image_backed = true;
         set_first(w, {"VITE_API"});
       },
       [](Desired&, Workspace& w) { set_first(w, {"VITE_API"}); }},
      {"build-elsewhere", Severity::warning, "service db",
       [](Desired& d, Workspace& w) {
         d.build_time = {word("TOKEN")};
         w.services[0].artifact_sourced = true;
       },
       [](Desired&, Workspace& w) { w.services[0].artifact_sourced = true; }},
      {"build-time-unknown", Severity::warning, "build_time API_*",
       [](Desired& d, Workspace&) { d.build_time = {word("API_*", 3), word("TOKEN", 4)}; },
       [](Desired& d, Workspace& w) {
         d.build_time = {word("API_*", 3), word("TOKEN", 4)};
         w.service_variables[ServiceId("srv-web")] = {{"API_URL"}};
       }},
      {"build-time-unknown", Severity::warning, "build_time TOKN",
       [](Desired& d, Workspace& w) {
         d.build_time = {word("TOKN", 3)};
         w.service_variables.clear();  // near names are suggested even if not all variables were read
       },
       [](Desired& d, Workspace& w) {
         d.build_time = {word("SOMETHING_ELSE", 3)};
         w.service_variables.clear();
       }},
      {"group-variable-count", Severity::error, "group secrets",
       [](Desired& d, Workspace&) { d.groups[0].variables = model::VariableCount{3, false, {2, 5}}; },
       [](Desired& d, Workspace&) { d.groups[0].variables = model::VariableCount{1, true, {2, 5}}; }},
      {"group-variable-missing", Severity::error, "group secrets",
       [](Desired& d, Workspace&) { d.groups[0].require = {{word("TOKN")}}; },
       [](Desired& d, Workspace&) { d.groups[0].require = {{word("TOKEN")}}; }},
      {"group-variable-missing", Severity::error, "group secrets",
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{word("file:ca.pem")}};
         w.groups[0].variables->push_back({"ca.pem"});
       },
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{word("file:ca.pem")}};
         w.groups[0].secret_files = {"ca.pem"};
       }},
      {"service-variable-missing", Severity::error, "service db",
       [](Desired& d, Workspace& w) {
         d.services[0].require = {{word("file:ca.pem", 12)}};
         w.groups[0].secret_files = {"ca.crt"};
       },
       [](Desired& d, Workspace& w) {
         d.services[0].require = {{word("file:ca.pem", 12)}};
         w.service_secret_files[ServiceId("srv-db")] = {"ca.pem"};
       }},
      {"service-variable-missing", Severity::error, "service db",
       [](Desired& d, Workspace&) { d.services[0].require = {{word("QUEUE", 12)}}; },
       [](Desired& d, Workspace& w) {
         d.services[0].require = {{word("QUEUE", 12)}};
         w.service_variables[ServiceId("srv-db")] = {variable("QUEUE")};
       }},
      {"service-suspended", Severity::error, "service db",
       [](Desired&, Workspace& w) { w.services[0].suspended = true; },
       [](Desired&, Workspace& w) {  // nothing changes for db
         w.services[0].suspended = true;
         w.groups[0].links = {ServiceId("srv-db")};
       }},
      {"service-suspended", Severity::note, "service db",
       [](Desired& d, Workspace& w) {
         d.rollout.suspended = model::OnSuspended::link;
         w.services[0].suspended = true;
       },
       [](Desired& d, Workspace& w) {  // nothing changes for db
         d.rollout.suspended = model::OnSuspended::skip;
         w.services[0].suspended = true;
         w.groups[0].links = {ServiceId("srv-db")};
       }},
      {"gate-without-health-path", Severity::warning, "service db",
       [](Desired& d, Workspace&) { d.rollout.gate = model::Gate::healthy; },
       [](Desired& d, Workspace& w) {
         d.rollout.gate = model::Gate::healthy;
         for (model::Service& service : w.services) {
           service.url = "https://db.example";
           service.health_check_path = "/up";
         }
       }},
      {"gate-without-health-path", Severity::note, "service db",
       [](Desired& d, Workspace& w) {  // other services depend on it
         d.rollout.gate = model::Gate::healthy;
         w.services[0].type = model::ServiceType::background_worker;
       },
       [](Desired& d, Workspace& w) {
         d.rollout.gate = model::Gate::live;
         w.services[0].type = model::ServiceType::background_worker;
       }},
      {"link-dangling", Severity::note, "group secrets",
       [](Desired&, Workspace& w) {
         w.groups[0].links.push_back(ServiceId("srv-gone"));
         w.unlisted[ServiceId("srv-gone")] = model::Unlisted::gone;
       },
       [](Desired&, Workspace& w) {  // Render links previews by itself
         w.groups[0].links.push_back(ServiceId("srv-gone"));
         w.unlisted[ServiceId("srv-gone")] = model::Unlisted::preview;
       }},
      {"autodeploy-off", Severity::note, "service db",
       [](Desired&, Workspace& w) { w.services[0].auto_deploy = false; },
       [](Desired&, Workspace& w) { w.services[0].auto_deploy = true; }},
      {"autodeploy-off", Severity::note, "service db",
       [](Desired&, Workspace& w) { w.services[0].auto_deploy = false; },
       [](Desired&, Workspace& w) {  // nothing changes for db
         w.services[0].auto_deploy = false;
         w.groups[0].links = {ServiceId("srv-db")};
       }},
      {"rebuild-needed", Severity::warning, "service db",
       [](Desired& d, Workspace& w) {
         d.rollout.deploy = model::DeployChoice::deploy_only;
         set_first(w, Variable{"VITE_URL"});
       },
       [](Desired& d, Workspace& w) {
         d.rollout.deploy = model::DeployChoice::automatic;
         set_first(w, Variable{"VITE_URL"});
       }},
      {"rebuild-needed", Severity::warning, "service db",
       [](Desired& d, Workspace& w) {
         d.rollout.deploy = model::DeployChoice::deploy_only;
         w.services[0].type = model::ServiceType::static_site;
       },
       [](Desired& d, Workspace&) { d.rollout.deploy = model::DeployChoice::deploy_only; }},
      {"group-unused", Severity::note, "group spare",
       [](Desired& d, Workspace& w) {
         d.groups.push_back({word("spare", 3), {}, {}, {}});
         w.groups.push_back(w.groups[0]);
         w.groups[1].id = GroupId("evg-spare");
         w.groups[1].name = "spare";
       },
       [](Desired&, Workspace&) {}},
      {"link-dangling", Severity::note, "group secrets",
       [](Desired&, Workspace& w) { w.groups[0].links.push_back(ServiceId("srv-gone")); },
       [](Desired&, Workspace& w) {
         w.services.push_back(service("gone"));
         w.groups[0].links.push_back(ServiceId("srv-gone"));
       }},
      {"deploy-under-way", Severity::warning, "service db",
       [](Desired&, Workspace& w) {
         auto& deploys = w.deploys[ServiceId("srv-db")];
         deploys.insert(deploys.begin(), deploy("dep-x", "build_in_progress", now));
       },
       [](Desired&, Workspace& w) {
         auto& deploys = w.deploys[ServiceId("srv-db")];
         deploys.insert(deploys.begin(), deploy("dep-x", "live", now));
       }},
      {"dependency-deploying", Severity::warning, "service db",
       [](Desired&, Workspace& w) {
         w.groups[0].links.push_back(ServiceId("srv-db"));
         auto& deploys = w.deploys[ServiceId("srv-db")];
         deploys.insert(deploys.begin(), deploy("dep-x", "build_in_progress", now));
       },
       [](Desired& d, Workspace& w) {
         d.services[1].after.clear();
         w.groups[0].links.push_back(ServiceId("srv-db"));
         auto& deploys = w.deploys[ServiceId("srv-db")];
         deploys.insert(deploys.begin(), deploy("dep-x", "build_in_progress", now));
       }},
  };
}

}  // namespace envlink::plan::sample

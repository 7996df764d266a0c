#include "plan/finding_cases_test.h"

namespace envlink::plan::sample {

using model::Desired;
using model::Workspace;

namespace {

PlanOptions redeploy(std::string name) {
  PlanOptions extra;
  extra.redeploy = {std::move(name)};
  return extra;
}

}  // namespace

std::vector<FindingCase> name_cases() {
  return {
      {"group-missing", Severity::error, "group secrets",
       [](Desired&, Workspace& w) { w.groups[0].name = "secret"; }, [](Desired&, Workspace&) {}},
      {"group-ambiguous", Severity::error, "group secrets",
       [](Desired&, Workspace& w) {
         w.groups.push_back(w.groups[0]);
         w.groups[1].id = GroupId("evg-twin");
       },
       [](Desired& d, Workspace& w) {
         d.groups[0].id = word("evg-secrets");
         w.groups.push_back(w.groups[0]);
         w.groups[1].id = GroupId("evg-twin");
       }},
      {"group-id-mismatch", Severity::error, "group evg-secrets",
       [](Desired& d, Workspace& w) {
         d.groups[0].id = word("evg-secrets");
         w.groups[0].name = "renamed";
       },
       [](Desired& d, Workspace&) { d.groups[0].id = word("evg-secrets"); }},
      {"group-twice", Severity::error, "group evg-secrets",
       [](Desired& d, Workspace&) { d.groups.push_back({word("evg-secrets", 2), {}, {}, {}}); },
       [](Desired& d, Workspace& w) {
         d.groups.push_back({word("evg-twin", 2), {}, {}, {}});
         w.groups.push_back(w.groups[0]);
         w.groups[1].id = GroupId("evg-twin");
         w.groups[1].name = "twin";
       }},
      {"redeploy-ambiguous", Severity::error, "--redeploy api",
       [](Desired& d, Workspace& w) {
         d.services[0].name = word("srv-db", 10);
         d.services[1].name = word("srv-api", 20);
         d.services[1].after = {word("srv-db", 20)};
         d.services[2].after.clear();
         w.services[0].name = "api";
       },
       [](Desired& d, Workspace& w) {  // the file pins the service that it calls by this name
         d.services[0].name = word("srv-db", 10);
         d.services[1].id = word("srv-api", 20);
         d.services[1].after = {word("srv-db", 20)};
         w.services[0].name = "api";
       },
       redeploy("api"), redeploy("api")},
      {"service-missing", Severity::error, "service db",
       [](Desired&, Workspace& w) { w.services[0].name = "dbb"; }, [](Desired&, Workspace&) {}},
      {"service-ambiguous", Severity::error, "service db",
       [](Desired&, Workspace& w) { w.services[1].name = "db"; },
       [](Desired& d, Workspace& w) {
         d.services[0].id = word("srv-db", 10);
         d.services[1].id = word("srv-api", 20);
         d.services[1].name = word("db", 20);
         w.services[1].name = "db";
       }},
      {"service-id-mismatch", Severity::error, "service srv-api",
       [](Desired& d, Workspace&) { d.services[0].id = word("srv-api", 10); },
       [](Desired& d, Workspace&) { d.services[0].id = word("srv-db", 10); }},
      {"service-twice", Severity::error, "service srv-db",
       [](Desired& d, Workspace&) { d.services.push_back(wanted("srv-db", {}, 40)); },
       [](Desired& d, Workspace& w) {
         d.services.push_back(wanted("srv-more", {}, 40));
         w.services.push_back(service("more"));
       }},
      {"service-type-mismatch", Severity::error, "service db",
       [](Desired& d, Workspace&) {
         d.services[0].type = model::ServiceType::cron_job;
         d.services[0].type_place = {11, 5};
       },
       [](Desired& d, Workspace&) {
         d.services[0].type = model::ServiceType::web_service;
         d.services[0].type_place = {11, 5};
       }},
      {"redeploy-unknown", Severity::error, "--redeploy dbb", [](Desired&, Workspace&) {},
       [](Desired&, Workspace&) {}, redeploy("dbb"), redeploy("db")},
      {"group-other-workspace", Severity::error, "group secrets",
       [](Desired&, Workspace& w) { w.groups[0].owner = OwnerId("tea-2"); },
       [](Desired&, Workspace& w) { w.groups[0].owner = OwnerId("tea-1"); }},
      {"service-other-workspace", Severity::error, "service db",
       [](Desired&, Workspace& w) { w.services[0].owner = OwnerId("tea-2"); },
       [](Desired&, Workspace& w) { w.services[0].owner = OwnerId("tea-1"); }},
      {"service-preview", Severity::error, "service db",
       [](Desired&, Workspace& w) { w.services[0].preview = true; },
       [](Desired&, Workspace& w) {
         w.services.push_back(w.services[0]);
         w.services.back().id = ServiceId("srv-preview");
         w.services.back().preview = true;
       }},
  };
}

}  // namespace envlink::plan::sample

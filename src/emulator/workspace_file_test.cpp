#include "emulator/workspace_file.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iterator>

namespace envlink::emulator {
namespace {

using namespace std::chrono_literals;

std::string read(const std::string& name) {
  std::ifstream file(ENVLINK_SOURCE_DIR "/src/emulator/testdata/" + name);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("a workspace with every key is read correctly") {
  const auto workspace = parse_workspace(read("full_workspace.yaml"));
  REQUIRE(workspace);
  CHECK(workspace->api_key == "rnd_other");
  CHECK(workspace->owner_id == "tea-cexample0000000000000");
  CHECK(workspace->owner_name == "toolboxai");

  REQUIRE(workspace->groups.size() == 2);
  const auto& group = workspace->groups[0];
  CHECK(group.id == "evg-d479opq4d50c73813bu0");
  CHECK(group.name == "secrets");
  CHECK(group.variables == Variables{{"Z", "postgres://x"}, {"A", "8080"}, {"EMPTY", ""}});
  CHECK(group.secret_files == Variables{{"ca.pem", "line 1\nline 2\n"}});
  CHECK(group.environment == "evm-1");
  CHECK(group.links == std::vector<std::string>{"api", "srv-2"});
  CHECK(workspace->groups[1].id.empty());

  REQUIRE(workspace->services.size() == 3);
  const auto& service = workspace->services[0];
  CHECK(service.id == "srv-1");
  CHECK(service.type == model::ServiceType::private_service);
  CHECK_FALSE(service.auto_deploy);
  CHECK(service.suspended);
  CHECK(service.stale);
  CHECK(service.image);
  CHECK(service.environment == "evm-1");
  CHECK(service.health_check_path == "/health");
  CHECK(service.variables == Variables{{"LOG_LEVEL", "info"}});
  CHECK(service.secret_files == Variables{{".env", "A=1"}});
  CHECK(service.build == 1min);
  CHECK(service.pre_deploy == 5s);
  CHECK(service.start == 0s);
  CHECK(service.outcome == Outcome::pre_deploy_failed);
  CHECK(workspace->services[1].outcome == Outcome::live);
  const SeedDetails& details = workspace->services[1].details;
  CHECK(details.runtime == Runtime::docker);
  CHECK(details.plan == InstancePlan::standard_plus);
  CHECK(details.region == Region::ohio);
  CHECK(details.instances == 2);
  CHECK(details.build_filter.value().paths == std::vector<std::string>{"src/**"});
  CHECK(details.build_filter.value().ignored == std::vector<std::string>{"docs/**"});
  CHECK(details.autoscaling.value().enabled);
  CHECK(details.autoscaling.value().min == 2);
  CHECK(details.autoscaling.value().max == 4);
  CHECK(details.disk.value().name == "data");
  CHECK(details.disk.value().mount_path == "/data");
  CHECK(details.disk.value().size_gb == 5);
  CHECK(workspace->services[2].preview_of == "api");

  REQUIRE(workspace->projects.size() == 1);
  CHECK(workspace->projects[0].id == "prj-1");
  CHECK(workspace->projects[0].name == "shop");

  REQUIRE(workspace->environments.size() == 2);
  CHECK(workspace->environments[0].id == "evm-1");
  CHECK(workspace->environments[0].name == "production");
  CHECK(workspace->environments[0].project == "prj-1");
  CHECK(workspace->environments[0].is_protected);
  CHECK_FALSE(workspace->environments[1].is_protected);

  const auto& behaviour = workspace->behaviour;
  CHECK(behaviour.overlap == Overlap::override_);
  CHECK(behaviour.list_shape == ListShape::bare);
  CHECK(behaviour.double_link == DoubleLink::bad_request);
  CHECK(behaviour.service_patch_links);
  CHECK(behaviour.strict_patch);
  CHECK(behaviour.link_deploys);
  CHECK(behaviour.link_touches_group);
  CHECK(behaviour.value_deploys);
  CHECK(behaviour.same_name == SameName::conflict);
  CHECK(behaviour.empty_value == EmptyValue::accepted);
  CHECK(behaviour.protected_values == ProtectedValues::hidden);
  CHECK(behaviour.environment_read == EnvironmentRead::requested);
  CHECK(behaviour.audit_log);
  CHECK(behaviour.read_limit == 11);
  CHECK(behaviour.write_limit == 12);
  CHECK(behaviour.deploy_limit == 13);
  CHECK(behaviour.log_limit == 14);
  CHECK(behaviour.latency == 80ms);
  CHECK(behaviour.list_lag == 30s);
  CHECK(behaviour.link_lag == 20s);
  CHECK(behaviour.value_lag == 25s);
  CHECK(behaviour.link_flaps);
  CHECK(behaviour.list_repeats);

  REQUIRE(workspace->faults.size() == 6);
  CHECK(workspace->faults[0].kind == FaultKind::lose_answer);
  CHECK(workspace->faults[0].match == "POST /v1/services/*/deploys");
  CHECK(workspace->faults[0].nth == 2);
  CHECK(workspace->faults[1].kind == FaultKind::status);
  CHECK(workspace->faults[1].every == 7);
  CHECK(workspace->faults[1].status == 429);
  CHECK(workspace->faults[1].retry_after == 3);
  CHECK(workspace->faults[2].kind == FaultKind::cut);
  CHECK(workspace->faults[3].kind == FaultKind::delay);
  CHECK(workspace->faults[3].delay == 5s);
  CHECK(workspace->faults[4].kind == FaultKind::garbage);
  CHECK(workspace->faults[5].kind == FaultKind::late);
  CHECK(workspace->faults[5].delay == 8s);
}

TEST_CASE("all problems of a workspace are reported together") {
  const std::string text = read("broken_workspace.yaml");
  const auto workspace = parse_workspace(text);
  REQUIRE_FALSE(workspace);
  CHECK(render(workspace.error(), "broken_workspace.yaml", text) == read("broken_workspace.txt"));
}

TEST_CASE("an environment needs a unique id") {
  const std::string text =
      "version: 1\nenvironments:\n  - {name: a}\n  - {id: evm-1, name: b}\n  - {id: evm-1, name: c}\n"
      "  - {id: srv-1, name: d}\n";
  const auto workspace = parse_workspace(text);
  REQUIRE_FALSE(workspace);
  const std::string told = render(workspace.error(), "w.yaml", text);
  CHECK(told.find("w.yaml:3:5: error: an environment without `id`") != std::string::npos);
  CHECK(told.find("`evm-1` is already used for another environment") != std::string::npos);
  CHECK(told.find("w.yaml:6:10") != std::string::npos);
}

TEST_CASE("the settings of a service are checked, and that its type has them") {
  const std::string text =
      "version: 1\nservices:\n"
      "  - {name: a, runtime: image}\n"
      "  - {name: b, image: true, runtime: node}\n"
      "  - {name: c, type: static_site, plan: free, disk: {name: d, mount_path: /d}}\n"
      "  - {name: d, type: cron_job, instances: 2}\n"
      "  - {name: e, autoscaling: {min: 3, max: 2}, disk: {mount_path: data, size_gb: 0}}\n"
      "  - {name: f, autoscaling: {}, build_filter: {path: [a]}, region: mars}\n";
  const auto workspace = parse_workspace(text);
  REQUIRE_FALSE(workspace);
  const std::string told = render(workspace.error(), "w.yaml", text);
  CAPTURE(told);
  for (const char* expected :
       {"w.yaml:3:24: error: `runtime` must be one of docker, elixir, go, node, python, ruby, rust, found",
        "w.yaml:4:37: error: a service that deploys an image does not have `runtime`",
        "w.yaml:5:40: error: a static site does not have `plan`",
        "w.yaml:5:52: error: a static site does not have `disk`",
        "w.yaml:6:42: error: a cron job does not have `instances`",
        "w.yaml:7:42: error: `max` is less than `min`", "w.yaml:7:52: error: a disk without `name`",
        "w.yaml:7:65: error: `mount_path` must start with `/`",
        "w.yaml:7:80: error: `size_gb` must be a whole number from 1 to 10000",
        "w.yaml:8:28: error: `autoscaling` without `min`", "w.yaml:8:47: error: unknown key `path`",
        "w.yaml:8:67: error: `region` must be one of oregon"}) {
    CAPTURE(expected);
    CHECK(told.find(expected) != std::string::npos);
  }
}

TEST_CASE("a project needs a name and a unique id") {
  const std::string text =
      "version: 1\nprojects:\n  - {name: a}\n  - {id: prj-1, name: b}\n  - {id: prj-1, name: b}\n"
      "  - {id: evm-1, name: d}\n  - {id: prj-2}\n";
  const auto workspace = parse_workspace(text);
  REQUIRE_FALSE(workspace);
  const std::string told = render(workspace.error(), "w.yaml", text);
  CHECK(told.find("w.yaml:3:5: error: a project without `id`") != std::string::npos);
  CHECK(told.find("`prj-1` is already used for another project") != std::string::npos);
  CHECK(told.find("w.yaml:6:10: error: `id` must be an id of the form prj-…") != std::string::npos);
  CHECK(told.find("w.yaml:7:5: error: a project without `name`") != std::string::npos);
}

TEST_CASE("two environments may have groups and services with the same names, distinguished by ids") {
  const std::string head =
      "version: 1\n"
      "services:\n"
      "  - {id: srv-1, name: api, environment: evm-1}\n"
      "  - {id: srv-2, name: api, environment: evm-2}\n"
      "  - {name: api}\n";
  const auto workspace = parse_workspace(head +
                                         "groups:\n"
                                         "  - {name: secrets, environment: evm-1, links: [srv-1]}\n"
                                         "  - {name: secrets, environment: evm-2, links: [srv-2]}\n");
  REQUIRE(workspace);
  CHECK(workspace->services.size() == 3);
  CHECK(workspace->groups[1].links == std::vector<std::string>{"srv-2"});
  const auto problem = [&](const std::string& rest) {
    const std::string text = head + rest;
    const auto read = parse_workspace(text);
    return read ? std::string{} : render(read.error(), "w.yaml", text);
  };
  CHECK(problem("groups: [{name: g, links: [api]}]\n")
            .find("`links` names `api`, but 3 services have that name") != std::string::npos);
  CHECK(problem("  - {name: pr, preview_of: api}\n").find("`preview_of` names `api`, but 3 services") !=
        std::string::npos);
  for (const char* twice : {"  - {name: api, environment: evm-2}\n", "  - {name: srv-1}\n",
                            "  - {id: srv-2, name: web}\n", "  - {name: api}\n"}) {
    CAPTURE(twice);
    CHECK(problem(twice).find("is already used for another service") != std::string::npos);
  }
}

TEST_CASE("a preview is of a service that is not a preview itself") {
  for (const char* services :
       {"[{name: a, preview_of: a}]", "[{name: a, preview_of: b}, {name: b, preview_of: a}]"}) {
    CAPTURE(services);
    const auto read = parse_workspace(std::string("version: 1\nservices: ") + services + "\n");
    REQUIRE_FALSE(read);
    CHECK(read.error().front().what == "`preview_of` names a preview");
  }
}

TEST_CASE("a fault that could never match is refused") {
  for (const char* match : {"GET /services/*", "GET /v1/owners?limit=1", "FETCH /v1/services"}) {
    CAPTURE(match);
    CHECK_FALSE(
        parse_workspace(std::string("version: 1\nfaults:\n  - {match: \"") + match + "\", do: cut}\n"));
  }
  for (const char* match :
       {"*", "GET *", "* /v1/services", "POST /v1/services/*/deploys", "GET /*/services"}) {
    CAPTURE(match);
    CHECK(parse_workspace(std::string("version: 1\nfaults:\n  - {match: \"") + match + "\", do: cut}\n"));
  }
}

TEST_CASE("a workspace with only a version has the emulator's defaults") {
  const auto workspace = parse_workspace("version: 1\ngroups:\nservices: []\n");
  REQUIRE(workspace);
  CHECK(workspace->api_key == "rnd_example");
  CHECK(workspace->services.empty());
}

TEST_CASE("a fault may be for any method that the emulator answers, and for no other") {
  for (const char* method : {"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "*"}) {
    CAPTURE(method);
    CHECK(parse_workspace(fmt::format("version: 1\nfaults: [{{match: \"{} /v1/*\", do: cut}}]\n", method)));
  }
  CHECK_FALSE(parse_workspace("version: 1\nfaults: [{match: \"OPTIONS /v1/*\", do: cut}]\n"));
}

}  // namespace
}  // namespace envlink::emulator

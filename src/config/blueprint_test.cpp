#include "config/blueprint.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "config/file.h"
#include "config/initial_file.h"

namespace envlink::config {
namespace {

Blueprint read(std::string_view text) {
  auto blueprint = parse_blueprint(text);
  REQUIRE_MESSAGE(blueprint,
                  render(blueprint ? std::vector<yaml::Problem>{} : blueprint.error(), "render.yaml", text));
  return std::move(*blueprint);
}

std::string problems(std::string_view text) {
  const auto blueprint = parse_blueprint(text);
  return blueprint ? std::string{} : render(blueprint.error(), "render.yaml", text);
}

InitialFile draft(std::string_view text) {
  return initial_file_of(read(text), "render.yaml");
}

const InitialService& service(const InitialFile& draft, std::string_view name) {
  for (const auto* list : {&draft.services, &draft.unlinked}) {
    for (const InitialService& each : *list) {
      if (each.wanted.name.text == name) return each;
    }
  }
  FAIL("no service " << name);
  return draft.services.front();
}

std::vector<std::string> texts(const std::vector<SourceString>& words) {
  std::vector<std::string> result;
  for (const SourceString& word : words) result.push_back(word.text);
  return result;
}

using Texts = std::vector<std::string>;

constexpr std::string_view shop = R"(
previews: {generation: automatic}
databases:
  - {name: shop-db, plan: starter}
envVarGroups:
  - name: shop-secrets
    envVars:
      - {key: JWT_SECRET, generateValue: true}
      - {key: STRIPE_KEY, value: sesame, previewValue: sesame}
services:
  - type: web
    name: shop-api
    runtime: node
    envVars:
      - fromGroup: shop-secrets
      - {key: WORKER, fromService: {type: worker, name: shop-worker, envVarKey: X}}
      - {key: CACHE, fromService: {type: keyvalue, name: shop-cache, property: connectionString}}
      - {key: DB, fromDatabase: {name: shop-db, property: connectionString}}
      - {key: MAIL, fromService: {type: pserv, name: shop-mail, property: host}}
  - {type: worker, name: shop-worker, envVars: [{fromGroup: shop-secrets}, {fromGroup: shared}]}
  - {type: keyvalue, name: shop-cache, ipAllowList: []}
  - {type: pserv, name: shop-mail}
  - {type: web, name: shop-front, runtime: static, envVars: [fromGroup: shared]}
  - {type: web, name: shop-old, env: static, envVars: [fromGroup: shared]}
  - {type: cron, name: shop-nightly, schedule: "0 3 * * *", envVars: [fromGroup: shared]}
  - {type: workflow, name: shop-flow, envVars: [fromGroup: shared]}
)";

TEST_CASE("a Blueprint's groups, links and types become the file's") {
  const InitialFile made = draft(shop);
  REQUIRE(made.groups.size() == 2);
  CHECK(made.groups[0].wanted.name.text == "shop-secrets");
  CHECK(made.groups[0].wanted.variables == model::VariableCount{2, true, {}});
  CHECK(made.groups[0].keys == Texts{"JWT_SECRET", "STRIPE_KEY"});
  CHECK(made.groups[1].wanted.name.text == "shared");
  CHECK_FALSE(made.groups[1].wanted.variables);
  CHECK(made.groups[1].remarks ==
        Texts{"render.yaml does not define it, so it must already exist in the workspace."});
  CHECK(texts(service(made, "shop-worker").wanted.link) == Texts{"shop-secrets", "shared"});
  CHECK(service(made, "shop-api").wanted.type == model::ServiceType::web_service);
  CHECK(service(made, "shop-worker").wanted.type == model::ServiceType::background_worker);
  CHECK(service(made, "shop-mail").wanted.type == model::ServiceType::private_service);
  CHECK(service(made, "shop-front").wanted.type == model::ServiceType::static_site);
  CHECK(service(made, "shop-old").wanted.type == model::ServiceType::static_site);
  CHECK(service(made, "shop-nightly").wanted.type == model::ServiceType::cron_job);
  CHECK(made.left_out == Texts{"The workflow shop-flow: envlink does not deploy workflows, which are "
                               "released in versions. It has 1 group from render.yaml."});
  CHECK(made.unlinked.size() == 1);
}

TEST_CASE("fromService orders linked services, ignores stores, and notes the others") {
  const InitialFile made = draft(shop);
  CHECK(texts(service(made, "shop-api").wanted.after) == Texts{"shop-worker"});
  CHECK(service(made, "shop-api").remarks ==
        Texts{"It takes a variable from shop-mail, which is not linked to any group here."});
}

TEST_CASE("a file made from a Blueprint is valid and contains no value") {
  const std::string text = write_envlink_yaml(draft(shop));
  const auto desired = parse_file(text, "envlink.yaml");
  REQUIRE(desired);
  CHECK(desired->services.size() == 5);
  CHECK(text.find("sesame") == std::string::npos);
}

TEST_CASE("services that take variables from each other get no order, and a comment says so") {
  const InitialFile made = draft(R"(
services:
  - {type: web, name: a, envVars: [fromGroup: g, {key: X, fromService: {name: b}}, {key: Y, fromService: {name: a}}]}
  - {type: web, name: b, envVars: [fromGroup: g, {key: X, fromService: {name: c}}]}
  - {type: web, name: c, envVars: [fromGroup: g, {key: X, fromService: {name: a}}, {key: Y, fromService: {name: d}}]}
  - {type: web, name: d, envVars: [fromGroup: g]}
)");
  CHECK(service(made, "a").wanted.after.empty());
  CHECK(service(made, "b").wanted.after.empty());
  CHECK(texts(service(made, "c").wanted.after) == Texts{"d"});
  CHECK(service(made, "a").remarks ==
        Texts{"It takes a variable from b, which also waits for it, so `after` was not set."});
  CHECK(parse_file(write_envlink_yaml(made), "envlink.yaml"));
}

TEST_CASE("projects, their environments and ungrouped services are read like the root") {
  const InitialFile made = draft(R"(
projects:
  - name: shop
    environments:
      - name: production
        envVarGroups: [{name: live, envVars: [{key: A, value: b}]}]
        services: [{type: web, name: api, envVars: [fromGroup: live]}]
      - name: staging
        envVarGroups: [{name: test}, {name: live}]
        services: [{type: web, name: api-test, envVars: [fromGroup: test]}]
ungrouped:
  services: [{type: worker, name: mail, envVars: [fromGroup: live]}]
)");
  CHECK(made.groups.size() == 2);
  CHECK(made.services.size() == 3);
  const auto live =
      std::ranges::find(made.groups, "live", [](const InitialGroup& g) { return g.wanted.name.text; });
  REQUIRE(live != made.groups.end());
  CHECK(live->remarks == Texts{"Line 9 of render.yaml defines it again. If these are two groups on Render, "
                               "use their ids instead."});
  CHECK_FALSE(live->wanted.variables);
}

TEST_CASE("a group defined in a project is known in all its environments") {
  const InitialFile made = draft(R"(
projects:
  - name: shop
    envVarGroups: [{name: shared, envVars: [{key: LOG_LEVEL, value: info}]}]
    environments:
      - name: production
        services: [{type: web, name: api, envVars: [fromGroup: shared]}]
)");
  REQUIRE(made.groups.size() == 1);
  CHECK(made.groups[0].keys == Texts{"LOG_LEVEL"});
  CHECK(made.groups[0].remarks.empty());
  CHECK(texts(service(made, "api").wanted.link) == Texts{"shared"});
}

TEST_CASE("a key that Render does not create in a group is not counted or offered, and a comment names it") {
  const InitialFile made = draft(R"(
envVarGroups:
  - name: settings
    envVars: [{key: HOST, value: a}, {key: TOKEN, sync: false}, {key: MAIL, sync: false}, {key: MADE, sync: true}]
  - name: asked
    envVars: [{key: TOKEN, sync: false}]
)");
  CHECK(made.groups[0].wanted.variables == model::VariableCount{2, true, {}});
  CHECK(made.groups[0].keys == Texts{"HOST", "MADE"});
  CHECK(made.groups[0].remarks ==
        Texts{"Render ignores `sync: false` in a group and does not create TOKEN and MAIL."});
  CHECK_FALSE(made.groups[1].wanted.variables);
}

TEST_CASE("a store may have the name of a service, but is not one") {
  const InitialFile made = draft(R"(
services:
  - {type: redis, name: shop}
  - type: web
    name: shop
    envVars: [fromGroup: g, {key: R, fromService: {type: redis, name: shop, property: host}}]
  - type: worker
    name: mail
    envVars: [fromGroup: g, {key: A, fromService: {type: web, name: shop}}, {key: K, fromService: {name: cache}}]
  - {type: keyvalue, name: cache}
databases: [{name: shop}, {name: mail}]
)");
  CHECK(service(made, "shop").wanted.type == model::ServiceType::web_service);
  CHECK(service(made, "shop").wanted.after.empty());
  CHECK(service(made, "shop").remarks.empty());
  CHECK(texts(service(made, "mail").wanted.after) == Texts{"shop"});
  CHECK(service(made, "mail").remarks.empty());
}

TEST_CASE("services with the same name in two environments are not mixed up") {
  constexpr std::string_view twins = R"(
projects:
  - name: shop
    environments:
      - name: production
        services: [{type: web, name: api, envVars: [fromGroup: live]}]
      - name: staging
        services:
          - {type: web, name: api, envVars: [fromGroup: test]}
          - {type: worker, name: mail, envVars: [fromGroup: test, {key: A, fromService: {type: web, name: api}}]}
)";
  const InitialFile made = draft(twins);
  REQUIRE(made.services.size() == 1);
  CHECK(made.services[0].wanted.after.empty());
  CHECK(made.services[0].remarks ==
        Texts{"It takes a variable from api, but 2 services have that name, so `after` was not set."});
  CHECK(made.left_out == Texts{"The service api on line 6, in the environment production: 2 have that name. "
                               "Add it above by its id, as in srv-…: {type: web_service, link: [live]}",
                               "The service api on line 9, in the environment staging: 2 have that name. Add "
                               "it above by its id, as in srv-…: {type: web_service, link: [test]}"});
  CHECK(parse_file(write_envlink_yaml(made), "envlink.yaml"));
  CHECK(problems("services:\n- {type: web, name: a}\nungrouped: {services: [{type: web, name: a}]}\n")
            .find("is already defined on line 2") != std::string::npos);
}

TEST_CASE("all problems are reported together, with their places") {
  const auto broken = parse_blueprint(
      "services:\n  - name: a\n  - {type: web}\n  - {type: web, name: [b]}\n  - c\nenvVarGroups: 5\n");
  REQUIRE_FALSE(broken);
  Texts told;
  for (const yaml::Problem& problem : broken.error())
    told.push_back(fmt::format("{}:{} {}", problem.place.line, problem.place.column, problem.what));
  CHECK(told == Texts{"2:5 a service lacks `type`", "3:5 a service lacks `name`",
                      "4:23 `name` must be text, found a list",
                      "5:5 an entry of `services` must be a mapping, found text",
                      "6:15 `envVarGroups` must be a list, found a number"});
  CHECK(problems("services:\n- {type: web, name: a}\n- {type: web, name: a}\n")
            .find("3:21: error: service `a` is already defined on line 2") != std::string::npos);
  CHECK(problems("services: [{type: web, name: a, envVars: [{key: A, fromService: {type: web}}]}]")
            .find("`fromService` lacks `name`") != std::string::npos);
  CHECK(problems("- a").find("a Blueprint must be a mapping, found a list") != std::string::npos);
  CHECK(problems("services: [").find("YAML syntax") != std::string::npos);
}

TEST_CASE("a name that the file cannot contain is left out, and a comment says so") {
  const InitialFile made = draft(
      "services:\n- {type: web, name: x-api, envVars: [fromGroup: x-g, fromGroup: g]}\n"
      "- {type: web, name: 5, envVars: [{fromGroup: x-g}, {fromGroup: true}]}\n");
  CHECK(made.left_out.size() == 2);
  REQUIRE(made.services.size() == 1);
  CHECK(made.services[0].wanted.name.text == "5");
  CHECK(texts(made.services[0].wanted.link) == Texts{"true"});
  CHECK(parse_file(write_envlink_yaml(made), "envlink.yaml"));
}

}  // namespace
}  // namespace envlink::config

#include "engine/workspace_reader.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <functional>

#include "base/text.h"

using namespace envlink;
using namespace envlink::engine;

namespace {

const Time start{std::chrono::hours(1000)};
constexpr const char* owners = R"([{"cursor":"o","owner":{"id":"tea-1","name":"shop"}}])";
constexpr const char* service =
    R"([{"cursor":"s","service":{"id":"srv-1","name":"base","type":"web_service"}}])";
constexpr const char* group = R"({"id":"evg-1","name":"shared","serviceLinks":[],"envVars":[]})";

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A full page: `element` formats the element with that number.
std::string full_page(int number, const std::function<std::string(int)>& element) {
  std::string body = "[";
  for (int i = 0; i < 100; ++i) body += (i == 0 ? "" : ",") + element(number * 100 + i);
  return body + "]";
}

std::string many_services(int page) {
  return full_page(page, [](int n) {
    return fmt::format(R"({{"cursor":"c{0}","service":{{"id":"srv-{0}","name":"s{0}"}}}})", n);
  });
}

struct Server {
  std::function<std::string(std::string_view target, int request)> answer;  // empty: the usual answer
  int requests = 0;

  std::string body_for(const std::string& target) {
    const int number = requests++;
    if (std::string own = answer(target, number); !own.empty()) return own;
    if (target.starts_with("/owners")) return owners;
    if (target.starts_with("/services?")) return service;
    if (target.starts_with("/env-groups?")) return fmt::format("[{}]", group);
    return target.starts_with("/env-groups/") ? group : "[]";
  }
};

struct Outcome {
  Result<model::Workspace> result;
  int requests = 0;
  ReadCounts counts{};
};

model::Desired file() {
  model::Desired desired;
  desired.groups.push_back({});
  desired.groups.back().name.text = "shared";
  desired.services.push_back({});
  desired.services.back().name.text = "base";
  desired.services.back().link.push_back({"shared", {}});
  desired.services.back().require.push_back({{"TOKEN", {}}});
  return desired;
}

Outcome read_workspace(std::function<std::string(std::string_view, int)> answer,
                       const model::Desired& desired = file(), ReadOptions options = {}) {
  Server server{std::move(answer)};
  WorkspaceReader reader(desired, "", {}, std::move(options));
  for (Time now = start; !reader.finished(); now += std::chrono::milliseconds(10)) {
    for (const Call& call : reader.step(now).calls) {
      api::Response response{
          .status = 200,
          .headers = {{"ratelimit-limit", "400"}, {"ratelimit-remaining", "399"}, {"ratelimit-reset", "30"}},
          .body = server.body_for(call.request.target)};
      reader.receive(now, {call.id, std::move(response)});
    }
  }
  return {reader.result(), server.requests, reader.requests()};
}

/// shared and extra are linked to base; other is linked to no service.
std::string linked(std::string_view target) {
  constexpr const char* all[] = {
      R"({"id":"evg-1","name":"shared","serviceLinks":[{"id":"srv-1"}],"envVars":[{"key":"A","value":"x"}]})",
      R"({"id":"evg-2","name":"extra","serviceLinks":[{"id":"srv-1"}],"envVars":[{"key":"A","value":"x"}]})",
      R"({"id":"evg-3","name":"other","serviceLinks":[],"envVars":[]})"};
  if (target.starts_with("/env-groups?")) {
    std::string list;
    for (const std::string text : all) {
      list += (list.empty() ? "" : ",") + text.substr(0, text.find(R"(,"envVars")")) + "}";
    }
    return "[" + list + "]";
  }
  if (target == "/env-groups/evg-1") return all[0];
  if (target == "/env-groups/evg-2") return all[1];
  if (has(target, "/env-vars")) return R"([{"envVar":{"key":"A","value":"x"},"cursor":"c"}])";
  return {};
}

}  // namespace

TEST_CASE("endless pages are given up after two hundred, and the list is named") {
  int page = 0;
  const Outcome outcome = read_workspace([&](std::string_view target, int) {
    return target.starts_with("/services?") ? many_services(page++) : "";
  });
  REQUIRE_FALSE(outcome.result.has_value());
  CHECK(has(outcome.result.error().what, "could not list the services"));
  CHECK(has(outcome.result.error().why, "200 pages with 20000 entries"));
  CHECK(outcome.requests <= 203);
}

TEST_CASE("ten thousand services are read although their last page is full") {
  model::Desired desired = file();
  desired.services[0].name.text = "s9999";
  int page = 0;
  const auto answer = [&](std::string_view target, int) {
    if (!target.starts_with("/services?")) return std::string();
    return page < 100 ? many_services(page++) : std::string("[]");
  };
  const Outcome outcome = read_workspace(answer, desired);
  REQUIRE(outcome.result.has_value());
  CHECK(outcome.result->services.size() == 10'000);
  CHECK(outcome.counts.services == 101);
}

TEST_CASE("a cursor that comes twice is reported for every list") {
  SUBCASE("of services") {
    const Outcome outcome = read_workspace([](std::string_view target, int) {
      return target.starts_with("/services?") ? many_services(0) : "";
    });
    REQUIRE_FALSE(outcome.result.has_value());
    CHECK(has(outcome.result.error().what, "could not list the services"));
    CHECK(has(outcome.result.error().why, "a cursor came twice"));
  }
  SUBCASE("of a service's variables") {
    const Outcome outcome = read_workspace([](std::string_view target, int) {
      if (!has(target, "/env-vars")) return std::string();
      return full_page(0, [](int n) {
        return fmt::format(R"({{"cursor":"c{0}","envVar":{{"key":"K{0}","value":"v"}}}})", n);
      });
    });
    REQUIRE_FALSE(outcome.result.has_value());
    CHECK(has(outcome.result.error().what, "could not list the variables of base"));
    CHECK(has(outcome.result.error().why, "a cursor came twice"));
  }
}

TEST_CASE("a full list without a next page is reported") {
  const Outcome outcome = read_workspace([](std::string_view target, int) {
    if (!has(target, "/env-vars")) return std::string();
    return full_page(0, [](int n) { return fmt::format(R"({{"envVar":{{"key":"K{}"}}}})", n); });
  });
  REQUIRE_FALSE(outcome.result.has_value());
  CHECK(has(outcome.result.error().why, "had no cursor"));
}

/// The entries of `count` that follow the cursor, at most `most`.
std::string page_of(std::string_view target, int count, int most,
                    const std::function<std::string(int)>& element) {
  const std::size_t cursor = target.find("&cursor=c");
  int next = cursor == std::string_view::npos ? 0 : std::stoi(std::string(target.substr(cursor + 9))) + 1;
  std::string body;
  for (const int end = std::min(count, next + most); next < end; ++next)
    body += (body.empty() ? "" : ",") + element(next);
  return "[" + body + "]";
}

TEST_CASE("a page shorter than requested does not end any list") {
  model::Desired desired = file();
  desired.services[0].name.text = "s40";
  desired.groups[0].name.text = "g40";
  desired.services[0].link[0].text = "g40";
  const auto answer = [](std::string_view target, int) -> std::string {
    if (target.starts_with("/services?"))
      return page_of(target, 41, 20, [](int n) {
        return fmt::format(R"({{"cursor":"c{0}","service":{{"id":"srv-{0}","name":"s{0}"}}}})", n);
      });
    if (target.starts_with("/env-groups?"))
      return page_of(target, 41, 20, [](int n) {
        return fmt::format(
            R"({{"cursor":"c{0}","envGroup":{{"id":"evg-{0}","name":"g{0}","serviceLinks":[]}}}})", n);
      });
    if (has(target, "/env-vars"))
      return page_of(target, 41, 20, [](int n) {
        return fmt::format(R"({{"cursor":"c{0}","envVar":{{"key":"K{0}","value":"v"}}}})", n);
      });
    return target.starts_with("/env-groups/")
               ? R"({"id":"evg-40","name":"g40","serviceLinks":[],"envVars":[]})"
               : "";
  };
  const Outcome outcome = read_workspace(answer, desired);
  REQUIRE(outcome.result.has_value());
  CHECK(outcome.result->services.size() == 41);
  CHECK(outcome.result->groups.size() == 41);
  REQUIRE(outcome.result->variables_of(ServiceId("srv-40")) != nullptr);
  CHECK(outcome.result->variables_of(ServiceId("srv-40"))->size() == 41);
}

TEST_CASE("an entry that comes on two pages counts once") {
  const auto answer = [](std::string_view target, int) -> std::string {
    const bool more = has(target, "cursor=a");
    if (target.starts_with("/owners"))
      return more ? R"([{"cursor":"b","owner":{"id":"tea-1","name":"shop"}}])"
                  : R"([{"cursor":"a","owner":{"id":"tea-1","name":"shop"}}])";
    if (target.starts_with("/services?"))
      return more
                 ? R"([{"cursor":"a1","service":{"id":"srv-1","name":"base"}},{"cursor":"b","service":{"id":"srv-2","name":"core"}}])"
                 : R"([{"cursor":"a","service":{"id":"srv-1","name":"base"}}])";
    return {};
  };
  const Outcome outcome = read_workspace(answer);
  REQUIRE(outcome.result.has_value());
  CHECK(outcome.result->owner.id == OwnerId("tea-1"));
  CHECK(outcome.result->services.size() == 2);
}

TEST_CASE("a short page that comes again and again ends its list") {
  const Outcome outcome = read_workspace([](std::string_view target, int) {
    return target.starts_with("/services?") ? std::string(service) : std::string();
  });
  REQUIRE(outcome.result.has_value());
  CHECK(outcome.result->services.size() == 1);
  CHECK(outcome.counts.services == 2);
}

TEST_CASE("a failed read is reported with its purpose") {
  const Outcome outcome = read_workspace([](std::string_view target, int) {
    return target.starts_with("/env-groups/") ? std::string(10'000, '[') : "";
  });
  REQUIRE_FALSE(outcome.result.has_value());
  CHECK(outcome.result.error().what == "could not read group shared: Render's reply could not be read");
}

TEST_CASE("answers larger than any plausible workspace are given up") {
  const std::string padding = fmt::format(R"("padding":"{}")", std::string(5 << 20, 'x'));
  int page = 0;
  const Outcome outcome = read_workspace([&](std::string_view target, int) {
    if (!target.starts_with("/services?")) return std::string();
    std::string body = many_services(page++);
    return body.insert(2, padding + ",");
  });
  REQUIRE_FALSE(outcome.result.has_value());
  CHECK(has(outcome.result.error().what, "larger than envlink accepts"));
  CHECK(has(outcome.result.error().why, "256 MiB"));
  CHECK(outcome.requests < 60);
}

model::ValueDigest digest_of_key(model::ValueKind, std::string_view name, std::string_view) {
  return model::ValueDigest({static_cast<unsigned char>(name.front())});
}

TEST_CASE("a service that requires variables is read closely, with groups that the file does not name") {
  const auto answer = [](std::string_view target, int) { return linked(target); };
  api::Fingerprinter::Key key{};
  const Outcome outcome =
      read_workspace(answer, file(), {.fingerprinter = api::Fingerprinter(key), .digest = digest_of_key});
  REQUIRE(outcome.result.has_value());
  CHECK(outcome.counts.variables == 1);
  CHECK(outcome.counts.secret_files == 1);  // extra, which was not read yet, may have one with the same name
  CHECK(outcome.counts.group_reads == 2);
  CHECK(outcome.counts.total() == static_cast<std::size_t>(outcome.requests));
  const model::Workspace& workspace = *outcome.result;
  const auto* own = workspace.variables_of(ServiceId("srv-1"));
  REQUIRE(own != nullptr);
  const auto read = std::count_if(workspace.groups.begin(), workspace.groups.end(),
                                  [](const model::Group& one) { return one.variables.has_value(); });
  CHECK(read == 2);
  const bool same =
      std::any_of(workspace.groups.begin(), workspace.groups.end(), [&](const model::Group& one) {
        return one.variables && !one.variables->empty() &&
               model::compare(own->at(0), one.variables->at(0)) == model::Sameness::equal &&
               own->at(0).digest && own->at(0).digest == one.variables->at(0).digest;
      });
  CHECK(same);
}

TEST_CASE("a service without changes and requirements costs no request of its own") {
  model::Desired desired = file();
  desired.services[0].require.clear();
  desired.rollout.unknown = model::OnUnknown::keep;
  const auto answer = [](std::string_view target, int) { return linked(target); };
  const Outcome settled = read_workspace(answer, desired);
  REQUIRE(settled.result.has_value());
  CHECK(settled.counts.variables == 0);
  CHECK(settled.counts.group_reads == 1);

  const auto unlinked = [](std::string_view, int) { return std::string(); };
  CHECK(read_workspace(unlinked, desired).counts.variables == 1);
  CHECK(read_workspace(unlinked, desired, {.include_preflight_data = false}).counts.variables == 0);
  CHECK(read_workspace(unlinked, file(), {.include_preflight_data = false}).counts.variables == 0);
}

TEST_CASE("a service's own secret files are read only where they may collide or are required") {
  const auto with_file = [](bool in_group) {
    return [in_group](std::string_view target, int) -> std::string {
      if (has(target, "/secret-files"))
        return R"([{"secretFile":{"name":"ca.pem","content":"x"},"cursor":""}])";
      if (target == "/env-groups/evg-1") {
        return std::string(
                   R"({"id":"evg-1","name":"shared","serviceLinks":[],"envVars":[],"secretFiles":[)") +
               (in_group ? R"({"name":"a.pem","content":"x"})" : "") + "]}";
      }
      return {};
    };
  };
  model::Desired desired = file();
  desired.rollout.unknown = model::OnUnknown::keep;
  CHECK(read_workspace(with_file(false), desired).counts.secret_files == 0);
  const Outcome beside = read_workspace(with_file(true), desired);
  CHECK(beside.counts.secret_files == 1);
  const auto* own = beside.result->secret_files_of(ServiceId("srv-1"));
  REQUIRE(own != nullptr);
  CHECK(*own == std::vector<std::string>{"ca.pem"});
  desired.services[0].require = {{{"file:ca.pem", {}}}};
  CHECK(read_workspace(with_file(false), desired).counts.secret_files == 1);
}

TEST_CASE("only a limited number of services is read closely, and the others are named") {
  model::Desired desired = file();
  desired.services.clear();
  for (int i = 0; i < 100; ++i) {
    for (const int page : {0, 1, 2}) {
      desired.services.push_back({});
      desired.services.back().name.text = fmt::format("s{}", page * 100 + i);
      desired.services.back().link.push_back({"shared", {}});
    }
  }
  int page = 0;
  const Outcome outcome = read_workspace(
      [&](std::string_view target, int) {
        if (!target.starts_with("/services?")) return std::string();
        return page < 3 ? many_services(page++) : std::string("[]");
      },
      desired);
  REQUIRE(outcome.result.has_value());
  CHECK(outcome.counts.variables == most_preflight_reads);
  CHECK(outcome.result->unread.size() == 300 - most_preflight_reads);
}

TEST_CASE("for one service, its groups and own variables are read, and nothing that the file names") {
  const auto answer = [](std::string_view target, int) { return linked(target); };
  for (const char* name : {"base", "srv-1"}) {
    const Outcome outcome = read_workspace(answer, {}, {.single_service = name});
    REQUIRE(outcome.result.has_value());
    CHECK(outcome.counts.group_reads == 2);
    CHECK(outcome.counts.variables == 1);
    CHECK(outcome.counts.deploys == 0);
  }
  const Outcome nobody = read_workspace(answer, {}, {.single_service = "nobody"});
  REQUIRE(nobody.result.has_value());
  CHECK(nobody.counts.variables == 0);
}

TEST_CASE("a plan continues without variables that cannot be read, unless a requirement depends on them") {
  const auto garbled = [](std::string_view target, int) {
    if (has(target, "/env-vars")) return std::string("{");
    if (target == "/env-groups/evg-2") return std::string("{");
    return linked(target);
  };
  model::Desired desired = file();
  desired.services[0].require = {{{"A", {}}}};
  const Outcome without = read_workspace(garbled, desired);
  REQUIRE(without.result.has_value());
  CHECK(without.result->variables_of(ServiceId("srv-1")) == nullptr);
  REQUIRE(without.result->unread.size() == 2);
  CHECK(has(without.result->unread[0].why, "could not list the variables of base"));
  CHECK(has(without.result->unread[1].why, "could not read group extra"));
  CHECK_FALSE(read_workspace(garbled).result.has_value());  // TOKEN is in no group
}

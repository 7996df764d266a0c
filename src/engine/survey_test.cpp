#include "engine/survey.h"

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

/// A full page: `element` is a format for one element with its number.
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
  std::function<std::string(std::string_view target, int request)> answer;  // empty: the usual
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
};

Outcome survey(std::function<std::string(std::string_view, int)> answer) {
  model::Desired desired;
  desired.groups.push_back({});
  desired.groups.back().name.text = "shared";
  desired.services.push_back({});
  desired.services.back().name.text = "base";
  desired.services.back().link.push_back({"shared", {}});
  desired.services.back().require.push_back({"TOKEN", {}});
  Server server{std::move(answer)};
  Survey survey(desired, "");
  for (Time now = start; !survey.finished(); now += std::chrono::milliseconds(10)) {
    for (const Call& call : survey.step(now).calls) {
      api::Response response{
          .status = 200,
          .headers = {{"ratelimit-limit", "400"}, {"ratelimit-remaining", "399"}, {"ratelimit-reset", "30"}},
          .body = server.body_for(call.request.target)};
      survey.receive(now, {call.id, std::move(response)});
    }
  }
  return {survey.result(), server.requests};
}

}  // namespace

TEST_CASE("pages that never end are given up after a hundred, and the list is named") {
  int page = 0;
  const Outcome outcome = survey([&](std::string_view target, int) {
    return target.starts_with("/services?") ? many_services(page++) : "";
  });
  REQUIRE_FALSE(outcome.result.has_value());
  CHECK(has(outcome.result.error().what, "could not list the services"));
  CHECK(has(outcome.result.error().why, "100 pages with 10000 entries"));
  CHECK(outcome.requests <= 103);
}

TEST_CASE("a cursor that comes twice is said, in every list") {
  SUBCASE("of services") {
    const Outcome outcome = survey([](std::string_view target, int) {
      return target.starts_with("/services?") ? many_services(0) : "";
    });
    REQUIRE_FALSE(outcome.result.has_value());
    CHECK(has(outcome.result.error().what, "could not list the services"));
    CHECK(has(outcome.result.error().why, "a cursor came twice"));
  }
  SUBCASE("of a service's variables") {
    const Outcome outcome = survey([](std::string_view target, int) {
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

TEST_CASE("a list that is full and names no next page is said") {
  const Outcome outcome = survey([](std::string_view target, int) {
    if (!has(target, "/env-vars")) return std::string();
    return full_page(0, [](int n) { return fmt::format(R"({{"envVar":{{"key":"K{}"}}}})", n); });
  });
  REQUIRE_FALSE(outcome.result.has_value());
  CHECK(has(outcome.result.error().why, "without a cursor"));
}

TEST_CASE("what cannot be read is told with what it was asked for") {
  const Outcome outcome = survey([](std::string_view target, int) {
    return target.starts_with("/env-groups/") ? std::string(10'000, '[') : "";
  });
  REQUIRE_FALSE(outcome.result.has_value());
  CHECK(outcome.result.error().what == "could not read group shared: Render's reply could not be read");
}

TEST_CASE("answers that add up to more than any workspace are given up") {
  const std::string padding = fmt::format(R"("padding":"{}")", std::string(5 << 20, 'x'));
  int page = 0;
  const Outcome outcome = survey([&](std::string_view target, int) {
    if (!target.starts_with("/services?")) return std::string();
    std::string body = many_services(page++);
    return body.insert(2, padding + ",");
  });
  REQUIRE_FALSE(outcome.result.has_value());
  CHECK(has(outcome.result.error().what, "larger than envlink reads"));
  CHECK(has(outcome.result.error().why, "64 MiB"));
  CHECK(outcome.requests < 20);
}

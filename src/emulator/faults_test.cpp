#include "emulator/faults.h"

#include <doctest/doctest.h>

#include <string>

namespace envlink::emulator {
namespace {

Fault fault(std::string match, std::optional<int> nth, std::optional<int> every, FaultKind kind) {
  Fault out;
  out.match = std::move(match);
  out.nth = nth;
  out.every = every;
  out.kind = kind;
  return out;
}

TEST_CASE("a pattern's star matches any characters, and the query is ignored") {
  struct Row {
    const char* pattern;
    const char* path;
    bool expected;
  };
  const Row rows[] = {{"*", "/v1/services", true},
                      {"GET /v1/services", "/v1/services?limit=20", true},
                      {"GET /v1/services/*", "/v1/services/srv-1/deploys/dep-1", true},
                      {"GET /v1/services/*", "/v1/services", false},
                      {"GET /v1/services/*/deploys", "/v1/services/srv-1/deploys", true},
                      {"GET /v1/services/*/deploys", "/v1/services/srv-1/deploys/dep-1", false},
                      {"POST *", "/v1/services", false},
                      {"* /v1/*s", "/v1/env-groups", true},
                      {"", "/v1/services", false}};
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CHECK(matches(row.pattern, "GET", row.path) == row.expected);
  }
  CHECK_FALSE(matches("*a*a*a*a*a*a*a*a*a*b", "GET", "/" + std::string(5000, 'a')));
}

TEST_CASE("the first fault that applies is used, and each counts all requests that match it") {
  Faults faults({fault("GET *", 2, {}, FaultKind::cut), fault("*", {}, 3, FaultKind::garbage),
                 fault("POST *", {}, {}, FaultKind::status)});
  const auto kind = [&](std::string_view method) {
    const auto found = faults.next(method, "/v1/services");
    return found ? static_cast<int>(found->kind) : -1;
  };
  CHECK(kind("GET") == -1);
  CHECK(kind("GET") == static_cast<int>(FaultKind::cut));
  CHECK(kind("GET") == static_cast<int>(FaultKind::garbage));
  CHECK(kind("POST") == static_cast<int>(FaultKind::status));
  CHECK(kind("GET") == -1);
  CHECK(kind("POST") == static_cast<int>(FaultKind::garbage));
}

}  // namespace
}  // namespace envlink::emulator

#include "emulator/faults.h"

#include <doctest/doctest.h>

#include <set>

namespace envlink::emulator {
namespace {

std::vector<std::string> drawn(std::uint64_t seed, std::size_t services) {
  std::vector<std::string> all;
  for (const Fault& fault : draw_faults(seed, services)) all.push_back(written(fault));
  return all;
}

TEST_CASE("a seed draws the same faults each time, and another seed draws others") {
  CHECK(drawn(7, 9) == drawn(7, 9));
  std::set<std::vector<std::string>> different;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) different.insert(drawn(seed, 9));
  CHECK(different.size() > 40);
}

TEST_CASE("a drawn fault occurs within as many requests as there are services") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    for (const Fault& fault : draw_faults(seed, 3)) {
      REQUIRE(fault.nth.has_value());
      CHECK(*fault.nth >= 1);
      CHECK(*fault.nth <= 3);
      CHECK_FALSE((fault.kind == FaultKind::garbage && fault.match.starts_with("GET ")));
    }
  }
  CHECK(draw_faults(1, 0).front().nth == 1);
}

TEST_CASE("a fault is written in the format of the emulator's file") {
  Fault fault;
  fault.match = "POST /v1/services/*/deploys";
  fault.nth = 2;
  fault.kind = FaultKind::lose_answer;
  CHECK(written(fault) == R"({match: "POST /v1/services/*/deploys", nth: 2, do: lose_answer})");
  fault.nth.reset();
  fault.every = 7;
  fault.kind = FaultKind::status;
  fault.status = 429;
  fault.retry_after = 3;
  CHECK(written(fault) ==
        R"({match: "POST /v1/services/*/deploys", every: 7, do: {status: 429, retry_after: 3}})");
  fault.kind = FaultKind::delay;
  fault.delay = std::chrono::milliseconds(1500);
  CHECK(written(fault) == R"({match: "POST /v1/services/*/deploys", every: 7, do: {delay: 1500ms}})");
}

}  // namespace
}  // namespace envlink::emulator

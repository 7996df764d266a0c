
#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "run/commands.h"
#include "run/memory_store.h"
#include "run/nowhere.h"

using namespace envlink;
using namespace envlink::run;

namespace {

const OwnerId workspace("tea-1");

class Reporting final : public Nowhere {
 public:
  std::unique_ptr<engine::Transport> connect() override { throw std::logic_error("the network was used"); }
  void report(const Error& error) override { reported = error.what; }
  std::string reported;
};

std::int64_t begin(MemoryStore& store) {
  plan::Plan plan;
  plan.owner.id = workspace;
  plan::PlannedService service;
  service.redeploy = plan::Reason::requested;
  plan.services.push_back(service);
  return *store.begin({.workspace = workspace.text()}, plan);
}

}  // namespace

TEST_CASE("a run is not rolled back while a later run is unfinished") {
  MemoryStore store;
  Reporting frontend;
  Context context{
      .store = store, .locks = store, .network = frontend, .clock = frontend, .frontend = frontend};
  const std::int64_t earlier = begin(store);
  REQUIRE(store.append(earlier, {{Time{}, engine::RunEnded{model::Outcome::done}}}));
  REQUIRE(store.end(earlier, Time{}, model::Outcome::done));
  begin(store);
  const auto chosen = choose_for_rollback(store, earlier);
  REQUIRE(chosen);
  CHECK(roll_back(context, *chosen, {}) == model::Outcome::held);
  CHECK(frontend.reported == "Run 2 builds on run 1 and is unfinished; nothing was changed");
}

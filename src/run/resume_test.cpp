// Which run resume continues if the store has changed since that run was chosen.

#include <doctest/doctest.h>

#include "run/commands.h"
#include "run/memory_store.h"
#include "run/nowhere.h"

using namespace envlink;
using namespace envlink::run;

namespace {

const OwnerId workspace("tea-1");

/// When asked whether to continue, records the run and declines.
class Declining final : public Nowhere {
 public:
  Result<void> confirm(Question) override { return fail({.what = "declined"}); }
  void show_unfinished(const StoredRun& run, std::string_view) override { shown = run.number(); }
  std::int64_t shown = 0;
};

std::int64_t begin(MemoryStore& store, std::int64_t undoes) {
  plan::Plan plan;
  plan.owner.id = workspace;
  plan.undoes = undoes;
  plan::PlannedService service;
  service.redeploy = plan::Reason::requested;
  plan.services.push_back(service);
  RunSummary summary{.workspace = workspace.text()};
  if (undoes != 0) summary.undoes = undoes;
  return *store.begin(summary, plan);
}

}  // namespace

TEST_CASE("if somebody began to roll a run back, resume continues the rollback") {
  MemoryStore store;
  Declining frontend;
  Context context{
      .store = store, .locks = store, .network = frontend, .clock = frontend, .frontend = frontend};
  const std::int64_t run = begin(store, 0);
  const auto chosen = choose_resumable(store, run);
  REQUIRE((chosen && *chosen));
  const std::int64_t rollback = begin(store, run);
  resume(context, **chosen, {});
  CHECK(frontend.shown == rollback);
}

TEST_CASE("an interrupted rollback goes before the open run that it undoes") {
  MemoryStore store;
  const std::int64_t run = begin(store, 0);
  const std::int64_t rollback = begin(store, run);
  REQUIRE(store.append(
      rollback, {{Time{}, engine::Interrupted{1}}, {Time{}, engine::RunEnded{model::Outcome::interrupted}}}));
  REQUIRE(store.end(rollback, Time{}, model::Outcome::interrupted));
  const auto chosen = choose_resumable(store, 0);
  REQUIRE((chosen && *chosen));
  CHECK((*chosen)->number() == rollback);
}

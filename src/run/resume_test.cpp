// Which run resume continues if the store has changed since that run was chosen, and with which keys.

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "run/commands.h"
#include "run/memory_store.h"
#include "run/nowhere.h"

using namespace envlink;
using namespace envlink::run;

namespace {

const OwnerId workspace("tea-1");

/// Render as seen with a key that can access one workspace with nothing in it.
class OneWorkspace : public Nowhere {
 public:
  explicit OneWorkspace(std::string id) : id_(std::move(id)) {}

  std::unique_ptr<engine::Transport> connect() override { return std::make_unique<Line>(*this); }
  std::unique_ptr<engine::Observer> watch_reading(const engine::WorkspaceReader&) override {
    return std::make_unique<engine::NullObserver>();
  }
  std::unique_ptr<engine::Observer> watch(std::int64_t, const engine::Rollout&) override {
    return std::make_unique<engine::NullObserver>();
  }
  void report(const Error& error) override { reported = error; }
  Time now() override { return now_; }

  std::vector<std::string> requests{};  // their targets
  Error reported{};

 private:
  class Line final : public engine::Transport {
   public:
    explicit Line(OneWorkspace& render) : render_(render) {}
    void send(const engine::Call& call) override {
      render_.requests.push_back(call.request.target);
      const bool owners = call.request.target.starts_with("/owners");
      api::Response answer{.status = owners ? 200 : 404, .headers = {}, .body = "{}"};
      if (owners) answer.body = R"([{"cursor":"o","owner":{"id":")" + render_.id_ + R"(","name":"shop"}}])";
      arrivals_.replies.push_back({call.id, std::move(answer)});
    }
    engine::Arrivals wait(std::optional<Time> until) override {
      if (arrivals_.replies.empty() && until) render_.now_ = std::max(render_.now_, *until);
      return std::exchange(arrivals_, {});
    }

   private:
    OneWorkspace& render_;
    engine::Arrivals arrivals_{};
  };

  std::string id_;
  Time now_{};
};

/// When asked whether to continue, records the run and declines.
class Declining final : public OneWorkspace {
 public:
  Declining() : OneWorkspace(workspace.text()) {}
  Result<void> confirm(Question) override { return fail({.what = "declined"}); }
  void show_unfinished(const StoredRun& run, std::string_view) override { shown = run.number(); }
  std::int64_t shown = 0;
};

std::int64_t begin(MemoryStore& store, std::int64_t undoes) {
  plan::Plan plan;
  plan.owner = {workspace, "production", "team"};
  plan.undoes = undoes;
  plan::PlannedService service;
  service.id = ServiceId("srv-1");
  service.redeploy = plan::Reason::links_change;
  plan.services.push_back(service);
  plan.links.push_back({plan::LinkAction::add, GroupId("evg-1"), "shared", 0});
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

TEST_CASE("a key for another workspace is refused before anything is written, and the run stays unfinished") {
  MemoryStore store;
  OneWorkspace render("tea-2");
  Context context{.store = store, .locks = store, .network = render, .clock = render, .frontend = render};
  const std::int64_t run = begin(store, 0);
  const auto chosen = choose_resumable(store, run);
  REQUIRE((chosen && *chosen));
  CHECK(resume(context, **chosen, {}) == model::Outcome::refused);
  CHECK(render.reported.what ==
        "Run 1 is on workspace production (tea-1), which could not be read; nothing was changed");
  CHECK(render.reported.why == "the API key cannot access a workspace named tea-1");
  CHECK(render.reported.cure ==
        "To finish another run, name it; envlink runs lists them with their workspaces: envlink resume RUN");
  for (const std::string& target : render.requests) CHECK(target.starts_with("/owners"));
  CHECK(store.at(run).events.empty());
  const auto left = choose_resumable(store, 0);
  REQUIRE((left && *left));
  CHECK((*left)->number() == run);
}

TEST_CASE("a key for the run's workspace continues it") {
  MemoryStore store;
  OneWorkspace render(workspace.text());
  Context context{.store = store, .locks = store, .network = render, .clock = render, .frontend = render};
  const std::int64_t run = begin(store, 0);
  const auto chosen = choose_resumable(store, run);
  REQUIRE((chosen && *chosen));
  resume(context, **chosen, {});
  CHECK_FALSE(store.at(run).events.empty());
}

#include "run/context.h"

#include <doctest/doctest.h>

#include "run/memory_store.h"
#include "run/nowhere.h"

using namespace envlink;
using namespace envlink::run;
using std::chrono::seconds;

namespace {

/// A network on which nothing arrives; time passes while somebody waits.
class Silence final : public Nowhere {
 public:
  Time now() override { return at; }
  std::unique_ptr<engine::Transport> connect() override { return std::make_unique<Line>(*this); }
  Time at{};

 private:
  struct Line final : engine::Transport {
    explicit Line(Silence& its) : silence(its) {}
    void send(const engine::Call&) override {}
    engine::Arrivals wait(std::optional<Time> until) override {
      silence.at = *until;
      return {};
    }
    Silence& silence;
  };
};

class CountingLock final : public Lock {
 public:
  Result<void> name_run(std::int64_t) override { return {}; }
  Result<std::optional<Time>> keep(Time now) override {
    kept.push_back(now);
    return now + seconds(15);
  }
  std::vector<Time> kept;
};

}  // namespace

TEST_CASE("the lock is kept while a command waits") {
  MemoryStore store;
  Silence silence;
  Context context{.store = store, .locks = store, .network = silence, .clock = silence, .frontend = silence};
  CountingLock lock;
  context.lock = &lock;
  REQUIRE(pause(context, {.length = seconds(40)}).has_value());
  CHECK(silence.at == Time{} + seconds(40));
  CHECK(lock.kept == std::vector{Time{}, Time{} + seconds(15), Time{} + seconds(30)});
}

TEST_CASE("a context has the lock as long as it is held") {
  MemoryStore store;
  Silence silence;
  Context context{.store = store, .locks = store, .network = silence, .clock = silence, .frontend = silence};
  {
    auto taken = take_lock(context, "tea-1", {});
    REQUIRE(taken.has_value());
    CHECK(context.lock != nullptr);
    const TakenLock moved = std::move(*taken);
    CHECK(context.lock != nullptr);
  }
  CHECK(context.lock == nullptr);
  CHECK(take_lock(context, "tea-1", {}).has_value());
}

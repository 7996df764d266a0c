// What the store's history includes: readings and the events of runs, each once.

#include "run/history.h"

#include <doctest/doctest.h>

#include "run/memory_store.h"
#include "run/nowhere.h"

using namespace envlink;
using namespace envlink::run;

namespace {

const ServiceId db("srv-db");
const GroupId secrets("evg-secrets");
const OwnerId workspace("tea-1");
const engine::EventService service{db, "db", 0};
const engine::EventLink new_link{plan::LinkAction::add, {secrets, "secrets"}, service, 0};

struct Journal {
  MemoryStore store;
  Nowhere nowhere;
  Context context{.store = store, .locks = store, .network = nowhere, .clock = nowhere, .frontend = nowhere};
  std::int64_t run = 0;

  Journal() { run = *store.begin({.workspace = workspace.text()}, {}); }
  void happens(std::vector<engine::Event::What> what) {
    std::vector<engine::Event> events;
    for (engine::Event::What& one : what) events.push_back({Time{}, std::move(one)});
    REQUIRE(store.append(run, events).has_value());
  }
  void reading_begins() { context.events_before = *store.event_counts(""); }
  plan::History::State kept() const { return load_history(store, workspace)->history.state(); }
  bool kept_linked() const { return kept().links.at({db, secrets}).linked; }
};

/// A reading of the group, linked or not.
model::Workspace reading(bool linked) {
  model::Workspace read;
  read.owner.id = workspace;
  model::Group group;
  group.id = secrets;
  group.variables.emplace();
  if (linked) group.links = {db};
  read.groups = {group};
  return read;
}

}  // namespace

TEST_CASE("what a run wrote is known to later commands") {
  Journal journal;
  journal.happens({engine::LinkIntended{new_link, 1}, engine::LinkProved{new_link, {}},
                   engine::DeployAttributed{service, DeployId("dep-1"), ""}});
  CHECK(journal.kept_linked());
  REQUIRE(journal.kept().deploys.contains(db));
  CHECK(journal.kept().deploys.at(db).front().find(secrets) != nullptr);
}

TEST_CASE("a reading during which a run wrote is used once and not stored") {
  Journal journal;
  journal.reading_begins();
  journal.happens({engine::LinkIntended{new_link, 1}, engine::LinkProved{new_link, {}}});
  REQUIRE(learn(journal.context, reading(false), {}).has_value());
  CHECK_FALSE(journal.context.history.state().links.at({db, secrets}).linked);
  CHECK(journal.kept_linked());
  journal.reading_begins();
  REQUIRE(learn(journal.context, reading(false), {}).has_value());
  CHECK_FALSE(journal.kept_linked());
}

TEST_CASE("a history that was loaded before a run wrote is loaded again") {
  Journal journal;
  journal.reading_begins();
  auto loaded = load_history(journal.store, workspace);
  REQUIRE(loaded.has_value());
  journal.happens({engine::LinkIntended{new_link, 1}, engine::LinkProved{new_link, {}}});
  REQUIRE(learn(journal.context, reading(false), std::move(*loaded)).has_value());
  CHECK_FALSE(journal.context.history.state().links.at({db, secrets}).linked);
  CHECK(journal.kept_linked());
}

TEST_CASE("an unreadable history is replaced, but not one from a newer envlink") {
  struct Unreadable final : MemoryStore {
    explicit Unreadable(ErrorKind kind) : error{.kind = kind} {}
    Result<KeptHistory> history(const std::string&) const override { return fail(error); }
    Result<void> replace_history(const std::string&, const KeptHistory&) override {
      ++replaced;
      return {};
    }
    Error error;
    int replaced = 0;
  };
  for (const ErrorKind kind : {ErrorKind::general, ErrorKind::too_new}) {
    Unreadable store(kind);
    Nowhere nowhere;
    Context context{
        .store = store, .locks = store, .network = nowhere, .clock = nowhere, .frontend = nowhere};
    context.events_before = *store.event_counts("");
    REQUIRE(learn(context, reading(true), {}).has_value());
    REQUIRE(context.history.unreadable);
    replace_unreadable(context, workspace);
    CHECK(store.replaced == (kind == ErrorKind::general ? 1 : 0));
  }
}

TEST_CASE("without a team's store nothing is judged") {
  struct Unreachable final : MemoryStore {
    Result<KeptHistory> history(const std::string&) const override {
      return fail({.kind = ErrorKind::unreachable, .what = "The store does not answer"});
    }
  };
  Unreachable store;
  Nowhere nowhere;
  Context context{.store = store, .locks = store, .network = nowhere, .clock = nowhere, .frontend = nowhere};
  CHECK(learn(context, reading(true), {}).error().what == "The store does not answer");
}

TEST_CASE("a deploy that a run did not see live may still read its environment") {
  for (const auto outcome :
       {engine::ServiceOutcome::timed_out, engine::ServiceOutcome::failed, engine::ServiceOutcome::live}) {
    Journal journal;
    journal.happens({engine::LinkIntended{new_link, 1}, engine::LinkProved{new_link, {}},
                     engine::DeployAttributed{service, DeployId("dep-1"), ""},
                     engine::ServiceEnded{service, outcome, DeployId("dep-1"), "", ""}});
    CHECK(journal.kept().deploys.at(db).front().ended == (outcome == engine::ServiceOutcome::live));
    CHECK(journal.kept().drafts.empty());
  }
}

TEST_CASE("a deploy in doubt that a resumed run finds has the links that were read back before it") {
  Journal journal;
  journal.happens({engine::LinkIntended{new_link, 1}, engine::LinkProved{new_link, {}},
                   engine::DeployIntended{.service = service, .attempt = 1},
                   engine::ServiceEnded{service, engine::ServiceOutcome::unsettled, DeployId(), "", ""},
                   engine::LinkProved{new_link, {}},
                   engine::DeployAttributed{service, DeployId("dep-1"), ""}});
  REQUIRE(journal.kept().deploys.contains(db));
  CHECK(journal.kept().deploys.at(db).front().find(secrets) != nullptr);
}

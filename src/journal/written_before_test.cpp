// A journal written by envlink 0.1.0, with its old event format: seven runs of examples/toolboxai. One
// succeeded, one failed and was rolled back, one was interrupted and resumed, one was refused a link, one was
// killed.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "engine/progress.h"
#include "journal/journal.h"
#include "plan/stored.h"
#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::state::testing;
using journal::Journal;

namespace {

struct Old {
  TempFolder folder;
  Journal journal = opened();

  Journal opened() {
    std::filesystem::copy_file(ENVLINK_SOURCE_DIR "/src/journal/testdata/written_by_0.1.0.db",
                               folder / "journal.db");
    std::filesystem::permissions(folder / "journal.db", std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
    return std::move(Journal::open(folder.path()).value());
  }
  plan::Plan plan(std::int64_t run) const {
    return plan::plan_from_json(journal.plan_text(run).value().value()).value();
  }
  engine::Progress progress(std::int64_t run) const {
    return engine::Progress::of(plan(run), journal.events(run).value());
  }
};

/// "6 of 9 links proved; 3 live, 1 failed, 5 not_started"
std::string account_of(const engine::Progress& progress) {
  const auto proved = std::count_if(progress.links.begin(), progress.links.end(), [](const auto& link) {
    return link.phase == engine::WritePhase::proved;
  });
  std::string text = fmt::format("{} of {} links proved;", proved, progress.links.size());
  for (const auto outcome :
       {engine::ServiceOutcome::none, engine::ServiceOutcome::live, engine::ServiceOutcome::linked,
        engine::ServiceOutcome::failed, engine::ServiceOutcome::not_started}) {
    const auto count = std::count_if(progress.services.begin(), progress.services.end(),
                                     [&](const auto& service) { return service.outcome == outcome; });
    if (count > 0) text += fmt::format(" {} {}", count, word(outcome));
  }
  return text;
}

}  // namespace

TEST_CASE("A journal of 0.1.0 opens, and each of its runs folds to its result") {
  const Old old;
  const auto runs = old.journal.runs("", 100).value();
  REQUIRE(runs.size() == 7);
  std::string accounts;
  for (const auto& run : runs) {
    CHECK(run.workspace == "tea-cexample0000000000000");
    const engine::Progress progress = old.progress(run.number);
    accounts += fmt::format("{}: {}; {}{}\n", run.number, account_of(progress),
                            run.outcome ? to_string(*run.outcome) : "killed",
                            progress.unfinished() ? ", unfinished" : "");
    CHECK(progress.ended_at.has_value() == run.ended.has_value());
  }
  CHECK(accounts ==
        "7: 6 of 9 links proved; 7 none 2 live; killed, unfinished\n"
        "6: 1 of 9 links proved; 1 live 1 failed 7 not_started; error\n"
        "5: 9 of 9 links proved; 9 live; done\n"
        "4: 6 of 6 links proved; 3 none 5 live 1 linked; done\n"
        "3: 6 of 9 links proved; 5 live 1 failed 3 not_started; rolled_back\n"
        "2: 9 of 9 links proved; 9 live; done\n"
        "1: 9 of 9 links proved; 9 live; rolled_back\n");
}

TEST_CASE("Lost answers and reported reasons of a 0.1.0 run are folded into the right services") {
  const Old old;
  const engine::Progress through = old.progress(1);
  CHECK(through.links[1].attempts == 1);
  CHECK(through.links[1].answer == 0);
  CHECK(through.links[1].answered_at > through.began_at);
  CHECK_FALSE(through.links[1].dated);
  CHECK(through.services[8].how == "found in the list: the answer was lost");
  CHECK(through.services[8].deploy == DeployId("dep-sx84echa4u352o8ta67o"));
  CHECK(through.services[7].attempts == 2);
  CHECK(through.services[7].answer == 201);
  CHECK(through.services[7].before.deploys.size() == 1);

  const engine::Progress failed = old.progress(3);
  const engine::ServiceProgress& mcp = failed.services[2];
  CHECK(mcp.ended_in == engine::ServicePhase::watching);
  CHECK(mcp.status == model::DeployStatus::build_failed);
  CHECK(mcp.reason == "its build failed");
  CHECK(mcp.told_reason == "exit code 1");
  REQUIRE(mcp.log.size() > 2);
  CHECK(mcp.log[2] == "  DATABASE_URL=•••");
  CHECK(mcp.no_log.empty());
  CHECK(failed.services[0].ended_in == engine::ServicePhase::checking);

  const engine::Progress refused = old.progress(6);
  CHECK(refused.links[1].phase == engine::WritePhase::failed);
  CHECK(refused.links[1].answer == 404);
  CHECK(refused.links[1].dated);
  CHECK(refused.services[1].cure != "");
  CHECK(refused.services[3].reason == "it comes after toolboxai-mcp");
}

TEST_CASE("Events of 0.1.0 get the names of services and groups from the plan of their run") {
  const Old old;
  const auto events = old.journal.events(2).value();
  const auto* began = events.front().as<engine::RunBegan>();
  REQUIRE(began != nullptr);
  CHECK(began->workspace.name == "toolboxai");
  CHECK(began->undoes == 1);
  const auto intended = std::find_if(events.begin(), events.end(), [](const auto& event) {
    return event.template is<engine::LinkIntended>();
  });
  REQUIRE(intended != events.end());
  const engine::EventLink& link = intended->as<engine::LinkIntended>()->link;
  CHECK(link.action == plan::LinkAction::remove);
  CHECK(link.group.name == "toolboxai-secrets");
  CHECK(link.service.name == "toolboxai-agent-coordinator");
  const auto deployed = std::find_if(events.begin(), events.end(), [](const auto& event) {
    return event.template is<engine::DeployIntended>();
  });
  REQUIRE(deployed != events.end());
  CHECK(deployed->as<engine::DeployIntended>()->mode == engine::DeployMode::rollback);
  CHECK_FALSE(deployed->as<engine::DeployIntended>()->rollback_to.empty());
}

TEST_CASE("An interrupted and a killed run of 0.1.0 keep their state") {
  const Old old;
  const auto events = old.journal.events(5).value();
  const engine::Progress left = engine::Progress::of(old.plan(5), std::span(events).first(29));
  CHECK(left.interrupts == 1);
  CHECK(left.unfinished());
  CHECK(left.services[1].phase == engine::ServicePhase::watching);
  CHECK(left.services[2].outcome == engine::ServiceOutcome::not_started);
  const engine::Progress resumed = old.progress(5);
  CHECK(resumed.interrupts == 0);
  CHECK(resumed.resumed_at == events[29].at);

  CHECK_FALSE(old.journal.find(7).value()->ended.has_value());
  const engine::Progress killed = old.progress(7);
  CHECK_FALSE(killed.ended_at.has_value());
  CHECK(killed.services[0].outcome == engine::ServiceOutcome::live);
}

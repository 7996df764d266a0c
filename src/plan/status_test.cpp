#include "plan/status.h"

#include <doctest/doctest.h>

#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

/// db and api link a second group as well.
model::Desired two_groups() {
  model::Desired desired = sample::file();
  model::DesiredGroup group;
  group.name = sample::word("extra");
  desired.groups.push_back(group);
  desired.services[0].link.push_back(sample::word("extra"));
  desired.services[1].link.push_back(sample::word("extra"));
  return desired;
}

model::Workspace two_groups_linked() {
  model::Workspace actual = sample::settled();
  model::Group group = actual.groups[0];
  group.id = GroupId("evg-extra");
  group.name = "extra";
  group.links.pop_back();
  actual.groups.push_back(group);
  return actual;
}

}  // namespace

TEST_CASE("a service is live since its deploy went live, not since it began") {
  model::Workspace actual = sample::settled();
  const History history = sample::seen(actual);
  model::Deploy& deploy = actual.deploys.begin()->second.front();
  const auto because = [&] {
    const Status status = status_of(sample::file(), actual, history);
    return std::ranges::find(status.rows, actual.deploys.begin()->first, &StatusRow::id)->because;
  };
  REQUIRE(deploy.finished.has_value());
  CHECK(because() == "since " + format_rfc3339(*deploy.finished).substr(0, 19) + "Z");
  deploy.finished.reset();
  CHECK(because() == "its deploy began " + format_rfc3339(*model::began(deploy)).substr(0, 19) + "Z");
}

TEST_CASE("each service has a cell for each group that the file links to it, and no other") {
  const Status status = status_of(two_groups(), two_groups_linked(), sample::seen(two_groups_linked()));
  REQUIRE(status.rows.size() == 3);
  CHECK(status.rows[0].cells.size() == 2);
  CHECK(status.rows[2].cells.size() == 1);
  CHECK(status.rows[2].cells[0].group == 0);
  CHECK_FALSE(status.stale());
}

TEST_CASE("a group that changed after the running deploy began makes only its own cells stale") {
  model::Workspace actual = two_groups_linked();
  actual.groups[1].updated = sample::now;
  History history = sample::seen(sample::settled());
  const Status status = status_of(two_groups(), actual, history);
  CHECK(status.rows[0].cells[0].freshness == Freshness::live);
  CHECK(status.rows[0].cells[1].freshness == Freshness::stale);
  CHECK(status.rows[0].freshness == Freshness::stale);
  CHECK(status.rows[2].freshness == Freshness::live);
  CHECK(status.stale());
}

TEST_CASE("a link missing in a reading after the deploy makes only its own cell stale") {
  model::Workspace before = two_groups_linked();
  std::erase(before.groups[1].links, ServiceId("srv-api"));
  before.reading = {sample::now - std::chrono::hours(2), sample::now - std::chrono::hours(2)};
  History history = sample::seen(before);
  history.read(two_groups_linked());
  const Status status = status_of(two_groups(), two_groups_linked(), history);
  CHECK(status.rows[1].cells[0].freshness == Freshness::live);
  CHECK(status.rows[1].cells[1].freshness == Freshness::stale);
  CHECK(status.rows[1].cells[1].because == "the running deploy is older than its link to extra");
  CHECK(status.rows[0].cells[1].freshness == Freshness::live);
}

TEST_CASE("without a history it is unknown whether a link is older than the running deploy") {
  const Status status = status_of(two_groups(), two_groups_linked());
  CHECK(status.rows[0].freshness == Freshness::unknown);
  CHECK(status.rows[0].because == "envlink cannot tell whether its running deploy includes secrets");
  CHECK(status.rows[0].evidence.grade == Grade::unknown);
  CHECK(status.rows[0].evidence.text == "it is unknown whether the link is older than dep-db");
  CHECK_FALSE(status.stale());
  CHECK(status.unknown());
}

TEST_CASE("if a later reading will settle it, the remaining time is shown") {
  model::Workspace actual = sample::settled();
  const auto read = [&](int second) {
    actual.reading = {sample::now + std::chrono::seconds(second),
                      sample::now + std::chrono::seconds(second + 1)};
  };
  read(-9);
  History history;
  history.read(actual);
  auto& deploys = actual.deploys[ServiceId("srv-db")];
  deploys = {sample::deploy("dep-theirs", "live", sample::now)};
  deploys.front().finished = sample::now + std::chrono::seconds(35);
  read(40);
  history.read(actual);
  CHECK(status_of(sample::file(), actual, history).rows[0].evidence.text ==
        "it is still unknown whether the link is older than dep-theirs; known in 25s");
  read(65);
  history.read(actual);
  CHECK(status_of(sample::file(), actual, history).rows[0].freshness == Freshness::live);
}

TEST_CASE("a later reading does not show the age of a link on which readings disagree") {
  model::Workspace actual = sample::settled();
  History history;
  const auto read = [&](int second) {
    actual.reading = {sample::now + std::chrono::seconds(second),
                      sample::now + std::chrono::seconds(second + 1)};
    history.read(actual);
  };
  read(0);
  history.link_changed(LinkAction::remove, actual.groups[0].id, ServiceId("srv-db"), sample::now);
  read(10);
  REQUIRE(history.unsettled(actual).size() == 1);
  CHECK(status_of(sample::file(), actual, history).rows[0].evidence.text ==
        "it is unknown whether the link is older than dep-db");
}

TEST_CASE("an older running deploy is stale if a requested newer one failed, unless it is known to be live") {
  model::Workspace actual = sample::settled();
  std::vector<model::Deploy>& deploys = actual.deploys[ServiceId("srv-db")];
  deploys.insert(deploys.begin(), sample::deploy("dep-failed", "build_failed", sample::now, "api"));
  const Status status = status_of(sample::file(), actual);
  CHECK(status.rows[0].freshness == Freshness::stale);
  CHECK(status.rows[0].because ==
        "its newest deploy dep-failed is build_failed; an older one is still running");
  CHECK(status.rows[0].evidence.grade == Grade::told);
}

TEST_CASE("a missing link is staged, and missing evidence is unknown, with the reason") {
  model::Workspace actual = two_groups_linked();
  actual.groups[1].links.clear();
  actual.services.pop_back();
  const Status status = status_of(two_groups(), actual);
  CHECK(status.rows[0].cells[1].freshness == Freshness::staged);
  CHECK(status.rows[0].cells[1].because == "extra is not linked");
  CHECK(status.rows[2].freshness == Freshness::unknown);
  CHECK(status.rows[2].because == "it was not found");
  CHECK(status.stale());
}

TEST_CASE("changes matter since the start of the oldest running deploy that is stale or unknown") {
  const model::Workspace actual = two_groups_linked();
  CHECK_FALSE(changes_matter_since(status_of(two_groups(), actual, sample::seen(actual)), actual));
  const auto since = changes_matter_since(status_of(two_groups(), actual), actual);
  REQUIRE(since.has_value());
  for (const auto& [service, deploys] : actual.deploys)
    CHECK(*since <= *model::began(*model::live_of(deploys)));
}

TEST_CASE("a change is shown for each service and group in doubt if it is newer than the running deploy") {
  const model::Workspace actual = two_groups_linked();
  Status status = status_of(two_groups(), actual);
  const Time later = sample::now;
  const Time earlier = *changes_matter_since(status, actual) - std::chrono::hours(1);
  const auto entry = [](Time at, std::string about, bool succeeded = true) {
    return model::AuditEntry{"aud", at, "UpdateEnvVarsEvent", succeeded, "a@b.c", {std::move(about)}};
  };
  const std::vector log{entry(later, "evg-extra"), entry(earlier, "evg-extra"),
                        entry(later, "evg-extra", false), entry(later, "evg-other")};
  add_changes(status, actual, log);
  CHECK(status.audit_log == AuditLog::told);
  REQUIRE(status.rows[0].changes.size() == 1);
  CHECK(status.rows[0].changes[0] == GroupChange{later, "a@b.c", "UpdateEnvVarsEvent", 1});
  CHECK(status.rows[0].changes[0].of_variables());
  CHECK(status.rows[2].changes.empty());
  // No changes are shown for live services.
  Status live = status_of(two_groups(), actual, sample::seen(actual));
  add_changes(live, actual, log);
  CHECK(live.rows[0].changes.empty());
}

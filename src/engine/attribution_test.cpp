#include "engine/attribution.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Time start{std::chrono::hours(1000)};

model::Deploy deploy(const char* id, const char* status, const char* trigger, Duration after) {
  model::Deploy one;
  one.id = DeployId(id);
  one.status = model::deploy_status_from(status);
  one.status_text = status;
  one.trigger = trigger;
  one.created = start + after;
  return one;
}

model::Deploy undated(const char* id) {
  model::Deploy one = deploy(id, "build_in_progress", "new_commit", seconds(0));
  one.created.reset();
  return one;
}

std::string id_of(const model::Deploy* found) {
  return found == nullptr ? "none" : found->id.text();
}

}  // namespace

TEST_CASE("before a deploy is requested: which deploy already carries the link") {
  struct Row {
    const char* name;
    Deploys deploys;
    const char* expected;
  };
  const std::vector<Row> rows = {
      {"none is new", {deploy("dep-old", "live", "api", seconds(-60))}, "none"},
      {"a push before the link", {deploy("dep-1", "build_in_progress", "new_commit", seconds(-1))}, "none"},
      {"a push in the link's own second",
       {deploy("dep-1", "build_in_progress", "new_commit", seconds(0))},
       "none"},
      {"a push after the link", {deploy("dep-1", "build_in_progress", "new_commit", seconds(1))}, "dep-1"},
      {"Render's own, made with the link",
       {deploy("dep-1", "queued", "service_updated", Duration(-1))},
       "none"},
      {"one for other settings, within the second in which the link was read back",
       {deploy("dep-1", "build_in_progress", "service_updated", milliseconds(999))},
       "none"},
      {"Render's own, after the link", {deploy("dep-1", "queued", "service_updated", seconds(1))}, "dep-1"},
      {"the newest was canceled",
       {deploy("dep-2", "canceled", "service_updated", seconds(2)),
        deploy("dep-1", "build_in_progress", "service_updated", seconds(1))},
       "dep-1"},
      {"one without a time", {undated("dep-1")}, "none"},
      {"after the link, but failed", {deploy("dep-1", "build_failed", "new_commit", seconds(5))}, "none"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(id_of(already_carries(row.deploys, {DeployId("dep-old")}, start)) == row.expected);
  }
}

TEST_CASE("after a lost or empty answer: which deploy is the requested one") {
  struct Row {
    const char* name;
    Deploys deploys;
    const char* expected;
  };
  const std::vector<Row> rows = {
      {"nothing new yet", {deploy("dep-old", "live", "api", seconds(-60))}, "none"},
      {"the one made through the API", {deploy("dep-1", "queued", "api", seconds(1))}, "dep-1"},
      {"one that was there before, made in the second of the request",
       {deploy("dep-old", "live", "api", seconds(0))},
       "none"},
      {"the API's before a push's",
       {deploy("dep-2", "queued", "new_commit", seconds(2)),
        deploy("dep-1", "build_in_progress", "api", seconds(1))},
       "dep-1"},
      {"a push that took over before the one that was canceled",
       {deploy("dep-2", "build_in_progress", "new_commit", seconds(2)),
        deploy("dep-1", "canceled", "api", seconds(1))},
       "dep-2"},
      {"canceled, and nothing else", {deploy("dep-1", "canceled", "api", seconds(1))}, "dep-1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(id_of(find_requested(row.deploys, {{DeployId("dep-old")}, start}, "api")) == row.expected);
  }
}

TEST_CASE("an answer that names an older deploy does not name the requested one") {
  const Before before{{DeployId("dep-old")}, start};
  CHECK(was_there(deploy("dep-old", "live", "api", seconds(5)), before));
  CHECK(was_there(deploy("dep-1", "live", "api", Duration(-1)), before));
  CHECK_FALSE(was_there(deploy("dep-1", "queued", "api", seconds(0)), before));
  CHECK_FALSE(was_there(undated("dep-1"), before));
  CHECK_FALSE(was_there(deploy("dep-1", "live", "api", seconds(-60)), {before.deploys, std::nullopt}));
}

TEST_CASE("after a lost or empty answer: a deploy from before the request does not count") {
  struct Row {
    const char* name;
    model::Deploy deploy;
    bool timed;    // Render's clock was known before the request
    bool untimed;  // it was not known
  };
  const std::vector<Row> rows = {
      {"made through the API in the second of the request", deploy("dep-1", "queued", "api", seconds(0)),
       true, true},
      {"made through the API before it", deploy("dep-1", "queued", "api", Duration(-1)), false, true},
      {"an older push that shows late", deploy("dep-1", "live", "new_commit", seconds(-3)), false, false},
      {"a push in the second of the request", deploy("dep-1", "queued", "new_commit", milliseconds(999)),
       false, false},
      {"a later push", deploy("dep-1", "queued", "new_commit", seconds(1)), true, false},
      {"a push of which Render tells no time", undated("dep-1"), false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK((find_requested({row.deploy}, {{}, start}, "api") != nullptr) == row.timed);
    CHECK((find_requested({row.deploy}, {{}, std::nullopt}, "api") != nullptr) == row.untimed);
    CHECK(find_requested({row.deploy}, {{}, start}, "rollback") == nullptr);
  }
}

TEST_CASE("a running or live deploy that was not there before prevents going back") {
  const Before before{{DeployId("dep-old")}, start};
  const model::Deploy old = deploy("dep-old", "live", "api", seconds(-60));
  const model::Deploy late = deploy("dep-1", "live", "new_commit", seconds(-3));
  CHECK(id_of(newly_shown({old}, before)) == "none");
  CHECK(id_of(newly_shown({deploy("dep-2", "canceled", "api", seconds(1)), late, old}, before)) == "dep-1");
}

TEST_CASE("which deploy took over from one that was replaced or canceled") {
  const model::Deploy ours = deploy("dep-ours", "canceled", "api", seconds(0));
  struct Row {
    const char* name;
    Deploys deploys;
    const char* expected;
  };
  const std::vector<Row> rows = {
      {"nobody", {ours, deploy("dep-old", "live", "api", seconds(-60))}, "none"},
      {"a newer one", {deploy("dep-2", "queued", "new_commit", seconds(3)), ours}, "dep-2"},
      {"the live one before one that waits",
       {deploy("dep-3", "queued", "new_commit", seconds(4)),
        deploy("dep-2", "live", "new_commit", seconds(3)), ours},
       "dep-2"},
      {"ours has left the page",
       {deploy("dep-2", "live", "new_commit", seconds(3)), deploy("dep-old", "live", "api", seconds(-60))},
       "dep-2"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(id_of(successor_of(row.deploys, ours)) == row.expected);
  }
}

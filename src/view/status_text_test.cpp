#include "view/status_text.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

using plan::Freshness;

constexpr Time now = Time{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}.time_since_epoch()} +
                     std::chrono::hours(12);

plan::Status sample_status() {
  plan::Status status;
  status.owner = {OwnerId("tea-cexample0000000000000"), "toolboxai", "team"};
  status.groups = {"toolboxai-secrets", "toolboxai-frontend-env", "toolboxai-monitoring"};
  status.rows = {
      {ServiceId("srv-1"),
       "toolboxai-backend",
       Freshness::stale,
       "the running deploy is older than the last change of toolboxai-secrets",
       {{0, Freshness::stale, "the running deploy is older than the last change of toolboxai-secrets"},
        {2, Freshness::live, "since 2026-11-24T10:00:00Z"}}},
      {ServiceId("srv-2"),
       "toolboxai-dashboard",
       Freshness::live,
       "since 2026-11-24T10:00:00Z",
       {{1, Freshness::live, "since 2026-11-24T10:00:00Z"}}},
      {ServiceId("srv-3"),
       "toolboxai-mcp",
       Freshness::deploying,
       "dep-1 is build_in_progress",
       {{0, Freshness::deploying, "dep-1 is build_in_progress"}}},
  };
  status.rows[0].running = {DeployId("dep-0"), now - std::chrono::hours(50), now - std::chrono::hours(49)};
  status.rows[1].running = {DeployId("dep-2"), {}, now - std::chrono::minutes(12)};
  return status;
}

TEST_CASE("a status lists what is not live, and with --all every service with its groups") {
  sample::check_golden("status_80.txt",
                       render_status(sample_status(), now, {false, true, 80}, StatusRows::not_live));
  sample::check_golden("status_all_120.txt",
                       render_status(sample_status(), now, {false, true, 120}, StatusRows::all));
}

TEST_CASE("groups that do not fit beside each other are listed behind their service") {
  sample::check_golden("status_all_80.txt",
                       render_status(sample_status(), now, {false, true, 80}, StatusRows::all));
}

TEST_CASE("a status in which all is live is one line, and says what was adopted") {
  plan::Status status = sample_status();
  for (plan::StatusRow& row : status.rows) row.freshness = Freshness::live;
  const Style plain{false, true, 80};
  CHECK(render_status(status, now, plain, StatusRows::not_live) ==
        "✓ toolboxai: All 3 services run with their current groups.\n");
  status.rows[0].evidence.source = plan::EvidenceSource::adopted;
  CHECK(render_status(status, now, plain, StatusRows::not_live).find("(1 adopted)") != std::string::npos);
}

TEST_CASE("of a thousand services that are stale for the same reason a few are named") {
  plan::Status status = sample_status();
  const plan::StatusRow stale = status.rows[0];
  status.rows.assign(1000, stale);
  const std::string text = render_status(status, now, {false, true, 80}, StatusRows::not_live);
  CHECK(std::count(text.begin(), text.end(), '\n') < 12);
  CHECK(text.find("1000 services  stale") != std::string::npos);
  CHECK(text.find("and 995 more") != std::string::npos);
}

TEST_CASE("while a deploy is in progress nothing says that every service runs with what is linked") {
  plan::Status status = sample_status();
  status.rows.erase(status.rows.begin());  // what is left is live or deploying
  const std::string text = render_status(status, now, {false, true, 80}, StatusRows::not_live);
  CHECK(text.starts_with("toolboxai: 1 of 2 services are live, 1 deploying.\n"));
}

TEST_CASE("no line of a status is wider than the screen") {
  for (std::size_t width = 60; width < 130; ++width) {
    std::string text = render_status(sample_status(), now, {false, true, width}, StatusRows::all);
    while (!text.empty()) {
      const auto end = text.find('\n');
      CHECK(display_width(text.substr(0, end)) <= width);
      text.erase(0, end + 1);
    }
  }
}

TEST_CASE("a matrix without colour is the coloured one without its colour, and hostile names do no harm") {
  plan::Status status = sample_status();
  CHECK(sample::without_colour(render_status(status, now, {true, true, 80}, StatusRows::all)) ==
        render_status(status, now, {false, true, 80}, StatusRows::all));
  status.groups[0] = status.rows[0].name = status.rows[0].because = "a\x1b[2J\n\u202e";
  CHECK(sample::harmless(render_status(status, now, {false, true, 80}, StatusRows::all)));
}

TEST_CASE("why tells of each service and group what its word rests on, and who changed a group") {
  plan::Status status = sample_status();
  status.why = true;
  status.rows[0].cells[0].evidence.changed = {"TOKEN", "file:ca.pem"};
  status.rows[0].cells[1].evidence.text = "run 4 read this link before dep-1 was made";
  status.rows[0].changes = {
      {*parse_rfc3339("2026-11-24T11:00:00Z"), "ada@example.com", "UpdateEnvVarsEvent", 0},
      {*parse_rfc3339("2026-11-24T12:00:00Z"), "", "DeleteEnvVarsEvent", 2}};
  sample::check_golden("status_why_80.txt", render_status(status, now, {false, true, 80}, StatusRows::all));
  status.rows[0].changes[0].by = status.rows[0].changes[0].event = "a\x1b[2J\n\u202e";
  status.groups.assign(3, "b\x1b[2J\n\u202e");
  status.rows[0].cells[0].evidence.changed = status.groups;
  CHECK(sample::harmless(render_status(status, now, {false, true, 80}, StatusRows::all)));
}

}  // namespace
}  // namespace envlink::view

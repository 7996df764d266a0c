#include "view/workspace_text.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

using plan::Freshness;

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
  return status;
}

TEST_CASE("the matrix breaks into blocks where the groups do not fit beside each other") {
  sample::check_golden("status_80.txt", render_status(sample_status(), {false, true, 80}));
  sample::check_golden("status_120.txt", render_status(sample_status(), {false, true, 120}));
}

TEST_CASE("while a deploy is under way nothing says that every service is known to run with what is linked") {
  plan::Status status = sample_status();
  status.rows.erase(status.rows.begin());  // what is left is live or deploying
  const std::string text = render_status(status, {false, true, 80});
  CHECK(text.find("Every service is known") == std::string::npos);
  CHECK(text.find("Nothing is known to be stale; 1 service is still deploying.") != std::string::npos);
}

TEST_CASE("no line of the matrix is wider than the screen, in any width that can hold a group") {
  for (std::size_t width = 60; width < 130; ++width) {
    std::string text = render_status(sample_status(), {false, true, width});
    while (!text.empty()) {
      const auto end = text.find('\n');
      CHECK(display_width(text.substr(0, end)) <= width);
      text.erase(0, end + 1);
    }
  }
}

TEST_CASE("a matrix without colour is the coloured one without its colour, and hostile names do no harm") {
  plan::Status status = sample_status();
  CHECK(sample::without_colour(render_status(status, {true, true, 80})) ==
        render_status(status, {false, true, 80}));
  status.groups[0] = status.rows[0].name = status.rows[0].because = "a\x1b[2J\n\u202e";
  CHECK(sample::harmless(render_status(status, {false, true, 80})));
}

TEST_CASE("why tells of each service and group what its word rests on, and who changed a group") {
  plan::Status status = sample_status();
  status.why = true;
  status.rows[0].cells[0].evidence.changed = {"TOKEN", "file:ca.pem"};
  status.rows[0].cells[1].evidence.text = "run 4 read this link before dep-1 was made";
  status.rows[0].changes = {
      {*parse_rfc3339("2026-11-24T11:00:00Z"), "ada@example.com", "UpdateEnvVarsEvent", 0},
      {*parse_rfc3339("2026-11-24T12:00:00Z"), "", "DeleteEnvVarsEvent", 2}};
  sample::check_golden("status_why_80.txt", render_status(status, {false, true, 80}));
  status.rows[0].changes[0].by = status.rows[0].changes[0].event = "a\x1b[2J\n\u202e";
  status.groups.assign(3, "b\x1b[2J\n\u202e");
  status.rows[0].cells[0].evidence.changed = status.groups;
  CHECK(sample::harmless(render_status(status, {false, true, 80})));
}

TEST_CASE("what is told of a group stands in one column behind the longest label") {
  model::Group group;
  group.name = "creds";
  group.id = GroupId("evg-1");
  group.variables = {{"B"}, {"A"}};
  group.secret_files = {".env", "google.json"};
  CHECK(render_group(group, {}, {false, true, 80}) ==
        "creds  evg-1\n"
        "  linked to       nothing\n"
        "  2 variables     A, B\n"
        "  2 secret files  .env, google.json\n");
  group.secret_files.clear();
  CHECK(render_group(group, {}, {false, true, 80}) ==
        "creds  evg-1\n"
        "  linked to     nothing\n"
        "  2 variables   A, B\n");
}

}  // namespace
}  // namespace envlink::view

#include "view/workspace_text.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

TEST_CASE("the values about a group start in one column after the longest label") {
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

#include "base/error.h"

#include <doctest/doctest.h>

#include "base/id.h"

namespace envlink {
namespace {

TEST_CASE("An error shows what, why, cure and request id, each only if it is set") {
  CHECK(describe({.what = "the file is gone"}) == "the file is gone");
  CHECK(describe({.what = "could not link",
                  .why = "Render said no",
                  .cure = "try again",
                  .request_id = "api-1/x"}) ==
        "could not link\n"
        "  why: Render said no\n"
        "  → try again\n"
        "  (request id api-1/x)");
}

TEST_CASE("Further lines of a cause and a cure are aligned with the first") {
  CHECK(describe({.what = "no", .why = "a\nb", .cure = "c\n\nd\n"}) ==
        "no\n"
        "  why: a\n"
        "       b\n"
        "  → c\n"
        "    \n"
        "    d");
}

TEST_CASE("Render's ids are distinguished from names") {
  struct Row {
    const char* text;
    bool service;
    bool group;
  };
  const Row rows[] = {
      {"srv-cu2k4j3qf0us73fbv7u0", true, false},
      {"crn-cu2k4j3qf0us73fbv7u0", true, false},
      {"evg-d479opq4d50c73813bu0", false, true},
      {"tea-cu2k4j3qf0us73fbv7u0", false, false},
      {"srv-backend", false, false},
      {"srv-CU2K4J3QF0US73FBV7U0", false, false},
      {"srv-", false, false},
      {"toolboxai-secrets", false, false},
      {"", false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(looks_like_service_id(row.text) == row.service);
    CHECK(looks_like_group_id(row.text) == row.group);
  }
}

}  // namespace

TEST_CASE("An error with its own text shows only that text") {
  CHECK(describe({.what = "the file has problems", .cure = "correct them", .text = "a.yaml:1:1: no"}) ==
        "a.yaml:1:1: no");
}

}  // namespace envlink

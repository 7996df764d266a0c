#include "model/outcome.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace envlink;
using model::Outcome;

TEST_CASE("every outcome has a row, in the order of the enumeration") {
  int position = 0;
  for (const model::OutcomeRow& row : model::outcomes()) CHECK(static_cast<int>(row.outcome) == position++);
  CHECK(position == static_cast<int>(Outcome::interrupted) + 1);
}

TEST_CASE("an outcome is found by its word, and by its exit code if no other has the same") {
  std::set<std::string_view> words;
  for (const model::OutcomeRow& row : model::outcomes()) {
    CHECK(words.insert(row.word).second);
    CHECK(model::outcome_from(row.word) == row.outcome);
    CHECK(model::exit_code(model::outcome_of_exit_code(row.exit_code)) == row.exit_code);
  }
  CHECK(model::outcome_of_exit_code(0) == Outcome::done);
  CHECK(model::outcome_of_exit_code(77) == Outcome::error);
  CHECK_FALSE(model::outcome_from("sunk").has_value());
}

TEST_CASE("an error has the outcome of its kind") {
  CHECK(model::outcome_of(Error{.what = "no file"}) == Outcome::error);
  CHECK(model::outcome_of(Error{.kind = ErrorKind::held}) == Outcome::held);
  CHECK(model::outcome_of(Error{.kind = ErrorKind::authentication}) == Outcome::authentication);
}

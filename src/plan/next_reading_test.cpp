#include "plan/next_reading.h"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;
using std::chrono::seconds;

namespace {

const GroupId secrets("evg-secrets");
const ServiceId db("srv-db");
const ServiceId api("srv-api");

/// All services were read as linked, and 10 s later db was not.
struct Doubtful {
  model::Workspace reading = sample::settled();
  History history{};
  Doubtful() {
    history.read(reading);
    reading.reading = {sample::now + seconds(10), sample::now + seconds(11)};
    std::erase(reading.groups[0].links, db);
    history.read(reading);
  }
  std::vector<History::Unsettled> decided_by(const Judge& judge) const {
    return deciding_links(reading, history, judge);
  }
};

/// Judges each service by its own link, or by the link of `by`.
Judge by_link(std::vector<ServiceId> services, std::optional<ServiceId> by = {}) {
  return [=](const model::Workspace& reading, const History&) {
    Verdicts verdicts;
    for (const ServiceId& one : services)
      verdicts[one] = reading.groups[0].links_to(by.value_or(one)) ? "linked" : "not linked";
    return verdicts;
  };
}

}  // namespace

TEST_CASE("a link on which readings disagree decides if its service's verdict depends on it") {
  const auto links = Doubtful().decided_by(by_link({db, api}));
  REQUIRE(links.size() == 1);
  CHECK(links[0] ==
        History::Unsettled{History::Unsettled::What::link, db, secrets, sample::now + seconds(31)});
}

TEST_CASE("nothing decides if every reading leads to the same verdicts") {
  CHECK(Doubtful().decided_by(by_link({api})).empty());
}

TEST_CASE("if the verdict on another service depends on the link, every unsettled link decides") {
  const auto links = Doubtful().decided_by(by_link({api}, db));
  REQUIRE(links.size() == 1);
  CHECK(links[0].service == db);
}

TEST_CASE("a link of a service that is not in the workspace decides nothing") {
  Doubtful doubtful;
  std::erase_if(doubtful.reading.services, [](const model::Service& one) { return one.id == db; });
  CHECK(doubtful.decided_by(by_link({api}, db)).empty());
}

TEST_CASE("the judge gets the history that includes the later reading") {
  const Doubtful doubtful;
  std::vector<bool> known;
  doubtful.decided_by([&](const model::Workspace&, const History& history) {
    known.push_back(history.last_known_linked(db, secrets));
    return Verdicts{};
  });
  CHECK(known == std::vector{true, false, true});  // now, all removed, all present
}

TEST_CASE("nothing is judged if nothing is unsettled") {
  const model::Workspace settled = sample::settled();
  const auto links = deciding_links(settled, sample::seen(settled), [](const auto&, const History&) {
    FAIL("judged");
    return Verdicts{};
  });
  CHECK(links.empty());
}

#include "plan/history.h"

#include <doctest/doctest.h>

#include "plan/sample_test.h"
#include "plan/status.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

using std::chrono::hours;

/// Everything is linked, TOKEN's digest is made from `token`, and the reading is `ago` old.
model::Workspace read(unsigned char token, Duration ago) {
  model::Workspace actual = sample::settled();
  model::ValueDigest::Bytes bytes{};
  bytes[0] = token;
  (*actual.groups[0].variables)[1].digest = model::ValueDigest(bytes);
  actual.reading = {sample::now - ago, sample::now - ago + std::chrono::seconds(1)};
  return actual;
}

/// The same without deploys; those began 24 hours ago.
model::Workspace read_before(unsigned char token, Duration ago) {
  model::Workspace actual = read(token, ago);
  actual.deploys.clear();
  return actual;
}

/// The status of db after these readings, of which the last is from now.
StatusRow after(const std::vector<model::Workspace>& readings) {
  History history;
  for (const model::Workspace& reading : readings) history.read(reading);
  return status_of(sample::file(), readings.back(), history).rows[0];
}

/// The group was unlinked, and the file no longer contains it.
StatusRow unlinked_after(History& history) {
  model::Workspace now = read(1, hours(0));
  std::erase(now.groups[0].links, ServiceId("srv-db"));
  history.read(now);
  model::Desired desired = sample::file();
  desired.services[0].link.clear();
  return status_of(desired, now, history).rows[0];
}

}  // namespace

TEST_CASE("a deploy between two equal readings is live") {
  const StatusRow row = after({read_before(1, hours(30)), read(1, hours(0))});
  CHECK(row.freshness == Freshness::live);
  CHECK(row.evidence.grade == Grade::proved);
  CHECK(row.evidence.source == EvidenceSource::reading);
}

TEST_CASE("a deploy that began before the first reading is unknown") {
  CHECK(after({read(1, hours(2)), read(1, hours(0))}).freshness == Freshness::unknown);
}

TEST_CASE("a value that changed after the running deploy is stale, and live again once it is changed back") {
  std::vector<model::Workspace> readings{read_before(1, hours(30)), read(1, hours(3)), read(2, hours(2))};
  const StatusRow changed = after(readings);
  CHECK(changed.freshness == Freshness::stale);
  CHECK(changed.evidence.changed == std::vector<std::string>{"TOKEN"});
  readings.push_back(read(1, hours(0)));
  CHECK(after(readings).freshness == Freshness::live);
}

TEST_CASE("a value that changed during the deploy is unknown") {
  const StatusRow row = after({read_before(1, hours(30)), read(2, hours(0))});
  CHECK(row.freshness == Freshness::unknown);
  CHECK(row.because == "envlink cannot tell whether its running deploy includes TOKEN of secrets");
}

TEST_CASE("a link missing in a reading right after one that showed it is staged without proof") {
  for (const bool right_after : {true, false}) {
    model::Workspace now = read(1, hours(0));
    std::erase(now.groups[0].links, ServiceId("srv-db"));
    const Duration ago = right_after ? Duration(std::chrono::seconds(10)) : Duration(hours(1));
    const StatusRow row = after({read(1, ago), now});
    CHECK(row.freshness == Freshness::staged);
    CHECK(row.evidence.grade == (right_after ? Grade::told : Grade::proved));
  }
}

TEST_CASE("a group unlinked after the deploy began makes the service stale") {
  History history;
  history.read(read_before(1, hours(30)));
  history.read(read(1, hours(2)));
  const StatusRow row = unlinked_after(history);
  CHECK(row.freshness == Freshness::stale);
  CHECK(row.because == "secrets was unlinked after the running deploy began");
}

TEST_CASE("after a change of the digest key values are unknown, and links are still known") {
  model::Workspace now = read(1, hours(0));
  now.digest_key = "another key";
  const StatusRow row = after({read_before(1, hours(30)), read(1, hours(2)), now});
  CHECK(row.freshness == Freshness::unknown);
  CHECK(row.because == "envlink cannot tell whether its running deploy includes the values of secrets");
}

TEST_CASE("an adopted deploy is reported as such, and stale once a value changes") {
  const model::Workspace found = read(1, hours(2));
  History history;
  history.adopt(found);
  StatusRow row = status_of(sample::file(), found, history).rows[0];
  CHECK(row.freshness == Freshness::live);
  CHECK(row.evidence.grade == Grade::told);
  CHECK(row.evidence.source == EvidenceSource::adopted);
  const model::Workspace later = read(2, hours(0));
  history.read(later);
  row = status_of(sample::file(), later, history).rows[0];
  CHECK(row.freshness == Freshness::stale);
}

TEST_CASE(
    "an unlinked group makes an adopted deploy stale, proved only if a reading knew the deploy's links") {
  const auto unlinked = [](bool adopted) {
    History history;
    if (!adopted) history.read(read_before(1, hours(30)));
    history.adopt(read(1, hours(2)));
    return unlinked_after(history);
  };
  for (const bool adopted : {true, false}) {
    CHECK(unlinked(adopted).because == "secrets was unlinked after the running deploy began");
    CHECK(unlinked(adopted).evidence.grade == (adopted ? Grade::told : Grade::proved));
  }
}

namespace {

/// TOKEN is hidden from the key's owner.
model::Workspace hiding(model::Workspace actual) {
  (*actual.groups[0].variables)[1].digest.reset();
  return actual;
}

}  // namespace

TEST_CASE("a hidden value proves nothing: the date of its group decides") {
  const model::Workspace now = hiding(read(1, hours(0)));
  StatusRow row = after({hiding(read_before(1, hours(30))), now});
  CHECK(row.freshness == Freshness::live);
  CHECK(row.evidence.grade == Grade::told);
  CHECK(row.evidence.text ==
        "the link and its values were the same before and after dep-db began; Render hides TOKEN from the "
        "owner "
        "of this key, so it is unknown whether it changed since");
  model::Workspace undated = now;
  undated.groups[0].updated.reset();
  row = after({hiding(read_before(1, hours(30))), undated});
  CHECK(row.freshness == Freshness::unknown);
  CHECK(row.because == "envlink cannot tell whether its running deploy includes TOKEN of secrets");
  CHECK(row.evidence.text == "Render hides it from the owner of this key, and does not date the group");
  model::Workspace dated = now;
  dated.groups[0].updated = sample::now - hours(1);
  CHECK(after({hiding(read_before(1, hours(30))), dated}).freshness == Freshness::stale);
}

TEST_CASE("a value that became hidden or visible is not known to have changed") {
  for (const bool shown_first : {true, false}) {
    const model::Workspace before = read_before(1, hours(30));
    const model::Workspace settled = read(1, hours(2));
    const model::Workspace now = read(1, hours(0));
    const StatusRow row =
        shown_first ? after({before, settled, hiding(now)}) : after({hiding(before), hiding(settled), now});
    CHECK(row.freshness == Freshness::unknown);
    CHECK(row.because == "envlink cannot tell whether its running deploy includes TOKEN of secrets");
  }
}

TEST_CASE("with a hidden value the audit log is also read for live services") {
  const model::Workspace now = hiding(read(1, hours(0)));
  History history;
  history.read(hiding(read_before(1, hours(30))));
  history.read(now);
  Status status = status_of(sample::file(), now, history);
  CHECK(changes_matter_since(status, now) == sample::now - hours(24));
  const model::AuditEntry entry{.id = "aud-1",
                                .at = sample::now - hours(1),
                                .event = "UpdateEnvVarsEvent",
                                .succeeded = true,
                                .actor = "a@b.c",
                                .ids = {"evg-secrets"}};
  add_changes(status, now, std::vector{entry});
  REQUIRE(status.rows[0].changes.size() == 1);
  CHECK(status.rows[0].changes[0].of_variables());
}

// What readings and runs tell of a deploy, one rule a case.

#include "plan/history.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;
using Link = Carries::Link;
using std::chrono::seconds;

namespace {

const ServiceId db("srv-db");
const GroupId secrets("evg-secrets");

/// In tens of seconds: what matters here is further apart than replicas lag.
Time at(int tens) {
  return sample::now + seconds(10 * tens);
}

model::ValueDigest digest_of(char value) {
  model::ValueDigest::Bytes bytes{};
  bytes[0] = static_cast<unsigned char>(value);
  return model::ValueDigest(bytes);
}

/// A workspace of which one link, one value and one deploy matter, and what is known of it.
class Story {
 public:
  Story() {
    actual_ = sample::settled();
    actual_.deploys.clear();
    value('a');
  }
  Story& linked(bool is_linked) {
    actual_.groups[0].links.clear();
    if (is_linked) actual_.groups[0].links = {db};
    return *this;
  }
  Story& value(std::optional<char> value) {
    actual_.groups[0].variables = std::vector<model::Variable>{{"TOKEN"}};
    if (value) actual_.groups[0].variables->front().digest = digest_of(*value);
    return *this;
  }
  Story& key(std::string name) {
    actual_.digest_key = std::move(name);
    return *this;
  }
  /// It began and ended then.
  Story& deploys(const std::string& id, int began, int ended, std::string status = "live") {
    model::Deploy one = sample::deploy(id, std::move(status), at(began));
    one.finished = at(ended);
    auto& all = actual_.deploys[db];
    std::erase_if(all, [&](const model::Deploy& other) { return other.id == one.id; });
    for (model::Deploy& other : all) other.status = model::DeployStatus::deactivated;
    all.insert(all.begin(), one);
    return *this;
  }
  Story& reads(int second) {
    actual_.reading = {at(second), at(second + 1)};
    known.read(actual_);
    return *this;
  }
  Story& adopts(int second) {
    actual_.reading = {at(second), at(second + 1)};
    known.adopt(actual_);
    return *this;
  }
  /// A run that links, and asks for a deploy.
  Story& run_links(std::int64_t run, const std::string& deploy) {
    known.change_begins(run, db);
    known.link_changed(LinkAction::add, secrets, db, at(10));
    known.deploy_attributed(run, db, DeployId(deploy), at(12));
    return *this;
  }
  Carries carries() const { return known.carries(db, actual_.deploys.at(db).front(), actual_.groups[0]); }
  std::vector<GroupId> left_behind() const {
    std::vector<GroupId> groups;
    for (const CarriedGroup& group : known.left_behind(db, actual_.deploys.at(db).front().id, actual_))
      groups.push_back(group.group);
    return groups;
  }
  std::vector<History::Unsettled> unsettled() const { return known.unsettled(actual_); }
  model::Group& group() { return actual_.groups[0]; }
  History known;

 private:
  model::Workspace actual_;
};

}  // namespace

TEST_CASE("a link seen before a deploy and after it had read its environment is carried") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  CHECK(story.carries().same());
  CHECK(story.carries().source == EvidenceSource::reading);
}

TEST_CASE("one reading, before a deploy or after it, proves nothing") {
  Story after;
  after.linked(true).deploys("dep-1", 10, 20).reads(30);
  CHECK(after.carries().link == Link::unknown);
  after.reads(40);
  CHECK(after.carries().link == Link::unknown);
}

TEST_CASE("a reading within the second in which a deploy began is not one before it") {
  Story story;
  story.linked(true).reads(10).deploys("dep-1", 10, 20).reads(30);
  CHECK(story.carries().link == Link::unknown);
}

TEST_CASE("a reading while a deploy may still read its environment is not one after it") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(15);
  CHECK(story.carries().link == Link::unknown);
  story.reads(22);  // a replica that lags may show how it was before
  CHECK(story.carries().link == Link::unknown);
  story.reads(23);
  CHECK(story.carries().same());
}

TEST_CASE("a link that was absent between two readings is a new one") {
  Story story;
  story.linked(true).reads(0);
  story.linked(false).reads(5);
  story.deploys("dep-1", 10, 20).linked(true).reads(30);
  CHECK(story.carries().link == Link::unknown);
}

TEST_CASE("a link that a reading after the deploy did not show is newer than it") {
  Story story;
  story.linked(false).deploys("dep-1", 10, 20).reads(30);
  story.linked(true).reads(40);
  CHECK(story.carries().link == Link::no);
}

TEST_CASE("a link that was absent only before the deploy is not known to be newer") {
  Story story;
  story.linked(false).reads(0).deploys("dep-1", 10, 20).linked(true).reads(30);
  CHECK(story.carries().link == Link::unknown);
}

TEST_CASE("a group that was made after the deploy is not carried by it") {
  Story story;
  story.linked(true).deploys("dep-1", 10, 20);
  story.group().created = at(21);
  CHECK(story.carries().link == Link::no);
  story.group().created = at(20);
  CHECK(story.carries().link == Link::unknown);
}

TEST_CASE("a link that a run read back before it asked for the deploy is carried") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1").linked(true).deploys("dep-1", 11, 20).reads(30);
  const Carries carries = story.carries();
  CHECK(carries.same());
  CHECK(carries.source == EvidenceSource::run);
  CHECK(carries.run == 7);
}

TEST_CASE("what a run's service was linked to before is carried by its deploy as well") {
  Story story;
  story.linked(true).reads(0);
  story.known.change_begins(7, db);
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().same());
}

TEST_CASE("a run that goes on and reads its links back once more keeps the values of before") {
  Story story;
  story.linked(false).reads(0);
  story.known.change_begins(7, db);
  story.known.link_changed(LinkAction::add, secrets, db, at(10));
  story.linked(true).value('b').reads(14);
  story.known.link_changed(LinkAction::add, secrets, db, at(16));
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(17));
  story.deploys("dep-1", 11, 12).reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("what an earlier run began with is not what the next one deploys") {
  Story story;
  story.linked(true).reads(0);
  story.known.change_begins(7, db);
  story.linked(false).reads(5);
  story.linked(true).reads(9);
  story.known.change_begins(8, db);
  story.known.deploy_attributed(8, db, DeployId("dep-1"), at(12));
  story.deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().same());
}

TEST_CASE("a link that a reading right after it was made does not show is neither gone nor new") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1").deploys("dep-1", 11, 12);
  story.linked(false).reads(13);
  story.linked(true).reads(14);
  CHECK(story.carries().same());
  CHECK(story.carries().source == EvidenceSource::run);
  // Nor is one that nobody knew, where the deploy may have it.
  Story unseen;
  unseen.linked(false).deploys("dep-1", 10, 20).reads(22);
  unseen.linked(true).reads(30);
  CHECK(unseen.carries().link == Link::unknown);
}

TEST_CASE("of a link that a reading shows otherwise than it is known to be, a later one tells") {
  const auto link = [](Time settled) {
    return std::vector<History::Unsettled>{{History::Unsettled::What::link, db, secrets, settled}};
  };
  Story story;
  story.linked(true).reads(0);
  CHECK(story.unsettled().empty());
  story.known.link_changed(LinkAction::remove, secrets, db, at(10));
  story.reads(11);
  CHECK(story.unsettled() == link(at(10) + seconds(31)));  // 30 s after the second in which it was read back
  story.reads(13);
  CHECK(story.unsettled() == link(at(10) + seconds(31)));
  story.reads(14);
  CHECK(story.unsettled().empty());
  story.linked(false).reads(15);
  CHECK(story.unsettled() == link(at(15) + seconds(30)));
  story.linked(true).reads(16);
  CHECK(story.unsettled().empty());
}

TEST_CASE("whether a link was still there when the deploy read its environment, a later reading tells") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(21);
  CHECK(story.unsettled() == std::vector<History::Unsettled>{
                                 {History::Unsettled::What::deploy, db, secrets, at(20) + seconds(30)}});
  CHECK(story.carries().link == Link::unknown);
  story.reads(23);
  CHECK(story.unsettled().empty());
  CHECK(story.carries().same());
  // Nothing more will be told of a link that was first seen when the deploy was over.
  Story later;
  later.linked(true).deploys("dep-1", 10, 20).reads(21);
  CHECK(later.unsettled().empty());
  // Nor of what a run read back.
  Story run;
  run.run_links(7, "dep-1").deploys("dep-1", 11, 20).linked(true).reads(21);
  CHECK(run.unsettled().empty());
}

TEST_CASE("a link that only readings right after the deploy showed may have been gone before it") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1").deploys("dep-1", 12, 20);
  story.linked(true).reads(21);
  CHECK(story.carries().same());
  story.linked(false).reads(25);
  story.linked(true).reads(30);
  CHECK(story.carries().link != Link::yes);
}

TEST_CASE("a link that a run took away is not carried by the deploy that it asks for") {
  Story story;
  story.linked(true).reads(0);
  story.known.change_begins(7, db);
  story.known.link_changed(LinkAction::remove, secrets, db, at(10));
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.linked(false).deploys("dep-1", 11, 20).reads(30);
  CHECK(story.left_behind().empty());
  story.linked(true).reads(40);
  CHECK(story.carries().link == Link::no);
}

TEST_CASE("a run that takes a link away leaves it unknown whether an earlier deploy under way has it") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.known.change_begins(8, db);
  story.known.link_changed(LinkAction::remove, secrets, db, at(13));
  story.known.link_changed(LinkAction::add, secrets, db, at(25));
  story.linked(true).deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().link != Link::yes);
}

TEST_CASE("a link that a reading does not show before the deploy is over is not known to be carried") {
  for (const int second : {14, 25}) {  // before it was attributed, after it ended
    CAPTURE(second);
    Story story;
    story.linked(false).reads(0);
    story.known.change_begins(7, db);
    story.known.link_changed(LinkAction::add, secrets, db, at(10));
    if (second == 14) story.linked(false).reads(second);
    story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
    story.deploys("dep-1", 12, 20);
    if (second == 25) story.linked(false).reads(second);
    story.linked(true).reads(30);
    CHECK(story.carries().link != Link::yes);
    CHECK(story.left_behind().empty());
  }
}

TEST_CASE("a value that differs from what the deploy began with has changed") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  story.value('b').reads(40);
  CHECK(story.carries().changed == std::vector<std::string>{"TOKEN"});
  story.value('a').reads(50);  // changed back: fresh
  CHECK(story.carries().same());
}

TEST_CASE("a value that changed about when the deploy began is not known, whatever it is later") {
  Story story;
  story.linked(true).reads(0).value('b').deploys("dep-1", 10, 20).reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  CHECK(story.carries().changed.empty());
  story.value('a').reads(40);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  story.value('c').reads(50);
  CHECK_FALSE(story.carries().same());
}

TEST_CASE("a value that was another one in a reading while a run deployed is not known") {
  Story story;
  story.linked(true).reads(0);
  story.known.change_begins(7, db);
  story.value('b').reads(5);
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.value('a').deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("a deploy is settled by a reading after it ended, and by none before") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.linked(true).deploys("dep-1", 11, 20, "build_in_progress").reads(15);
  story.value('b');
  story.deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  CHECK(story.carries().changed.empty());
}

TEST_CASE("a deploy under way has not read its environment for certain, whatever times it has") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.linked(true).deploys("dep-1", 11, 12, "update_in_progress").reads(15);
  story.value('b');
  story.deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  CHECK(story.carries().changed.empty());
}

TEST_CASE("a reading within the second in which a deploy ended does not settle it") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.linked(true).deploys("dep-1", 11, 20).reads(19);
  story.value('b').reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  CHECK(story.carries().changed.empty());
}

TEST_CASE("a reading that may not show the link yet tells of the values all the same") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.deploys("dep-1", 11, 11);
  story.value('b').reads(12);  // within the time that a replica may lag after the link
  story.linked(true).value('a').reads(20);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("a run that saw its deploy live lets the next reading settle it") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.known.service_ended(db, DeployId("dep-1"));
  story.linked(true).deploys("dep-1", 11, 20).reads(19);  // within the whole seconds of its end
  CHECK(story.carries().same());
  story.value('b').reads(30);
  CHECK(story.carries().changed == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("a service that ended is deployed by nobody any more") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.known.service_ended(db, DeployId());
  CHECK(story.known.state().drafts.empty());
  story.known.deploy_attributed(7, db, DeployId("dep-2"), at(30));
  story.linked(true).deploys("dep-2", 30, 40).reads(50);
  CHECK(story.carries().source == EvidenceSource::reading);
}

TEST_CASE("digests of another key are compared with none") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  story.key("another").value('z').reads(40);
  const Carries carries = story.carries();
  CHECK(carries.link == Link::yes);
  CHECK_FALSE(carries.values_known);
  CHECK(carries.changed.empty());
}

TEST_CASE("without digests no value is known") {
  Story story;
  story.key("").linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  CHECK(story.carries().link == Link::yes);
  CHECK_FALSE(story.carries().values_known);
}

TEST_CASE("what is adopted is carried from then on, and told so") {
  Story story;
  story.linked(true).deploys("dep-1", 10, 20).adopts(30);
  CHECK(story.carries().same());
  CHECK(story.carries().source == EvidenceSource::adopted);
  story.value('b').reads(40);
  CHECK(story.carries().changed == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("what is known to be newer than the deploy is not adopted") {
  Story story;
  story.linked(false).deploys("dep-1", 10, 20).reads(30);
  story.linked(true).adopts(40);
  CHECK(story.carries().link == Link::no);
}

TEST_CASE("what is adopted beside what a run proved is not told as proved by it") {
  Story story;
  story.linked(false).reads(0);
  story.known.change_begins(7, db);
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.linked(true).deploys("dep-1", 11, 20).adopts(30);
  CHECK(story.carries().source == EvidenceSource::adopted);
  CHECK(story.carries().run == 0);
  CHECK(story.carries().at == at(30));
}

TEST_CASE("what was proved stays proved where it is adopted") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30).adopts(40);
  CHECK(story.carries().source == EvidenceSource::reading);
}

TEST_CASE("a group that is not linked any more was left behind by the deploy that has it") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  CHECK(story.left_behind().empty());
  story.linked(false).reads(40);
  CHECK(story.left_behind() == std::vector{secrets});
}

TEST_CASE("a link that is gone may still be carried by what began before it was seen gone") {
  Story story;
  story.linked(true).reads(0);
  story.linked(false).reads(30);
  const model::Deploy before = sample::deploy("dep-1", "live", at(20));
  const model::Deploy later = sample::deploy("dep-2", "live", at(40));
  CHECK(story.known.may_carry_unlinked(db, &before, secrets));
  CHECK_FALSE(story.known.may_carry_unlinked(db, &later, secrets));
  CHECK(story.known.may_carry_unlinked(db, nullptr, secrets));
}

TEST_CASE("the deploy that serves is not forgotten for twenty newer ones") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  for (int i = 0; i < 30; ++i) {
    story.known.change_begins(i + 1, db);
    story.known.deploy_attributed(i + 1, db, DeployId("dep-failed-" + std::to_string(i)), at(40));
  }
  story.reads(50);
  CHECK(story.carries().same());
  CHECK(story.known.state().deploys.at(db).size() == 20);
}

TEST_CASE("a value that a run wrote and read back is what its deploys have") {
  Story story;
  story.linked(true).key("key").reads(0);
  story.known.value_changed(secrets, "TOKEN", digest_of('b').hex(), "key", at(5));
  story.known.change_begins(7, db);
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.value('b').deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().same());
  CHECK(story.carries().run == 7);
  story.value('c').reads(40);
  CHECK(story.carries().changed == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("a value of which a run told with another key of digests is not known") {
  Story story;
  story.linked(true).key("key").reads(0);
  story.known.value_changed(secrets, "TOKEN", digest_of('b').hex(), "another", at(5));
  story.known.change_begins(7, db);
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.value('b').deploys("dep-1", 11, 20).reads(30);
  CHECK_FALSE(story.carries().same());
}

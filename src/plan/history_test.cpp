// What readings and runs show about a deploy, one rule per case.

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

/// Units of 10 s, because replicas may lag for 30 s.
Time at(int tens) {
  return sample::now + seconds(10 * tens);
}

model::ValueDigest digest_of(char value) {
  model::ValueDigest::Bytes bytes{};
  bytes[0] = static_cast<unsigned char>(value);
  return model::ValueDigest(bytes);
}

/// A workspace with one link, one value and one deploy that matter, and the history of it.
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
  /// Adds a deploy with these times.
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
  /// A run that links the group and requests the deploy.
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

TEST_CASE("a deploy has a link that was read before it began and after it had read its environment") {
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

TEST_CASE("a reading in the second in which a deploy began does not count as before it") {
  Story story;
  story.linked(true).reads(10).deploys("dep-1", 10, 20).reads(30);
  CHECK(story.carries().link == Link::unknown);
}

TEST_CASE("a reading while a deploy may still read its environment does not count as after it") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(15);
  CHECK(story.carries().link == Link::unknown);
  story.reads(22);  // a lagging replica may show the earlier state
  CHECK(story.carries().link == Link::unknown);
  story.reads(23);
  CHECK(story.carries().same());
}

TEST_CASE("a link that was missing in between is a new link") {
  Story story;
  story.linked(true).reads(0);
  story.linked(false).reads(5);
  story.deploys("dep-1", 10, 20).linked(true).reads(30);
  CHECK(story.carries().link == Link::unknown);
}

TEST_CASE("a link missing in a reading after the deploy is newer than the deploy") {
  Story story;
  story.linked(false).deploys("dep-1", 10, 20).reads(30);
  story.linked(true).reads(40);
  CHECK(story.carries().link == Link::no);
}

TEST_CASE("a link that was missing only before the deploy is not known to be newer") {
  Story story;
  story.linked(false).reads(0).deploys("dep-1", 10, 20).linked(true).reads(30);
  CHECK(story.carries().link == Link::unknown);
}

TEST_CASE("a group created after the deploy is not in it") {
  Story story;
  story.linked(true).deploys("dep-1", 10, 20);
  story.group().created = at(21);
  CHECK(story.carries().link == Link::no);
  story.group().created = at(20);
  CHECK(story.carries().link == Link::unknown);
}

TEST_CASE("a deploy has a link that its run read back before requesting it") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1").linked(true).deploys("dep-1", 11, 20).reads(30);
  const Carries carries = story.carries();
  CHECK(carries.same());
  CHECK(carries.source == EvidenceSource::run);
  CHECK(carries.run == 7);
}

TEST_CASE("a run's deploy also has the links that existed before the run") {
  Story story;
  story.linked(true).reads(0);
  story.known.change_begins(7, db);
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().same());
}

TEST_CASE("a resumed run that reads its links back again keeps the values of its deploy") {
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

TEST_CASE("the state at the start of an earlier run does not count for the next run's deploy") {
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

TEST_CASE("a link missing in a reading right after it was made is neither removed nor new") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1").deploys("dep-1", 11, 12);
  story.linked(false).reads(13);
  story.linked(true).reads(14);
  CHECK(story.carries().same());
  CHECK(story.carries().source == EvidenceSource::run);
  // Nor is a link that was unknown before and that the deploy may have.
  Story unseen;
  unseen.linked(false).deploys("dep-1", 10, 20).reads(22);
  unseen.linked(true).reads(30);
  CHECK(unseen.carries().link == Link::unknown);
}

TEST_CASE("a link on which readings disagree is unsettled until a later reading") {
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

TEST_CASE(
    "a link that may be gone before the deploy read its environment is unsettled until a later reading") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(21);
  CHECK(story.unsettled() == std::vector<History::Unsettled>{
                                 {History::Unsettled::What::deploy, db, secrets, at(20) + seconds(30)}});
  CHECK(story.carries().link == Link::unknown);
  story.reads(23);
  CHECK(story.unsettled().empty());
  CHECK(story.carries().same());
  // No later reading settles a link that was first seen after the deploy.
  Story later;
  later.linked(true).deploys("dep-1", 10, 20).reads(21);
  CHECK(later.unsettled().empty());
  // Nor a link that a run read back.
  Story run;
  run.run_links(7, "dep-1").deploys("dep-1", 11, 20).linked(true).reads(21);
  CHECK(run.unsettled().empty());
}

TEST_CASE("a link shown only by readings right after the deploy may have been removed before it") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1").deploys("dep-1", 12, 20);
  story.linked(true).reads(21);
  CHECK(story.carries().same());
  story.linked(false).reads(25);
  story.linked(true).reads(30);
  CHECK(story.carries().link != Link::yes);
}

TEST_CASE("the deploy of a run that removes a link does not have it") {
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

TEST_CASE("after a run removes a link, it is unknown whether an earlier deploy in progress has it") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.known.change_begins(8, db);
  story.known.link_changed(LinkAction::remove, secrets, db, at(13));
  story.known.link_changed(LinkAction::add, secrets, db, at(25));
  story.linked(true).deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().link != Link::yes);
}

TEST_CASE("a link missing in a reading before the deploy is over is not known to be in it") {
  for (const int second : {14, 25}) {  // before the deploy was attributed, and after it ended
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

TEST_CASE("a value that differs from the deploy's has changed") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  story.value('b').reads(40);
  CHECK(story.carries().changed == std::vector<std::string>{"TOKEN"});
  story.value('a').reads(50);  // changed back: live again
  CHECK(story.carries().same());
}

TEST_CASE("a value that changed around the start of the deploy is unknown, whatever it is later") {
  Story story;
  story.linked(true).reads(0).value('b').deploys("dep-1", 10, 20).reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  CHECK(story.carries().changed.empty());
  story.value('a').reads(40);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  story.value('c').reads(50);
  CHECK_FALSE(story.carries().same());
}

TEST_CASE("a value that differed in a reading during the run's deploy is unknown") {
  Story story;
  story.linked(true).reads(0);
  story.known.change_begins(7, db);
  story.value('b').reads(5);
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.value('a').deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("a deploy is settled by a reading after it ended, not before") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.linked(true).deploys("dep-1", 11, 20, "build_in_progress").reads(15);
  story.value('b');
  story.deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  CHECK(story.carries().changed.empty());
}

TEST_CASE("a deploy in progress is not known to have read its environment, whatever its times") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.linked(true).deploys("dep-1", 11, 12, "update_in_progress").reads(15);
  story.value('b');
  story.deploys("dep-1", 11, 20).reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  CHECK(story.carries().changed.empty());
}

TEST_CASE("a reading in the second in which a deploy ended does not settle it") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.linked(true).deploys("dep-1", 11, 20).reads(19);
  story.value('b').reads(30);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
  CHECK(story.carries().changed.empty());
}

TEST_CASE("a reading that may not show the link yet still counts for the values") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.deploys("dep-1", 11, 11);
  story.value('b').reads(12);  // within the lag of a replica after the link
  story.linked(true).value('a').reads(20);
  CHECK(story.carries().unknown == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("a deploy that its run saw live is settled by the next reading") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.known.service_ended(db, DeployId("dep-1"));
  story.linked(true).deploys("dep-1", 11, 20).reads(19);  // in the second in which it ended
  CHECK(story.carries().same());
  story.value('b').reads(30);
  CHECK(story.carries().changed == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("after a service ended, later deploys are not attributed to the run") {
  Story story;
  story.linked(false).reads(0).run_links(7, "dep-1");
  story.known.service_ended(db, DeployId());
  CHECK(story.known.state().drafts.empty());
  story.known.deploy_attributed(7, db, DeployId("dep-2"), at(30));
  story.linked(true).deploys("dep-2", 30, 40).reads(50);
  CHECK(story.carries().source == EvidenceSource::reading);
}

TEST_CASE("digests made with different keys are not compared") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  story.key("another").value('z').reads(40);
  const Carries carries = story.carries();
  CHECK(carries.link == Link::yes);
  CHECK_FALSE(carries.values_known);
  CHECK(carries.changed.empty());
}

TEST_CASE("without digests values are unknown") {
  Story story;
  story.key("").linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  CHECK(story.carries().link == Link::yes);
  CHECK_FALSE(story.carries().values_known);
}

TEST_CASE("an adopted link counts as part of the deploy, with adoption as its source") {
  Story story;
  story.linked(true).deploys("dep-1", 10, 20).adopts(30);
  CHECK(story.carries().same());
  CHECK(story.carries().source == EvidenceSource::adopted);
  story.value('b').reads(40);
  CHECK(story.carries().changed == std::vector<std::string>{"TOKEN"});
}

TEST_CASE("a link known to be newer than the deploy is not adopted") {
  Story story;
  story.linked(false).deploys("dep-1", 10, 20).reads(30);
  story.linked(true).adopts(40);
  CHECK(story.carries().link == Link::no);
}

TEST_CASE("a link adopted after a run is not reported as proved by the run") {
  Story story;
  story.linked(false).reads(0);
  story.known.change_begins(7, db);
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.linked(true).deploys("dep-1", 11, 20).adopts(30);
  CHECK(story.carries().source == EvidenceSource::adopted);
  CHECK(story.carries().run == 0);
  CHECK(story.carries().at == at(30));
}

TEST_CASE("a proved link stays proved when it is adopted") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30).adopts(40);
  CHECK(story.carries().source == EvidenceSource::reading);
}

TEST_CASE("a group that is no longer linked was left behind by the deploy that has it") {
  Story story;
  story.linked(true).reads(0).deploys("dep-1", 10, 20).reads(30);
  CHECK(story.left_behind().empty());
  story.linked(false).reads(40);
  CHECK(story.left_behind() == std::vector{secrets});
}

TEST_CASE("a deploy that began before a link was seen removed may still have it") {
  Story story;
  story.linked(true).reads(0);
  story.linked(false).reads(30);
  const model::Deploy before = sample::deploy("dep-1", "live", at(20));
  const model::Deploy later = sample::deploy("dep-2", "live", at(40));
  CHECK(story.known.may_carry_unlinked(db, &before, secrets));
  CHECK_FALSE(story.known.may_carry_unlinked(db, &later, secrets));
  CHECK(story.known.may_carry_unlinked(db, nullptr, secrets));
}

TEST_CASE("twenty newer deploys do not displace the running one") {
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

TEST_CASE("the deploy of a run has the value that the run wrote and read back") {
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

TEST_CASE("a value that a run recorded with another digest key is unknown") {
  Story story;
  story.linked(true).key("key").reads(0);
  story.known.value_changed(secrets, "TOKEN", digest_of('b').hex(), "another", at(5));
  story.known.change_begins(7, db);
  story.known.deploy_attributed(7, db, DeployId("dep-1"), at(12));
  story.value('b').deploys("dep-1", 11, 20).reads(30);
  CHECK_FALSE(story.carries().same());
}

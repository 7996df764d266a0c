// Which deploy carries the change, where a process is killed, a colleague comes in between, or a rollback is
// what was asked for. Named cases against the World, with the oracles of the random schedules.

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <functional>

#include "engine/attribution.h"
#include "engine/rollback.h"
#include "engine/rollout.h"
#include "engine/run_loop.h"
#include "engine/workspace_reader.h"
#include "plan/make_plan.h"
#include "sample.h"
#include "wire.h"

using namespace envlink;
using namespace envlink::simulation;
using engine::ServiceOutcome;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

struct Killed {};

bool asks_for_a_deploy(const api::Request& request) {
  return request.method == api::Method::post &&
         (request.target.ends_with("/deploys") || request.target.ends_with("/rollback"));
}

/// Processes of envlink, one after the other, on one workspace. What happens on the wire can be meddled with.
class Stage final : public engine::Recorder, public engine::Observer, public engine::Transport {
 public:
  enum class Death { none, before_the_request, after_the_request, after_its_answer, while_watching };

  explicit Stage(Scenario the_scenario, std::uint64_t seed = 1)
      : scenario(std::move(the_scenario)),
        choices(seed),
        world(scenario.workspace, start, 1.0, 1),
        oracles(scenario, world, start),
        wire(scenario, choices, world, oracles, start) {
    begin(plan::make_plan(scenario.desired, read_workspace(scenario.desired)));
  }

  /// Carries the plan out, or goes on with it, until it is through or killed.
  bool carry_out(Death death = Death::none) {
    death_ = death;
    oracles.run_goes_on(plan(), static_cast<std::int64_t>(plans_.size()));
    engine::Rollout rollout =
        journal.empty() ? engine::Rollout(plan(), budget_) : engine::Rollout(plan(), journal);
    try {
      carrying_ = true;
      engine::run(rollout, wire, *this, *this, *this);
    } catch (const Killed&) {
      carrying_ = false;
      return false;
    }
    carrying_ = false;
    progress = rollout.progress();
    exit_code = model::exit_code(rollout.outcome());
    budget_ = rollout.budget();
    for (const engine::Event& event : journal) event_survives(event);
    oracles.run_ended(rollout.outcome());
    return true;
  }

  void pass(Duration time) {
    wire.new_process(time, Duration{0});
    oracles.process_ended();
    budget_ = engine::Budget{};
  }

  /// A colleague pushes to the first service, once a minute; each build is through before the next begins.
  void push(int times) {
    for (int i = 0; i < times; ++i) {
      world.push_commit(first_id(), wire.world_now());
      wire.new_process(minutes(1), Duration{0});
    }
  }

  /// The run that was carried out is undone from now on.
  void go_back() {
    begin(engine::rollback_plan(plan(), progress, 1, read_workspace(engine::desired_by(plan()))));
  }

  const plan::Plan& plan() const { return plans_.back(); }
  const std::string& first_id() const { return scenario.workspace.services[0].id; }
  const engine::ServiceProgress& first() const { return progress.services[0]; }
  std::size_t made(std::string_view trigger) const {
    const auto deploys = world.deploys();
    return static_cast<std::size_t>(std::count_if(deploys.begin(), deploys.end(), [&](const auto& deploy) {
      return deploy.service_id == first_id() && deploy.trigger == trigger && deploy.created > start;
    }));
  }

  /// What the run takes for the deploy of its own.
  emulator::World::DeployRecord deploy_of(std::size_t service) const {
    const auto deploys = world.deploys();
    const auto found = std::ranges::find(deploys, progress.services[service].deploy.text(),
                                         &emulator::World::DeployRecord::id);
    REQUIRE(found != deploys.end());
    return *found;
  }

  void record(const std::vector<engine::Event>& events) override {
    journal.insert(journal.end(), events.begin(), events.end());
    if (carrying_) oracles.recorded(events);
    for (const engine::Event& event : events) {
      if (death_ == Death::before_the_request && event.is<engine::DeployIntended>()) throw Killed{};
      if (death_ == Death::while_watching && event.is<engine::DeployObserved>()) throw Killed{};
    }
  }
  void notice(const engine::Event&) override {}
  std::optional<Time> repaint(Time) override {
    REQUIRE(++turns_ < 100'000);
    return std::nullopt;
  }
  void send(const engine::Call& call) override {
    if (on_send && carrying_) on_send(call.request);
    calls_.push_back(call);
    wire.send(call);
    if (!asks_for_a_deploy(call.request) || death_ != Death::after_the_request) return;
    wire.wait(wire.now() + seconds(2));
    throw Killed{};
  }
  engine::Arrivals wait(std::optional<Time> until) override {
    engine::Arrivals arrivals = wire.wait(until);
    for (engine::Reply& reply : arrivals.replies) {
      const auto call = std::find_if(calls_.rbegin(), calls_.rend(),
                                     [&](const engine::Call& one) { return one.id == reply.id; });
      if (death_ == Death::after_its_answer && asks_for_a_deploy(call->request)) throw Killed{};
      if (on_answer && carrying_) on_answer(call->request, reply.outcome);
    }
    return arrivals;
  }

  static constexpr Time start{hours(24 * 365 * 56)};
  const Scenario scenario;
  Choices choices;
  emulator::World world;
  Oracles oracles;
  Wire wire;
  std::vector<engine::Event> journal;
  engine::Progress progress;
  int exit_code = -1;
  std::function<void(const api::Request&)> on_send;
  std::function<void(const api::Request&, api::Outcome&)> on_answer;

 private:
  model::Workspace read_workspace(const model::Desired& desired) {
    oracles.reading_begins();
    wire.new_activity();
    engine::WorkspaceReader reading(desired, "", budget_);
    engine::run(reading, wire, wire, *this, *this);
    REQUIRE(reading.result().has_value());
    budget_ = reading.budget();
    journal.clear();
    wire.new_activity();
    return *reading.result();
  }

  void begin(plan::Plan plan) {
    REQUIRE_FALSE(plan.refused());
    plans_.push_back(std::move(plan));
    oracles.run_begins(plans_.back(), wire.world_now(), static_cast<std::int64_t>(plans_.size()));
    journal.clear();
  }

  std::deque<plan::Plan> plans_;  // the oracles look at them
  engine::Budget budget_;
  Death death_ = Death::none;
  bool carrying_ = false;
  int turns_ = 0;
  std::vector<engine::Call> calls_;
};

Scenario with_colleagues() {
  Scenario scenario = two_services();
  scenario.untouched = false;
  scenario.lone = false;
  return scenario;
}

Scenario one_that_fails() {
  Scenario scenario = with_colleagues();
  scenario.workspace.services[1].outcome = emulator::Outcome::build_failed;
  scenario.desired.rollout.on_failure = model::OnFailure::rollback;
  return scenario;
}

bool says(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

bool lists_deploys(const api::Request& request) {
  return request.method == api::Method::get && says(request.target, "/deploys?");
}

constexpr Stage::Death deaths[] = {Stage::Death::before_the_request, Stage::Death::after_the_request,
                                   Stage::Death::after_its_answer, Stage::Death::while_watching};

/// Somebody pushes as soon as a deploy was asked for.
void push_behind_its_request(Stage& stage) {
  stage.on_answer = [&stage, pushed = false](const api::Request& request, api::Outcome&) mutable {
    if (!asks_for_a_deploy(request) || std::exchange(pushed, true)) return;
    stage.world.push_commit(stage.first_id(), stage.wire.world_now());
  };
}

}  // namespace

TEST_CASE("a process that is killed around its request for a deploy has asked for one in the end") {
  for (const Stage::Death death : deaths) {
    for (const Duration later : {Duration(seconds(1)), Duration(minutes(2)), Duration(hours(5))}) {
      CAPTURE(static_cast<int>(death));
      CAPTURE(later.count());
      Stage stage(two_services());
      REQUIRE_FALSE(stage.carry_out(death));
      stage.pass(later);
      REQUIRE(stage.carry_out());
      CHECK(stage.exit_code == 0);
      CHECK(stage.first().outcome == ServiceOutcome::live);
      CHECK(stage.made("api") == 1);
      const bool by_the_list =
          death == Stage::Death::after_the_request || death == Stage::Death::after_its_answer;
      CHECK(says(stage.first().how, "found in the list: the answer was lost") == by_the_list);
    }
  }
}

TEST_CASE("a link that somebody takes away after a process was killed is not made again") {
  for (const Stage::Death death : {Stage::Death::before_the_request, Stage::Death::after_the_request}) {
    for (const bool told : {true, false}) {
      CAPTURE(static_cast<int>(death));
      CAPTURE(told);
      Stage stage(with_colleagues());
      stage.on_answer = [told](const api::Request& request, api::Outcome& outcome) {
        const bool link = request.method == api::Method::post && request.target.starts_with("/env-groups/");
        if (link && !told) outcome = api::NoAnswer{"cut", false};
      };
      REQUIRE_FALSE(stage.carry_out(death));
      const plan::LinkChange& change = stage.plan().links[0];
      stage.world.unlink(change.group.text(), stage.first_id(), stage.wire.world_now());
      stage.pass(seconds(1));
      REQUIRE(stage.carry_out());
      const bool asked = death == Stage::Death::after_the_request;
      CHECK(stage.made("api") == (asked ? 1 : 0));
      CHECK(stage.first().outcome == (asked ? ServiceOutcome::live : ServiceOutcome::failed));
      CHECK(says(stage.first().reason, "it is gone again: somebody changed it meanwhile") != asked);
      CHECK_FALSE(stage.world.is_linked(change.group.text(), stage.first_id()));
    }
  }
}

TEST_CASE("hours and more than a page of pushes after it was killed, the newest carries the change") {
  for (const Stage::Death death : deaths) {
    CAPTURE(static_cast<int>(death));
    Stage stage(with_colleagues());
    REQUIRE_FALSE(stage.carry_out(death));
    stage.pass(minutes(5));
    stage.push(25);
    stage.pass(hours(5));
    REQUIRE(stage.carry_out());
    CHECK(stage.exit_code == 0);
    CHECK(engine::succeeded(stage.first().outcome));
    CHECK(stage.made("api") == (death == Stage::Death::before_the_request ? 0 : 1));
    const bool watched = death == Stage::Death::while_watching;
    CHECK(stage.first().outcome == (watched ? ServiceOutcome::superseded : ServiceOutcome::live));
    CHECK(says(stage.first().reason, "(new_commit) took over from") == watched);
  }
}

TEST_CASE("ours went live and was replaced while nobody looked: superseded, and the newer one is named") {
  Stage stage(with_colleagues());
  REQUIRE_FALSE(stage.carry_out(Stage::Death::while_watching));
  stage.pass(minutes(2));
  stage.push(1);
  REQUIRE(stage.carry_out());
  CHECK(stage.exit_code == 0);
  CHECK(stage.first().status_text == "deactivated");
  CHECK(stage.first().outcome == ServiceOutcome::superseded);
  CHECK(says(stage.first().reason, "(new_commit) took over from"));
  CHECK(says(stage.first().reason, "carries the change as well"));
}

TEST_CASE("a push that replaces ours on its way is told as the one that took over") {
  Scenario scenario = with_colleagues();
  scenario.workspace.behaviour.overlap = emulator::Overlap::override_;
  Stage stage(scenario);
  push_behind_its_request(stage);
  REQUIRE(stage.carry_out());
  CHECK(stage.exit_code == 0);
  CHECK(stage.first().outcome == ServiceOutcome::live);
  CHECK(says(stage.first().how, "it took over from dep-"));
}

TEST_CASE("what took over from ours is found by Render's times and where the list shows it late") {
  Scenario scenario = with_colleagues();
  scenario.workspace.behaviour.overlap = emulator::Overlap::override_;
  scenario.workspace.behaviour.list_lag = seconds(20);
  for (const bool repeats : {false, true}) {
    scenario.workspace.behaviour.list_repeats = repeats;
    Stage stage(scenario);
    push_behind_its_request(stage);
    REQUIRE(stage.carry_out());
    CHECK(stage.exit_code == 0);
    CHECK(says(stage.first().how, "it took over from dep-"));
  }
  Stage ahead(with_colleagues());
  ahead.wire.new_process(seconds(1), hours(24 * 365));  // this machine's clock
  REQUIRE_FALSE(ahead.carry_out(Stage::Death::while_watching));
  ahead.pass(minutes(2));
  ahead.push(25);
  REQUIRE(ahead.carry_out());
  CHECK(says(ahead.first().reason, "(new_commit) took over from"));
}

TEST_CASE("that somebody canceled ours is said when a list would have to show what took over") {
  Stage stage(with_colleagues());
  std::optional<Time> canceled;
  stage.on_answer = [&](const api::Request& request, api::Outcome&) {
    if (canceled || !says(request.target, "/deploys/dep-")) return;
    canceled = stage.wire.world_now();
    stage.world.cancel_deploy(request.target.substr(request.target.rfind('/') + 1), *canceled);
  };
  REQUIRE(stage.carry_out());
  REQUIRE(canceled.has_value());
  CHECK(says(stage.first().reason, "was canceled by somebody"));
  CHECK(*stage.first().ended_at >= *canceled + engine::list_lag);
  CHECK(*stage.first().ended_at < *canceled + engine::list_lag + seconds(10));
}

TEST_CASE("a deploy that somebody began after the link was read back carries it, and no other is asked for") {
  for (const std::string_view by : {"new_commit", "service_updated"}) {
    CAPTURE(by);
    Stage stage(with_colleagues());
    int lists = 0;
    stage.on_answer = [&](const api::Request& request, api::Outcome& outcome) {
      if (lists_deploys(request) && ++lists == 1) outcome = api::Response{503, {}, {}};
    };
    stage.on_send = [&](const api::Request& request) {
      if (!lists_deploys(request) || lists != 1) return;
      if (by == "new_commit") {
        stage.world.push_commit(stage.first_id(), stage.wire.world_now());
      } else {
        stage.world.change_settings(stage.first_id(), stage.wire.world_now());
      }
    };
    REQUIRE(stage.carry_out());
    CHECK(stage.exit_code == 0);
    CHECK(stage.made("api") == 0);
    CHECK(says(stage.first().how, "begun after the link was read back"));
    CHECK(says(stage.first().how, by));
  }
}

TEST_CASE("a deploy that somebody began just before the link is not taken for one that carries it") {
  for (const std::string_view by : {"new_commit", "service_updated"}) {
    CAPTURE(by);
    Stage stage(with_colleagues());
    stage.on_send = [&](const api::Request& request) {
      if (request.method != api::Method::post || !request.target.ends_with("/services/" + stage.first_id()))
        return;
      if (by == "new_commit") {
        stage.world.push_commit(stage.first_id(), stage.wire.world_now());
      } else {
        stage.world.change_settings(stage.first_id(), stage.wire.world_now());
      }
    };
    REQUIRE(stage.carry_out());
    CHECK(stage.exit_code == 0);
    CHECK(stage.made(by) == 1);
    CHECK(stage.made("api") == 1);
  }
}

TEST_CASE("an older push that the list shows late is not taken for the deploy whose answer was lost") {
  for (const bool told : {true, false}) {  // does Render tell its clock?
    CAPTURE(told);
    Scenario scenario = with_colleagues();
    scenario.workspace.behaviour.list_lag = seconds(20);
    Stage stage(scenario);
    stage.world.push_commit(stage.first_id(), stage.wire.world_now());
    stage.pass(seconds(5));
    bool lost = false;
    stage.on_answer = [&](const api::Request& request, api::Outcome& outcome) {
      auto* response = std::get_if<api::Response>(&outcome);
      if (!told && response != nullptr)
        std::erase_if(response->headers, [](const auto& header) { return header.first == "date"; });
      if (asks_for_a_deploy(request) && !std::exchange(lost, true)) outcome = api::NoAnswer{"cut", false};
    };
    REQUIRE(stage.carry_out());
    CHECK(stage.exit_code == 0);
    CHECK(stage.first().outcome == ServiceOutcome::live);
    CHECK(stage.made("api") == 1);
    CHECK(stage.deploy_of(0).trigger == "api");
  }
}

TEST_CASE("a deploy whose answer was lost is not asked for again before every list must show it") {
  for (const bool error : {true, false}) {
    CAPTURE(error);
    Scenario scenario = two_services();
    scenario.workspace.behaviour.list_lag = engine::list_lag;
    Stage stage(scenario);
    bool lost = false;
    stage.on_answer = [&](const api::Request& request, api::Outcome& outcome) {
      if (!asks_for_a_deploy(request) || std::exchange(lost, true)) return;
      if (error) {
        outcome = api::Response{500, {}, {}};
      } else {
        outcome = api::NoAnswer{"cut", false};
      }
    };
    REQUIRE(stage.carry_out());
    CHECK(stage.exit_code == 0);
    CHECK(stage.made("api") == 1);
  }
}

TEST_CASE("a colleague's push that shows late is not undone by a rollback that was asked for in doubt") {
  Scenario scenario = one_that_fails();
  scenario.workspace.behaviour.list_lag = seconds(20);
  scenario.hostility.error_before = 1;
  scenario.hostility.only_deploys = true;
  scenario.hostility.most_faults = 1;
  scenario.hostility.from_the_start = false;
  Stage stage(scenario);
  REQUIRE(stage.carry_out());
  stage.go_back();
  stage.world.push_commit(stage.first_id(), stage.wire.world_now());
  stage.pass(seconds(2));
  stage.wire.trouble_begins();
  REQUIRE(stage.carry_out());
  CHECK(stage.first().outcome == ServiceOutcome::failed);
  CHECK(says(stage.first().reason, "showed only now (new_commit): going back would undo it"));
  CHECK(stage.made("rollback") == 0);
}

TEST_CASE("somebody rolls ours back: canceled, whether it was under way or live already") {
  struct Row {
    emulator::Overlap overlap;
    const char* seen;
  };
  for (const Row& row : {Row{emulator::Overlap::override_, "build_in_progress"},
                         Row{emulator::Overlap::wait, "deactivated"}}) {
    CAPTURE(row.seen);
    Scenario scenario = with_colleagues();
    scenario.workspace.behaviour.overlap = row.overlap;
    Stage stage(scenario);
    const std::string old = stage.plan().services[0].live_deploy.text();
    REQUIRE_FALSE(stage.carry_out(Stage::Death::while_watching));
    if (row.overlap == emulator::Overlap::wait) stage.pass(minutes(2));
    stage.world.handle(api::Method::post, "/v1/services/" + stage.first_id() + "/rollback",
                       "Bearer " + stage.scenario.workspace.api_key, "{\"deployId\":\"" + old + "\"}",
                       stage.wire.world_now());
    stage.pass(minutes(1));
    REQUIRE(stage.carry_out());
    CHECK(stage.exit_code == 5);
    CHECK(stage.first().outcome == ServiceOutcome::canceled);
    CHECK(says(stage.first().reason, "was rolled back by dep-"));
  }
}

TEST_CASE("a fresh id that Render does not know yet is looked at again, but not for ever") {
  for (const int times : {4, 1'000}) {
    CAPTURE(times);
    Stage stage(two_services());
    int left = times;
    stage.on_answer = [&](const api::Request& request, api::Outcome& outcome) {
      if (request.method != api::Method::get || request.target.find("/deploys/dep-") == std::string::npos)
        return;
      if (left-- > 0) outcome = api::Response{404, {}, "{\"message\":\"not found\"}"};
    };
    REQUIRE(stage.carry_out());
    const bool for_ever = times > 100;
    CHECK(stage.exit_code == (for_ever ? 1 : 0));
    CHECK(stage.first().outcome == (for_ever ? ServiceOutcome::unsettled : ServiceOutcome::live));
    CHECK(says(stage.first().reason, "Render does not know its deploy") == for_ever);
    CHECK(stage.made("api") == 1);
  }
}

TEST_CASE("a late second answer to the first service's request is not taken for the second's") {
  Scenario scenario = two_services();
  scenario.desired.services[1].after.clear();
  scenario.hostility.twice = 1;
  scenario.hostility.most_faults = 1'000;
  Stage stage(scenario);
  REQUIRE(stage.carry_out());
  CHECK(stage.exit_code == 0);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(stage.deploy_of(i).service_id == stage.plan().services[i].id.text());
  }
}

TEST_CASE("a rollback is watched until the deploy that goes back is live") {
  for (const bool lost : {false, true}) {
    CAPTURE(lost);
    Stage stage(one_that_fails());
    REQUIRE(stage.carry_out());
    REQUIRE(stage.exit_code == 5);
    stage.go_back();
    if (lost) {
      stage.on_answer = [](const api::Request& request, api::Outcome& outcome) {
        if (asks_for_a_deploy(request)) outcome = api::NoAnswer{"cut", false};
      };
    }
    REQUIRE(stage.carry_out());
    CHECK(stage.exit_code == 0);
    CHECK(stage.first().outcome == ServiceOutcome::live);
    CHECK(stage.made("rollback") == 1);
    CHECK(says(stage.first().how, "found in the list: the answer was lost") == lost);
  }
}

TEST_CASE("a rollback that queues behind a push is watched through the queue") {
  Stage stage(one_that_fails());
  REQUIRE(stage.carry_out());
  stage.go_back();
  stage.on_send = [&](const api::Request& request) {
    if (asks_for_a_deploy(request)) stage.world.push_commit(stage.first_id(), stage.wire.world_now());
  };
  REQUIRE(stage.carry_out());
  CHECK(stage.exit_code == 0);
  CHECK(stage.first().outcome == ServiceOutcome::live);
  CHECK(stage.made("rollback") == 1);
  CHECK(std::any_of(stage.journal.begin(), stage.journal.end(), [](const engine::Event& event) {
    const auto* observed = event.as<engine::DeployObserved>();
    return observed != nullptr && observed->deploy_status == "queued";
  }));
}

TEST_CASE("a rollback that takes effect late and is pushed over is not believed for the push alone") {
  Scenario scenario = one_that_fails();
  scenario.hostility.late = 1;
  scenario.hostility.most_faults = 1;
  scenario.hostility.from_the_start = false;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    Stage stage(scenario, seed);
    REQUIRE(stage.carry_out());
    stage.go_back();
    stage.on_send = [&](const api::Request& request) {
      if (!asks_for_a_deploy(request)) return;
      stage.world.push_commit(stage.first_id(), stage.wire.world_now());
      stage.wire.trouble_begins();
    };
    REQUIRE(stage.carry_out());
    CHECK(stage.exit_code == 0);
    CHECK(stage.first().outcome == ServiceOutcome::live);
    CHECK(stage.deploy_of(0).trigger == "rollback");
  }
}

TEST_CASE("a rollback that is pushed over ends with what the push brings, said as such") {
  Scenario scenario = one_that_fails();
  scenario.workspace.behaviour.overlap = emulator::Overlap::override_;
  Stage stage(scenario);
  REQUIRE(stage.carry_out());
  stage.go_back();
  push_behind_its_request(stage);
  REQUIRE(stage.carry_out());
  CHECK(stage.exit_code == 0);
  CHECK(stage.first().outcome == ServiceOutcome::live);
  CHECK(says(stage.first().how, "it took over from dep-"));
}

TEST_CASE("a link request of the run that arrives after the rollback's is taken back as well") {
  Stage stage(one_that_fails());
  REQUIRE(stage.carry_out());
  stage.go_back();
  const std::string group = stage.plan().links[0].group.text();
  bool late = false;
  stage.on_answer = [&](const api::Request& request, api::Outcome&) {
    if (request.method != api::Method::delete_ || !request.target.ends_with(stage.first_id())) return;
    if (!std::exchange(late, true)) stage.world.link(group, stage.first_id(), stage.wire.world_now());
  };
  REQUIRE(stage.carry_out());
  CHECK(late);
  CHECK(stage.exit_code == 0);
  CHECK(stage.first().outcome == ServiceOutcome::live);
  CHECK_FALSE(stage.world.is_linked(group, stage.first_id()));
}

TEST_CASE("a rollback whose process is killed goes back once") {
  for (const Stage::Death death : deaths) {
    for (const Duration later : {Duration(seconds(1)), Duration(hours(5))}) {
      CAPTURE(static_cast<int>(death));
      CAPTURE(later.count());
      Stage stage(one_that_fails());
      REQUIRE(stage.carry_out());
      stage.go_back();
      REQUIRE_FALSE(stage.carry_out(death));
      stage.pass(later);
      REQUIRE(stage.carry_out());
      CHECK(stage.exit_code == 0);
      CHECK(stage.first().outcome == ServiceOutcome::live);
      CHECK(stage.made("rollback") == 1);
    }
  }
}

TEST_CASE("a rollback whose process was killed does not undo what was pushed meanwhile") {
  for (const Stage::Death death : deaths) {
    for (const int pushes : {1, 25}) {
      CAPTURE(static_cast<int>(death));
      CAPTURE(pushes);
      Stage stage(one_that_fails());
      REQUIRE(stage.carry_out());
      stage.go_back();
      REQUIRE_FALSE(stage.carry_out(death));
      stage.pass(minutes(5));
      stage.push(pushes);
      stage.pass(hours(5));
      REQUIRE(stage.carry_out());
      CHECK(stage.exit_code == 0);
      CHECK(engine::succeeded(stage.first().outcome));
      CHECK(stage.made("rollback") == (death == Stage::Death::before_the_request ? 0 : 1));
      CHECK(stage.world.is_serving(stage.first_id()));
      const auto deploys = stage.world.deploys();
      const auto live = std::find_if(deploys.begin(), deploys.end(), [&](const auto& one) {
        return one.service_id == stage.first_id() && one.status == "live";
      });
      REQUIRE(live != deploys.end());
      CHECK(live->trigger == "new_commit");
      if (stage.made("rollback") == 0)
        CHECK(says(stage.first().how, "begun meanwhile (new_commit): going back would undo it"));
    }
  }
}

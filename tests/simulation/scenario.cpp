#include "scenario.h"

#include "engine/attribution.h"
#include "oracles.h"

#include <fmt/format.h>

namespace envlink::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SourceString word(std::string text) {
  return {std::move(text), {}};
}

model::ServiceType draw_type(Choices& choices) {
  constexpr model::ServiceType types[] = {
      model::ServiceType::web_service, model::ServiceType::private_service,
      model::ServiceType::background_worker, model::ServiceType::cron_job, model::ServiceType::static_site};
  return types[choices.pick(5)];
}

emulator::Outcome draw_outcome(Choices& choices) {
  if (!choices.chance(0.1)) return emulator::Outcome::live;
  constexpr emulator::Outcome bad[] = {emulator::Outcome::build_failed, emulator::Outcome::pre_deploy_failed,
                                       emulator::Outcome::update_failed, emulator::Outcome::canceled};
  return bad[choices.pick(4)];
}

/// Mostly short, because nothing is decided during a long build.
Duration draw_length(Choices& choices, Duration longest) {
  const bool brief = choices.chance(0.6);
  const bool is_long = choices.chance(0.05);
  return choices.span(milliseconds(100), brief ? milliseconds(800) : is_long ? longest : seconds(5));
}

void draw_service(Choices& choices, std::size_t index, std::size_t groups,
                  std::optional<model::ServiceType> type, Scenario& scenario) {
  emulator::SeedService seed;
  seed.name = fmt::format("s{}", index);
  seed.type = type ? *type : draw_type(choices);
  seed.id = fmt::format("{}-{:020}", seed.type == model::ServiceType::cron_job ? "crn" : "srv", index);
  seed.auto_deploy = choices.chance(0.7);
  seed.after_checks = choices.chance(0.3);
  seed.stale = choices.chance(0.2);
  seed.image = seed.type != model::ServiceType::static_site && choices.chance(0.2);
  seed.build = draw_length(choices, seconds(90));
  seed.pre_deploy = choices.chance(0.2) ? Duration(seconds(1)) : Duration{0};
  seed.start = draw_length(choices, seconds(20));
  seed.outcome = draw_outcome(choices);

  model::DesiredService wanted;
  wanted.name = word(seed.name);
  for (std::size_t group = 0; group < groups; ++group) {
    if (choices.chance(0.5)) wanted.link.push_back(word(fmt::format("g{}", group)));
    if (choices.chance(0.2)) scenario.workspace.groups[group].links.push_back(seed.name);
  }
  for (std::size_t before = 0; before < index; ++before) {
    if (choices.chance(0.4)) wanted.after.push_back(word(fmt::format("s{}", before)));
  }
  scenario.workspace.services.push_back(std::move(seed));
  scenario.desired.services.push_back(std::move(wanted));
}

Hostility draw_hostility(Choices& choices) {
  Hostility h;
  h.from_the_start = choices.chance(0.5);
  if (choices.chance(0.25)) return h;
  double* const dials[] = {&h.lose_before, &h.lose_after, &h.late,   &h.error_before,
                           &h.error_after, &h.refused,    &h.garbage};
  for (double* dial : dials) {
    if (choices.chance(0.4)) *dial = 0.02 + 0.01 * static_cast<double>(choices.pick(20));
  }
  if (choices.chance(0.2)) h.limited = 0.1;
  if (choices.chance(0.2)) h.twice = 0.1;
  if (choices.chance(0.1)) h.beforehand = 0.5;
  if (choices.chance(0.1)) h.old_deploy = 0.5;
  if (choices.chance(0.5)) {
    h.kill = 0.01 + 0.01 * static_cast<double>(choices.pick(10));
    h.most_kills = 1 + static_cast<int>(choices.pick(3));
    h.clock_jumps = choices.chance(0.3);
  }
  if (choices.chance(0.3)) {
    h.interrupt = choices.chance(0.5) ? 0.05 : 0.01;
    h.most_interrupts = 1 + static_cast<int>(choices.pick(4));
  }
  if (choices.chance(0.1)) {
    h.disk_full = 0.02 + 0.02 * static_cast<double>(choices.pick(5));
    h.most_disk_full = 1 + static_cast<int>(choices.pick(2));
  }
  h.most_faults = 1 + static_cast<int>(choices.pick(8));
  if (choices.chance(0.05)) {
    h.damage = 0.2;
    h.most_damage = 1 + static_cast<int>(choices.pick(3));
  }
  return h;
}

/// Colleagues who interfere at any time, and the loss of the machine with its journal.
void draw_colleagues(Choices& choices, Hostility& h) {
  if (choices.chance(0.12)) {
    h.meddle = choices.chance(0.5) ? 0.3 : 0.1;
    h.most_meddles = 1 + static_cast<int>(choices.pick(4));
    h.between = choices.chance(0.7) ? 0.5 : 0;
  }
  if (choices.chance(0.03)) h.lose_machine = 0.5;
}

Habits draw_habits(Choices& choices) {
  Habits habits;
  habits.adopts = choices.chance(0.05);
  if (choices.chance(0.2)) habits.gives_another = 0.5;
  if (choices.chance(0.15)) {
    habits.plan_file = true;
    habits.reads_plan = choices.span(Duration{0}, seconds(60));
  }
  if (choices.chance(0.2)) {
    habits.applies_again = choices.chance(0.5) ? 0.4 : 0;
    habits.anew = choices.chance(0.5) ? 0.3 : 0;
    habits.rolls_back = choices.chance(0.5) ? 0.3 : 0;
    habits.declines = choices.chance(0.3) ? 0.3 : 0;
  }
  if (choices.chance(0.4)) habits.most_listed = choices.pick(2);
  return habits;
}

std::optional<SecondProcess> draw_second(Choices& choices) {
  if (!choices.chance(0.04)) return std::nullopt;
  SecondProcess second;
  second.command = static_cast<SecondProcess::Command>(choices.pick(3));
  second.after = choices.span(Duration{0}, seconds(20));
  if (choices.chance(0.5)) second.lock_wait = choices.span(seconds(1), std::chrono::minutes(20));
  return second;
}

void draw_act(Choices& choices, Scenario& scenario) {
  Act act;
  act.kind = static_cast<Act::Kind>(choices.pick(11));
  act.after = choices.span(Duration{0}, choices.chance(0.8) ? seconds(12) : seconds(120));
  act.service_id = scenario.workspace.services[choices.pick(scenario.workspace.services.size())].id;
  act.group_id = scenario.workspace.groups[choices.pick(scenario.workspace.groups.size())].id;
  switch (act.kind) {
    case Act::Kind::storm:
      act.lasts = choices.span(seconds(1), seconds(90));
      scenario.lone = false;
      break;
    case Act::Kind::sleep:
      act.lasts = choices.span(seconds(1), seconds(7200));
      scenario.lone = false;
      break;
    case Act::Kind::interrupt:
      break;
    case Act::Kind::link:
    case Act::Kind::unlink:
      scenario.own_links = false;
      [[fallthrough]];
    default:
      scenario.untouched = false;
  }
  scenario.acts.push_back(std::move(act));
}

void draw_values(Choices& choices, Scenario& scenario) {
  if (!choices.chance(0.25)) return;
  for (const emulator::SeedGroup& group : scenario.workspace.groups) {
    for (const std::string_view key : written_keys) {
      if (!choices.chance(0.5)) continue;
      std::optional<std::string> value = fmt::format("{} \"{}\"\n", planted_secret, key);
      if (choices.chance(0.2)) value.reset();
      if (key == changing_key && choices.chance(0.1)) value = first_value;
      scenario.values.push_back({group.id, std::string(key), std::move(value)});
    }
  }
}

}  // namespace

Scenario draw_scenario(Choices& choices) {
  Scenario scenario;
  // Mostly few of both.
  const std::size_t groups = 1 + choices.pick(1 + choices.pick(3));
  const std::size_t services = 1 + choices.pick(1 + choices.pick(5));
  for (std::size_t group = 0; group < groups; ++group) {
    emulator::SeedGroup seed;
    seed.name = fmt::format("g{}", group);
    seed.id = fmt::format("evg-{:020}", group);
    seed.variables = {{"KEY", fmt::format("{}-{}", planted_secret, group)},
                      {std::string(changing_key), std::string(first_value)}};
    scenario.workspace.groups.push_back(seed);
    model::DesiredGroup wanted;
    wanted.name = word(seed.name);
    scenario.desired.groups.push_back(std::move(wanted));
  }
  // Without faults every answer shows the state of its rate limit, so even the smallest limit must be kept.
  // All cron jobs share one.
  scenario.whole_wire = choices.chance(0.1);
  std::optional<model::ServiceType> type;
  if (scenario.whole_wire && choices.chance(0.4)) type = model::ServiceType::cron_job;
  for (std::size_t index = 0; index < services; ++index) draw_service(choices, index, groups, type, scenario);

  emulator::Behaviour& behaviour = scenario.workspace.behaviour;
  behaviour.overlap = choices.chance(0.5) ? emulator::Overlap::wait : emulator::Overlap::override_;
  behaviour.list_shape = choices.chance(0.8) ? emulator::ListShape::wrapped : emulator::ListShape::bare;
  behaviour.double_link = static_cast<emulator::DoubleLink>(choices.pick(3));
  behaviour.link_deploys = choices.chance(0.25);
  if (choices.chance(0.3)) behaviour.environment_read = emulator::EnvironmentRead::requested;
  behaviour.link_touches_group = choices.chance(0.2);
  behaviour.service_patch_links = choices.chance(0.5);
  if (choices.chance(0.2)) behaviour.list_lag = choices.span(Duration{0}, engine::list_lag);
  if (choices.chance(0.15)) {
    behaviour.link_lag = choices.span(Duration{0}, engine::link_lag);
    behaviour.link_flaps = choices.chance(0.6);
    // With flapping values, the check after a run may miss them and say `unknown`.
    if (choices.chance(0.5) && !behaviour.link_flaps)
      behaviour.value_lag = choices.span(Duration{0}, engine::link_lag);
  }
  behaviour.list_repeats = choices.chance(0.1);
  if (choices.chance(0.2)) behaviour.read_limit = 15 + static_cast<int>(choices.pick(30));
  if (choices.chance(0.2)) behaviour.write_limit = 10 + static_cast<int>(choices.pick(5));

  model::Desired& desired = scenario.desired;
  desired.file = "envlink.yaml";
  desired.unmanaged = static_cast<model::Unmanaged>(choices.pick(3));
  desired.rollout.order = choices.chance(0.8) ? model::Order::dependencies : model::Order::listed;
  desired.rollout.gate = choices.chance(0.7) ? model::Gate::live : model::Gate::started;
  desired.rollout.max_parallel = 1 + static_cast<int>(choices.pick(4));
  desired.rollout.on_failure = static_cast<model::OnFailure>(choices.pick(3));
  desired.rollout.timeout = choices.span(seconds(60), seconds(600));
  desired.rollout.poll_interval = choices.span(seconds(1), seconds(10));
  desired.api.retries = choices.chance(0.1) ? 0 : 2 + static_cast<int>(choices.pick(4));
  desired.api.link_method =
      choices.chance(0.9) ? model::LinkMethod::env_group : model::LinkMethod::service_patch;
  if (choices.chance(0.1)) desired.api.min_interval = seconds(1);

  desired.rollout.hold = choices.chance(0.15);
  draw_values(choices, scenario);
  behaviour.value_deploys = choices.chance(0.25);
  if (scenario.whole_wire) {
    behaviour.write_limit = 1 + static_cast<int>(choices.pick(4));
    if (choices.chance(0.7)) behaviour.deploy_limit = 1 + static_cast<int>(choices.pick(3));
  }
  return scenario;
}

void draw_trouble(Choices& choices, Scenario& scenario) {
  scenario.hostility = scenario.whole_wire ? Hostility{} : draw_hostility(choices);
  scenario.acts.clear();
  scenario.lone = scenario.hostility.limited <= 0;
  if (!scenario.whole_wire) draw_colleagues(choices, scenario.hostility);
  const bool meddled = scenario.hostility.most_meddles > 0;
  scenario.untouched = scenario.hostility.beforehand <= 0 && !meddled;
  scenario.own_links = !meddled;
  scenario.habits = scenario.whole_wire ? Habits{} : draw_habits(choices);
  scenario.second = scenario.whole_wire ? std::nullopt : draw_second(choices);
  if (scenario.second) scenario.lone = false;
  if (choices.chance(0.25)) {
    const std::size_t acts = 1 + choices.pick(3);
    for (std::size_t act = 0; act < acts; ++act) draw_act(choices, scenario);
  }
}

std::string describe(const Scenario& scenario) {
  std::string text;
  for (std::size_t i = 0; i < scenario.workspace.services.size(); ++i) {
    const emulator::SeedService& seed = scenario.workspace.services[i];
    text +=
        fmt::format("  {} {} {}{}{} build {} start {} outcome {}; links", seed.id, seed.name,
                    model::to_string(seed.type), seed.image ? " image" : "", seed.stale ? " stale" : "",
                    format_duration(seed.build), format_duration(seed.start), static_cast<int>(seed.outcome));
    for (const SourceString& link : scenario.desired.services[i].link) text += " " + link.text;
    text += "; after";
    for (const SourceString& before : scenario.desired.services[i].after) text += " " + before.text;
    text += "\n";
  }
  for (const emulator::SeedGroup& group : scenario.workspace.groups) {
    text += fmt::format("  {} {}; linked now", group.id, group.name);
    for (const std::string& link : group.links) text += " " + link;
    text += "\n";
  }
  for (const WishedValue& one : scenario.values)
    text += fmt::format("  {} {}: {}\n", one.group_id, one.key, one.value ? "is set" : "is unset");
  const emulator::Behaviour& b = scenario.workspace.behaviour;
  const model::Desired& d = scenario.desired;
  text += fmt::format(
      "  overlap {} list {} double_link {} link_deploys {} value_deploys {} touches {} patch_links {} list "
      "lag {} link lag {} value lag {} "
      "flaps {} repeats {} reads {} writes {}\n",
      static_cast<int>(b.overlap), static_cast<int>(b.list_shape), static_cast<int>(b.double_link),
      b.link_deploys, b.value_deploys, b.link_touches_group, b.service_patch_links,
      format_duration(b.list_lag), format_duration(b.link_lag), format_duration(b.value_lag), b.link_flaps,
      b.list_repeats, b.read_limit, b.write_limit);
  text += fmt::format(
      "  hold {} unmanaged {} order {} gate {} parallel {} on_failure {} timeout {} retries {} method {}\n",
      d.rollout.hold, static_cast<int>(d.unmanaged), static_cast<int>(d.rollout.order),
      static_cast<int>(d.rollout.gate), d.rollout.max_parallel, static_cast<int>(d.rollout.on_failure),
      format_duration(d.rollout.timeout), d.api.retries, static_cast<int>(d.api.link_method));
  const Hostility& h = scenario.hostility;
  text += fmt::format(
      "  before {} after {} late {} 503 {} 500 {} 429 {} refused {} garbage {} old deploy {} twice {} "
      "beforehand {} faults "
      "{} kill {} "
      "kills {} jumps {} interrupt {} interrupts {} disk full {} {} meddle {} {} between {} lose machine {} "
      "damage "
      "{} {}\n",
      h.lose_before, h.lose_after, h.late, h.error_before, h.error_after, h.limited, h.refused, h.garbage,
      h.old_deploy, h.twice, h.beforehand, h.most_faults, h.kill, h.most_kills, h.clock_jumps, h.interrupt,
      h.most_interrupts, h.disk_full, h.most_disk_full, h.meddle, h.most_meddles, h.between, h.lose_machine,
      h.damage, h.most_damage);
  const Habits& habits = scenario.habits;
  text += fmt::format(
      "  applies again {} anew {} rolls back {} declines {} adopts {} plan file {} after "
      "{}\n",
      habits.applies_again, habits.anew, habits.rolls_back, habits.declines, habits.adopts, habits.plan_file,
      format_duration(habits.reads_plan));
  if (habits.only) text += fmt::format("  --only {}\n", d.services[*habits.only].name.text);
  if (scenario.second) {
    constexpr std::string_view commands[] = {"apply", "resume", "rollback"};
    text +=
        fmt::format("  a second process after {}: {} waiting {}\n", format_duration(scenario.second->after),
                    commands[static_cast<std::size_t>(scenario.second->command)],
                    format_duration(scenario.second->lock_wait));
  }
  constexpr std::string_view words[] = {"a colleague pushes",
                                        "a colleague cancels",
                                        "a colleague links",
                                        "a colleague unlinks",
                                        "429 storm",
                                        "the machine sleeps",
                                        "Ctrl-C",
                                        "a colleague saves settings",
                                        "a colleague changes a value",
                                        "a colleague changes it back",
                                        "a colleague deletes it"};
  for (const Act& act : scenario.acts) {
    text += fmt::format("  after {}: {} {} {} {}\n", format_duration(act.after),
                        words[static_cast<std::size_t>(act.kind)], act.service_id, act.group_id,
                        format_duration(act.lasts));
  }
  return text;
}

}  // namespace envlink::simulation

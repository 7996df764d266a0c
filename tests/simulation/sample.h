#pragma once
// The workspace of the named cases.

#include <string>

#include "oracles.h"
#include "scenario.h"

namespace envlink::simulation {

/// One group, and two services, the second after the first. Builds take 30 s, starts 5 s.
inline Scenario two_services() {
  using std::chrono::seconds;
  Scenario scenario;
  emulator::SeedGroup group;
  group.name = "secrets";
  group.id = "evg-00000000000000000001";
  group.variables = {{"KEY", std::string(planted_secret)}};
  scenario.workspace.groups = {group};
  scenario.desired.file = "envlink.yaml";
  model::DesiredGroup wanted_group;
  wanted_group.name.text = "secrets";
  scenario.desired.groups = {wanted_group};
  for (const char* name : {"first", "second"}) {
    emulator::SeedService seed;
    seed.name = name;
    seed.id = std::string("srv-0000000000000000") + (seed.name == "first" ? "0001" : "0002");
    seed.build = seconds(30);
    seed.start = seconds(5);
    scenario.workspace.services.push_back(seed);
    model::DesiredService wanted;
    wanted.name.text = name;
    wanted.link = {{"secrets", {}}};
    if (seed.name == "second") wanted.after = {{"first", {}}};
    scenario.desired.services.push_back(wanted);
  }
  scenario.desired.rollout.deploy = model::DeployChoice::rebuild;
  return scenario;
}

}  // namespace envlink::simulation

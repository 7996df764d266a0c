#pragma once
// A machine on which commands run: its journal and network, and the oracles that watch what it sends.

#include <cstdint>
#include <map>

#include "choices.h"
#include "command_oracle.h"
#include "emulator/world.h"
#include "oracles.h"
#include "process.h"
#include "run/memory_store.h"
#include "scenario.h"
#include "truth_oracle.h"
#include "wire.h"

namespace envlink::simulation {

struct Machine {
  Machine(const Scenario& scenario, Choices& choices, emulator::World& world, TruthOracle& truth, Time now)
      : oracles(scenario, world, now),
        wire(scenario, choices, world, truth, now),
        commands(scenario, world, store, oracles) {
    truth.pass_on_to(oracles);
  }
  Process::Surroundings surroundings(const Scenario& scenario, Choices& choices, TruthOracle& truth,
                                     Time started) {
    return {.scenario = scenario,
            .choices = choices,
            .wire = wire,
            .store = store,
            .oracles = oracles,
            .commands = commands,
            .truth = truth,
            .survived = survived,
            .damage = damage,
            .started = started};
  }

  Oracles oracles;
  Wire wire;
  run::MemoryStore store;
  CommandOracle commands;
  std::map<std::int64_t, Survived> survived{};  // by run
  Damage damage{};
};

}  // namespace envlink::simulation

#pragma once
// Faults drawn at random: the same seed draws the same ones, on every machine. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/workspace.h"

namespace envlink::emulator {

/// Two to five faults that a rollout of about so many services is likely to meet.
std::vector<Fault> draw_faults(std::uint64_t seed, std::size_t services);

/// As it stands in an emulator's file: {match: "GET /v1/services/*", every: 7, do: {status: 503}}
std::string written(const Fault& fault);

}  // namespace envlink::emulator

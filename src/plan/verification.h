#pragma once
// The four steps of `verify`, judged from what was read. Pure.

#include <array>
#include <string>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"

namespace envlink::plan {

/// live: the running deploy began after every linked group last changed, as far as the API tells.
/// stale: it began before. staged: a link is missing. deploying: a deploy is under way.
/// unknown: the API does not tell.
enum class Freshness { live, stale, staged, deploying, unknown };
std::string_view to_string(Freshness freshness);

struct VerifiedService {
  ServiceId id;
  std::string name;
  Freshness freshness = Freshness::unknown;
  std::string because;  // one clause
  bool operator==(const VerifiedService&) const = default;
};

struct VerifiedStep {
  bool passed = false;
  std::string title;                  // "All 3 environment groups exist"
  std::vector<std::string> problems;  // one line each; empty when passed
  bool operator==(const VerifiedStep&) const = default;
};

struct Verification {
  model::Owner owner;
  std::array<VerifiedStep, 4> steps;  // connection, groups, links, deploys
  std::vector<VerifiedService> services;
  bool passed() const;
  bool operator==(const Verification&) const = default;
};

Verification verify(const model::Desired& desired, const model::Workspace& actual);

}  // namespace envlink::plan

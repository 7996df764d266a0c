#pragma once
// Machine output, `-o json`. The first field is `version`; schema/*.schema.json document the shapes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/place.h"
#include "engine/progress.h"
#include "engine/workspace_reader.h"
#include "model/outcome.h"
#include "model/workspace.h"
#include "plan/explain.h"
#include "plan/plan.h"
#include "plan/status.h"
#include "plan/verification.h"

namespace envlink::view {

/// What is told of a plan and does not stand in it.
struct BesidePlan {
  std::string sha256;                       // of the plan as a file; empty: there is none to carry out
  std::optional<engine::ReadCounts> reads;  // that making it took
};
std::string plan_json(const plan::Plan& plan, const BesidePlan& beside = {});
std::string verification_json(const plan::Verification& verification);
std::string status_json(const plan::Status& status);
std::string groups_json(const model::Workspace& workspace);
std::string group_json(const model::Group& group, const model::Workspace& workspace);
/// What became of each change of a plan of links alone.
std::string link_changes_json(const plan::Plan& plan, const engine::Progress& progress);
std::string explanation_json(const plan::Explanation& explanation);

struct ListedRun {
  std::int64_t number = 0;
  std::string workspace;  // its id
  std::string file;
  std::string user;
  std::string host;
  Time began{};
  std::optional<Time> ended;
  std::optional<model::Outcome> outcome;  // unset: unfinished
  std::optional<std::int64_t> undoes;
};
std::string runs_json(const std::vector<ListedRun>& runs);

struct FileProblem {
  Place place;  // line 0: about the whole file
  std::string what;
  std::string cure;
};
struct Validation {
  std::string file;
  std::size_t services = 0;
  std::size_t groups = 0;
  std::vector<FileProblem> problems;
};
std::string validation_json(const Validation& validation);

struct WrittenFile {
  std::string file;
  std::vector<std::string> groups;
  std::vector<std::string> services;
  std::vector<std::string> unlinked;  // in no group: written as comments
  std::vector<std::string> left_out;  // what the file cannot name, and why
};
std::string init_json(const WrittenFile& written);

}  // namespace envlink::view

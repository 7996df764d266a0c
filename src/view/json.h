#pragma once
// Machine output, `-o json`. The first field is `version`; schema/*.schema.json document the shapes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
#include "view/rehearsal.h"

namespace envlink::view {

/// What is told of a plan and does not stand in it.
struct BesidePlan {
  std::string sha256;                       // plan/plan_hash.h; empty: there is none to carry out
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

// What apply, resume, rollback and rehearse tell: with `-o jsonl` an event a line as it happens, with `-o
// json` the whole at the end. schema/events.schema.json and schema/run.schema.json document the shapes.

struct ToldRun {
  std::int64_t number = 0;  // of the journal; 0: it has none
  plan::Plan plan;
  engine::Progress progress;
};

struct RunAccount {
  std::string command;
  model::Outcome outcome = model::Outcome::done;
  std::string message;  // why it ended as it did, beside what the runs tell; may be empty
  /// Of a plan that was shown; unset: of the first run, if there is one.
  std::optional<model::Owner> workspace{};
  std::vector<ToldRun> runs;  // in their order; none where nothing was done
  std::optional<plan::Verification> verification;
};

/// The whole as one document.
std::string run_account_json(const RunAccount& account);

/// Lines of the stream, each with its newline: the first, one for an event, and the last.
std::string stream_head(std::string_view command, std::string_view envlink_version);
/// `run`: its number in the journal; 0: it has none.
std::string event_line(std::int64_t run, const engine::Event& event);
std::string outcome_line(const RunAccount& account);

/// The whole stream of a rehearsal, which is over before it is told. Its times are virtual.
std::string rehearsal_stream(const Rehearsal& rehearsal, std::string_view envlink_version);

}  // namespace envlink::view

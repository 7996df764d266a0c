#pragma once
// Output of `-o json`. The first field is `version`; schema/*.schema.json describe the documents.

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
#include "view/run_changes.h"

namespace envlink::view {

/// Data shown with a plan that is not part of it.
struct BesidePlan {
  std::string sha256;                       // plan/plan_hash.h; empty: the plan cannot be applied
  std::optional<engine::ReadCounts> reads;  // requests for making the plan
};
std::string plan_json(const plan::Plan& plan, const BesidePlan& beside = {});
std::string verification_json(const plan::Verification& verification);
std::string status_json(const plan::Status& status);
std::string groups_json(const model::Workspace& workspace);
std::string group_json(const model::Group& group, const model::Workspace& workspace);
/// The result of each change in a plan that only changes links.
std::string link_changes_json(const plan::Plan& plan, const engine::Progress& progress);
std::string explanation_json(const plan::Explanation& explanation);

struct ListedRun {
  std::int64_t number = 0;
  std::string workspace{};  // its id
  std::string file{};
  std::string user{};
  std::string host{};
  Time began{};
  std::optional<Time> ended{};
  std::optional<model::Outcome> outcome{};  // unset: unfinished
  std::optional<std::int64_t> undoes{};
  std::optional<RunChanges> changes{};  // unset: unknown
};
std::string runs_json(const std::vector<ListedRun>& runs);

struct FileProblem {
  Place place;  // line 0: the whole file
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
  std::vector<std::string> left_out;  // names that the file cannot contain, with the reason
};
std::string init_json(const WrittenFile& written);

// Output of apply, resume, rollback and rehearse: with `-o jsonl` one event per line as it happens, with
// `-o json` one document at the end. Described in schema/events.schema.json and schema/run.schema.json.

struct ToldRun {
  std::int64_t number = 0;  // in the journal; 0: not recorded
  plan::Plan plan;
  engine::Progress progress;
};

struct RunAccount {
  std::string command;
  model::Outcome outcome = model::Outcome::done;
  std::string message;  // why it ended this way, if the runs do not show it; may be empty
  /// The workspace of a plan that was shown; unset: that of the first run, if any.
  std::optional<model::Owner> workspace{};
  std::vector<ToldRun> runs;  // in order; empty if nothing was done
  std::optional<plan::Verification> verification;
};

std::string run_account_json(const RunAccount& account);

/// Lines of the stream, each with its newline: the first, one for an event, and the last.
std::string stream_head(std::string_view command, std::string_view envlink_version);
/// `run`: its number in the journal; 0: not recorded.
std::string event_line(std::int64_t run, const engine::Event& event);
std::string outcome_line(const RunAccount& account);

/// The whole stream of a rehearsal. Its times are virtual.
std::string rehearsal_stream(const Rehearsal& rehearsal, std::string_view envlink_version);

}  // namespace envlink::view

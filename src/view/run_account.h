#pragma once
// What apply, resume, rollback and rehearse tell a program: with `-o jsonl` an event a line as it happens,
// with `-o json` the whole at the end. schema/events.schema.json and schema/run.schema.json document the
// shapes. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/progress.h"
#include "model/outcome.h"
#include "plan/plan.h"
#include "plan/verification.h"
#include "view/rehearsal.h"

namespace envlink::view {

struct ToldRun {
  std::int64_t number = 0;  // of the journal; 0: it has none
  plan::Plan plan;
  engine::Progress progress;
};

struct RunAccount {
  std::string command;
  model::Outcome outcome = model::Outcome::done;
  std::string message;        // why it ended as it did, beside what the runs tell; may be empty
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

#pragma once
// What a command that reads or changes a workspace needs from the world, and what it has learnt so far.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/fingerprint.h"
#include "base/secret.h"
#include "engine/budget.h"
#include "engine/ports.h"
#include "engine/rollout.h"
#include "engine/workspace_reader.h"
#include "plan/verification.h"
#include "run/store.h"

namespace envlink::run {

class Network {
 public:
  virtual ~Network() = default;
  /// For one activity: an answer that comes late must not be taken for one to the next activity's calls.
  virtual std::unique_ptr<engine::Transport> connect() = 0;
};

enum class Question { apply, resume, roll_back, link, unlink, show_log };

/// broken_off: it is in the journal as far as it came. to_be_proved: all went well, and the workspace is read
/// again before that is said.
enum class RunEnd { broken_off, whole, to_be_proved };

/// Shows what happens and asks. Decides nothing but the answer to a question.
class Frontend {
 public:
  virtual ~Frontend() = default;
  virtual std::unique_ptr<engine::Observer> watch_reading(const engine::WorkspaceReader& reader) = 0;
  /// What is about to be carried out, or why it is not.
  virtual void show_plan(const plan::Plan& plan) = 0;
  /// An error where a person says no, or where nobody is there to answer.
  virtual Result<void> confirm(Question question) = 0;
  virtual std::unique_ptr<engine::Observer> watch(std::int64_t run, const engine::Rollout& rollout) = 0;
  virtual void rolled_out(std::int64_t run, const engine::Rollout& rollout, RunEnd end) = 0;
  virtual void show_verification(const plan::Verification& verification) = 0;
  virtual void show_reads(const engine::ReadCounts& reads) = 0;
  /// `next`: what can be done about it, a line each. Empty where the lock is held: then nothing works on it.
  virtual void show_unfinished(const StoredRun& run, std::string_view next) = 0;
  virtual void report(const Error& error) = 0;
  virtual void say(std::string_view text) = 0;
  /// Why nothing moves. Those who want to hear only of results are spared it.
  virtual void say_waiting(std::string_view text) = 0;
};

/// How digests of values are made, and what tells with which key; empty: none are made.
struct Digests {
  model::DigestValue make{};
  std::string key{};
};

/// The values of a run that another process began: where it got them from is asked again.
using AskAgain = std::function<Result<std::vector<Secret>>(const plan::Plan& plan,
                                                           const std::vector<std::size_t>& values)>;

struct Context {
  Store& store;
  Locks& locks;
  Network& network;
  engine::Clock& clock;
  Frontend& frontend;
  std::string user{};  // who it is, for the journal
  std::string host{};
  std::string workspace{};  // as RENDER_WORKSPACE names it; empty: it does not
  std::optional<api::Fingerprinter> fingerprinter{};
  /// Asked before each reading. `may_make`: a key, where there is none yet. Unset: no digests are made, and
  /// whether values changed is not known.
  std::function<Digests(bool may_make)> digests{};
  /// Unset: nobody can be asked.
  AskAgain ask_again{};
  /// What is read is taken into the history that the store keeps.
  bool keeps_history = true;
  /// Of services whose links change, so many have their deploys listed for a plan: Render takes about as many
  /// links in a minute, and by then a list would be old.
  std::size_t most_listed = 100;
  /// What all that was sent so far has told of the rate limits.
  engine::Budget budget{};
  /// What the last reading of the workspace took.
  engine::ReadCounts reads{};
  /// The values that were read last, for telling whether they are still the same.
  engine::ValuesBefore values{};
  /// When that reading listed the deploys of each service, by Render's clock.
  std::map<ServiceId, Time> deploys_at{};
  /// What is known of the workspace that was read last, with that reading.
  plan::History history{};
  /// The events of every run when that reading began; unset: not known.
  std::optional<std::vector<EventCount>> events_before{};
};

/// Says what went wrong, and how the command ends for it.
model::Outcome end_with(Context& context, const Error& error);

/// `options.fingerprinter` is the context's.
Result<model::Workspace> read_workspace(Context& context, const model::Desired& desired,
                                        engine::ReadOptions options);

struct Wait {
  Duration length{};
  std::string says{};
  std::string what_for{};  // "waiting for a deploy to show"
};
/// Says so and waits; of no length: neither. Ctrl-C ends it.
Result<void> pause(Context& context, const Wait& wait);

/// Until the next reading settles all of those links, which `actual`, the last one, left open: 32 s at most.
/// At least one link; the services and groups of all are in `actual`.
Wait until_settled(const model::Workspace& actual, const std::vector<plan::History::Unsettled>& links);
/// So often another reading is waited for; then what the last one shows has to do.
inline constexpr int most_waits = 3;

struct LockWait {
  Duration longest{0};  // 0: not at all
};

struct TakenLock {
  std::unique_ptr<Lock> lock;
  bool waited = false;  // another run held it: what was read of the workspace before is old
};

Result<TakenLock> take_lock(Context& context, const std::string& workspace, LockWait wait);

}  // namespace envlink::run

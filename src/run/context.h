#pragma once
// What a command that reads or changes a workspace needs from outside, and what it has learned so far.

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
#include "engine/run_loop.h"
#include "engine/workspace_reader.h"
#include "plan/verification.h"
#include "run/store.h"

namespace envlink::run {

class Network {
 public:
  virtual ~Network() = default;
  /// Serves one activity, so that a late answer is never taken for one to the next activity's calls.
  virtual std::unique_ptr<engine::Transport> connect() = 0;
};

enum class Question { apply, resume, roll_back, link, unlink, show_log };

/// broken_off: the journal has the run up to the interruption. to_be_proved: all went well, and the workspace
/// is read again before success is reported.
enum class RunEnd { broken_off, whole, to_be_proved };

/// Shows what happens and asks. Decides nothing but the answer to a question.
class Frontend {
 public:
  virtual ~Frontend() = default;
  virtual std::unique_ptr<engine::Observer> watch_reading(const engine::WorkspaceReader& reader) = 0;
  /// The plan that will be carried out, or why it will not.
  virtual void show_plan(const plan::Plan& plan) = 0;
  /// Fails if the person says no or nobody can be asked.
  virtual Result<void> confirm(Question question) = 0;
  virtual std::unique_ptr<engine::Observer> watch(std::int64_t run, const engine::Rollout& rollout) = 0;
  virtual void rolled_out(std::int64_t run, const engine::Rollout& rollout, RunEnd end) = 0;
  virtual void show_verification(const plan::Verification& verification) = 0;
  virtual void show_reads(const engine::ReadCounts& reads) = 0;
  /// `next`: what can be done about the run, one line each. Empty if the lock is held: nothing works then.
  virtual void show_unfinished(const StoredRun& run, std::string_view next) = 0;
  virtual void report(const Error& error) = 0;
  virtual void say(std::string_view text) = 0;
  /// Why nothing moves. Left out where only results are shown.
  virtual void say_waiting(std::string_view text) = 0;
};

/// How digests of values are made, and an identifier of their key; empty: none are made.
struct Digests {
  model::DigestValue make{};
  std::string key{};
};

/// Gets values from their source again, for a run that another process began.
using AskAgain = std::function<Result<std::vector<Secret>>(const plan::Plan& plan,
                                                           const std::vector<std::size_t>& values)>;

struct Context {
  Store& store;
  Locks& locks;
  Network& network;
  engine::Clock& clock;
  Frontend& frontend;
  std::string user{};  // the user, for the journal
  std::string host{};
  std::string workspace{};  // RENDER_WORKSPACE; empty: not set
  std::optional<api::Fingerprinter> fingerprinter{};
  /// Called before each reading. `may_make`: create a key if there is none. Unset: no digests are made, and
  /// it is unknown whether values changed.
  std::function<Digests(bool may_make)> digests{};
  /// Where the key of the digests is, for people.
  std::string digest_key_name = "digest key, a file next to the journal,";
  /// Unset: nobody can be asked.
  AskAgain ask_again{};
  /// Readings are added to the history in the store.
  bool keeps_history = true;
  /// Set if other processes count their requests together with this one's.
  engine::Sharing* sharing = nullptr;
  /// The lock that this command holds; nullptr: none.
  Lock* lock = nullptr;
  /// How many of the services whose links change have their deploys listed for a plan. Render accepts about
  /// as many links in a minute, and by then a list would be old.
  std::size_t most_listed = 100;
  /// The rate limits seen in all answers so far.
  engine::Budget budget{};
  /// The requests of the last reading of the workspace.
  engine::ReadCounts reads{};
  /// The values read last, to see whether they are still the same.
  engine::ValuesBefore values{};
  /// When that reading listed each service's deploys, by Render's clock.
  std::map<ServiceId, Time> deploys_at{};
  /// What is known about the workspace read last, including that reading.
  plan::History history{};
  /// The event counts of all runs when that reading began; unset: unknown.
  std::optional<std::vector<EventCount>> events_before{};
};

/// Reports the error and returns the command's outcome.
model::Outcome end_with(Context& context, const Error& error);

/// Uses the context's fingerprinter, whatever `options` has.
Result<model::Workspace> read_workspace(Context& context, const model::Desired& desired,
                                        engine::ReadOptions options);

/// Reads the list of workspaces alone, and chooses one as `read_workspace` does.
Result<model::Owner> read_owner(Context& context, const model::Desired& desired);

/// Keeps the command's lock during something that writes nothing. If the lock is lost, the next write
/// notices.
class LockKeeper final : public engine::NullObserver {
 public:
  explicit LockKeeper(Context& context) : context_(context) {}
  std::optional<Time> keep_right(Time now) override;

 private:
  Context& context_;
};

/// Carries out an activity that only reads. Interrupted or not, it has a result then. When this returns,
/// Ctrl-C ends the program again.
auto read_with(Context& context, auto& activity, engine::Observer& observer) {
  LockKeeper keeper(context);
  const auto transport = context.network.connect();
  engine::run(activity, context.clock, *transport, keeper, observer, context.sharing);
  context.budget = activity.budget();
  if (!activity.finished()) activity.interrupt(context.clock.now());
  return activity.result();
}

struct Wait {
  Duration length{};
  std::string says{};
  std::string what_for{};  // "waiting for a deploy to show"
};
/// Shows the reason and waits; with no length, does neither. Ctrl-C ends it with an error.
Result<void> pause(Context& context, const Wait& wait);

/// The wait until a new reading settles all these links, which `actual`, the last reading, left open: at most
/// 32 s. There is at least one link; `actual` has the services and groups of all.
Wait until_settled(const model::Workspace& actual, const std::vector<plan::History::Unsettled>& links);
/// How often to wait for another reading; then the last one must do.
inline constexpr int most_waits = 3;

struct LockWait {
  Duration longest{0};  // 0: not at all
};

/// A lock that is the context's while this lives.
class TakenLock {
 public:
  TakenLock(Context& context, std::unique_ptr<Lock> lock, bool waited);
  TakenLock(TakenLock&&) noexcept = default;
  TakenLock& operator=(TakenLock&&) = delete;
  ~TakenLock();
  /// Another run held it: earlier readings of the workspace are old.
  bool waited() const { return waited_; }

 private:
  Context* context_;
  std::unique_ptr<Lock> lock_;
  bool waited_;
};

Result<TakenLock> take_lock(Context& context, const std::string& workspace, LockWait wait);

}  // namespace envlink::run

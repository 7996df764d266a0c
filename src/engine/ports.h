#pragma once
// What the engine needs from outside; engine/run_loop.h connects it. The engine never sleeps, sends or logs:
// asked at a time, it returns what to send now and when to ask again.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "api/message.h"
#include "base/secret.h"
#include "base/time.h"
#include "engine/event.h"

namespace envlink::engine {

class Budget;

using CallId = std::uint64_t;

struct Call {
  CallId id = 0;
  api::Request request;
  Duration timeout{};
};

struct Reply {
  CallId id = 0;
  api::Outcome outcome;
};

/// A value before a run changed it.
struct PriorValue {
  std::size_t position = 0;       // in the plan's values
  std::optional<Secret> value{};  // unset: it did not exist
};

struct Step {
  std::vector<Event> events;  // make these durable before sending the calls
  std::vector<Call> calls;
  std::optional<Time> wake;        // ask again by then; unset: only a reply changes anything
  std::vector<PriorValue> undo{};  // values before they are overwritten: seal these before sending the calls
};

/// Exchanges messages with the API: reads a workspace, or carries out a plan.
class Activity {
 public:
  virtual ~Activity() = default;
  virtual Step step(Time now) = 0;
  virtual void receive(Time now, Reply reply) = 0;
  virtual void interrupt(Time now) = 0;  // start nothing new; deploys on Render continue
  virtual bool finished() const = 0;
  /// The rate limits that its requests count against; nullptr: none.
  virtual Budget* limits() { return nullptr; }
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() = 0;  // never runs backwards
};

struct Arrivals {
  std::vector<Reply> replies;
  int interrupts = 0;  // Ctrl-C, SIGTERM, SIGHUP
};

/// Serves one activity, so that a late answer is never taken for one to the next activity's calls.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual void send(const Call& call) = 0;
  /// Returns when something arrives or at `until`, whichever is first. Without `until`, a call must be in
  /// progress.
  virtual Arrivals wait(std::optional<Time> until) = 0;
};

/// The journal. `record` returns when the events are durable.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void record(const std::vector<Event>& events) = 0;
  /// Stores prior values, durably as well.
  virtual void keep(const std::vector<PriorValue>& undo) = 0;
  /// Called before calls are sent: throws if they must not be, because another process may have taken over.
  /// Returns when to call this again at the latest.
  virtual std::optional<Time> keep_right(Time) { return std::nullopt; }
};

/// The rate limits of one API key, shared with other processes.
class Sharing {
 public:
  virtual ~Sharing() = default;
  /// Before the activity's first step.
  virtual void begin(Budget& budget, Time now) = 0;
  /// Reports what became of requests, and gets more if some were wanted. Returns when to call this again at
  /// the latest; unset: there is nothing to report and nothing wanted.
  virtual std::optional<Time> settle(Budget& budget, Time now) = 0;
  /// Reports everything and gives back what was not sent.
  virtual void finish(Budget& budget, Time now) = 0;
};

/// Watches; decides nothing. `repaint` is called once a turn and returns when it wants to be called next (a
/// clock on the screen); unset: only when something happens.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void notice(const Event& event) = 0;
  virtual std::optional<Time> repaint(Time now) = 0;
};

/// For an activity that nobody watches and that has nothing to journal. Base class for one that needs only
/// one of the two.
class NullObserver : public Recorder, public Observer {
 public:
  void record(const std::vector<Event>&) override {}
  void keep(const std::vector<PriorValue>&) override {}
  void notice(const Event&) override {}
  std::optional<Time> repaint(Time) override { return std::nullopt; }
};

}  // namespace envlink::engine

#pragma once
// What the engine needs from the world; engine/run_loop.h joins them. The engine never sleeps, sends or
// logs: asked at a time, it answers with what may go out now and when it wants to be asked again.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "api/message.h"
#include "base/secret.h"
#include "base/time.h"
#include "engine/event.h"

namespace envlink::engine {

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

/// What a value was before a run changed it.
struct PriorValue {
  std::size_t position = 0;       // in the plan's values
  std::optional<Secret> value{};  // unset: there was none
};

struct Step {
  std::vector<Event> events;  // make these durable before the calls go out
  std::vector<Call> calls;
  std::optional<Time> wake;        // ask again at the latest then; unset: only a reply changes anything
  std::vector<PriorValue> undo{};  // what values are before they are written: sealed before the calls go out
};

/// Something that goes on by exchanging messages with the API: reading a workspace, carrying out a plan.
class Activity {
 public:
  virtual ~Activity() = default;
  virtual Step step(Time now) = 0;
  virtual void receive(Time now, Reply reply) = 0;
  virtual void interrupt(Time now) = 0;  // stop starting things; what runs on Render runs on
  virtual bool finished() const = 0;
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

/// Serves one activity: an answer that comes late must not be taken for one to the next activity's calls.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual void send(const Call& call) = 0;
  /// Returns when something arrived or `until` has come, whichever is first. Without `until`: something must
  /// be under way.
  virtual Arrivals wait(std::optional<Time> until) = 0;
};

/// The journal. `record` returns when the events are durable.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void record(const std::vector<Event>& events) = 0;
  /// The same of what values were.
  virtual void keep(const std::vector<PriorValue>& undo) = 0;
};

/// Watches; decides nothing. `repaint` is called once a turn and says when it wants to be called next
/// (a clock on the screen); unset: only when something happens.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void notice(const Event& event) = 0;
  virtual std::optional<Time> repaint(Time now) = 0;
};

/// For an activity that leaves nothing to journal and that nobody watches; the base of what needs one of
/// both.
class NullObserver : public Recorder, public Observer {
 public:
  void record(const std::vector<Event>&) override {}
  void keep(const std::vector<PriorValue>&) override {}
  void notice(const Event&) override {}
  std::optional<Time> repaint(Time) override { return std::nullopt; }
};

}  // namespace envlink::engine

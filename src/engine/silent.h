#pragma once
// For an activity that leaves nothing to journal and that nobody watches, and for those that add one of both.

#include "engine/port.h"

namespace envlink::engine {

class Silent : public Recorder, public Observer {
 public:
  void record(const std::vector<Event>&) override {}
  void notice(const Event&) override {}
  std::optional<Time> repaint(Time) override { return std::nullopt; }
};

}  // namespace envlink::engine

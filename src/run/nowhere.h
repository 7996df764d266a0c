#pragma once
// For tests: no network, no person, and a clock that stands still.

#include <memory>

#include "run/context.h"

namespace envlink::run {

/// Asks and shows nothing.
class Nowhere : public Network, public Frontend, public engine::Clock {
 public:
  std::unique_ptr<engine::Transport> connect() override { return nullptr; }
  std::unique_ptr<engine::Observer> watch_reading(const engine::WorkspaceReader&) override { return nullptr; }
  void show_plan(const plan::Plan&) override {}
  Result<void> confirm(Question) override { return {}; }
  std::unique_ptr<engine::Observer> watch(std::int64_t, const engine::Rollout&) override { return nullptr; }
  void rolled_out(std::int64_t, const engine::Rollout&, RunEnd) override {}
  void show_verification(const plan::Verification&) override {}
  void show_reads(const engine::ReadCounts&) override {}
  void show_unfinished(const StoredRun&, std::string_view) override {}
  void report(const Error&) override {}
  void say(std::string_view) override {}
  void say_waiting(std::string_view) override {}
  Time now() override { return {}; }
};

}  // namespace envlink::run

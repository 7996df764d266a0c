#include <algorithm>
#include <array>
#include <chrono>

#include "config/workspace_sections.h"

namespace envlink::config {
namespace {

using emulator::Fault;
using emulator::FaultKind;

/// A pattern without a method matches nothing, which is better said than found out.
bool begins_with_a_method(std::string_view pattern) {
  constexpr std::array<std::string_view, 6> starts = {"*", "GET ", "POST ", "PATCH ", "PUT ", "DELETE "};
  return std::ranges::any_of(starts, [&](std::string_view start) { return pattern.starts_with(start); });
}

void read_match(const yaml::Node* match, Fault& fault, Report& report) {
  if (match == nullptr) return;
  const auto word = read_word(*match, "match", "a method and a path", report);
  if (!word) return;
  fault.match = word->text;
  if (begins_with_a_method(fault.match)) return;
  report.add(*match, "`match` must begin with a method or `*`",
             "write for example \"GET /v1/services/*\" or \"*\"");
}

void read_action(const yaml::Node& node, Fault& fault, Report& report) {
  if (node.kind != yaml::Kind::mapping) {
    if (yaml::is_text(node) && (node.text == "delay" || node.text == "status")) {
      report.add(node, "`do: " + node.text + "` lacks its value",
                 node.text == "delay" ? "write {delay: 5s}" : "write {status: 503}");
      return;
    }
    read_choice(
        &node, "do",
        {{"lose_answer", FaultKind::lose_answer}, {"cut", FaultKind::cut}, {"garbage", FaultKind::garbage}},
        fault.kind, report);
    return;
  }
  Section section(node, "do", report);
  const yaml::Node* delay = section.get("delay");
  const yaml::Node* status = section.get("status");
  const yaml::Node* retry_after = section.get("retry_after");
  section.finish();
  if (delay != nullptr) {
    fault.kind = FaultKind::delay;
    if (const auto span = read_duration(*delay, "delay", Duration::zero(), std::chrono::hours(1), report)) {
      fault.delay = *span;
    }
  }
  if (status != nullptr) {
    fault.kind = FaultKind::status;
    if (const auto number = read_int(*status, "status", 300, 599, report)) fault.status = *number;
  }
  if (retry_after != nullptr) {
    fault.retry_after = read_int(*retry_after, "retry_after", 0, 3600, report);
    if (status == nullptr)
      report.add(*retry_after, "`retry_after` goes with `status`", "write {status: 429, retry_after: 3}");
  }
  if ((node.find("delay") == nullptr) == (node.find("status") == nullptr)) {
    report.add(node, "`do` takes either `delay` or `status`", "write {delay: 5s} or {status: 503}");
  }
}

}  // namespace

Fault read_fault(const yaml::Node& node, Report& report) {
  Fault fault;
  Section section(node, "faults", report);
  read_match(section.get("match"), fault, report);
  const yaml::Node* nth = section.get("nth");
  const yaml::Node* every = section.get("every");
  if (nth != nullptr) fault.nth = read_int(*nth, "nth", 1, 1'000'000, report);
  if (every != nullptr) fault.every = read_int(*every, "every", 1, 1'000'000, report);
  if (nth != nullptr && every != nullptr)
    report.add(*every, "`nth` and `every` exclude each other", "keep one");
  if (const auto* action = section.get("do")) read_action(*action, fault, report);
  section.finish();
  if (!section.readable()) return fault;
  for (const std::string_view key : {"match", "do"}) {
    if (node.find(key) == nullptr) report.add(node, std::string("a fault without `").append(key).append("`"));
  }
  return fault;
}

}  // namespace envlink::config

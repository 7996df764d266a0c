#include "view/only_text.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/text.h"
#include "plan/only.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

constexpr std::size_t few_names = 4;
constexpr std::size_t many_names = 1000;

std::string with_changes(const plan::Only& only) {
  return count_of(only.left_out.size(), "service") + " with changes";
}

/// "migrate (web comes after it)", "db and migrate (web comes after them)"
std::vector<std::string> companions(const plan::Only& only, const Style& style, std::size_t most) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_service;
  for (const plan::Companion& one : only.with) {
    if (by_service.empty() || by_service.back().first != one.needed_by)
      by_service.push_back({one.needed_by, {}});
    by_service.back().second.push_back(safe(one.service_name, style));
  }
  std::vector<std::string> said;
  for (const auto& [needed_by, names] : by_service) {
    said.push_back(fmt::format("{} ({} comes after {})", join_and(names, most), safe(needed_by, style),
                               names.size() == 1 ? "it" : "them"));
  }
  return said;
}

}  // namespace

std::string render_only(const plan::Plan& plan, const Style& style, bool whole) {
  if (!plan.only) return {};
  const plan::Only& only = *plan.only;
  const std::size_t most = whole ? many_names : few_names;
  std::string text = fmt::format("{}: {} of {}", safe(plan::only_flags(plan), style, 1000).substr(1),
                                 only.selected.size(), count_of(only.in_file, "service"));
  if (!only.with.empty()) text += ", with " + join_and(companions(only, style, most), most);
  text += ".";
  if (!only.left_out.empty()) {
    text += fmt::format(" Left out: {}: {}.", with_changes(only), join_and(safe(only.left_out, style), most));
  }
  return folded(text, style, Colour::quiet);
}

std::string render_left_out(const plan::Plan& plan, const Style& style) {
  if (!plan.only || plan.only->left_out.empty()) return {};
  return folded(fmt::format("Left out: {}. To roll them out: envlink apply", with_changes(*plan.only)), style,
                Colour::quiet);
}

}  // namespace envlink::view

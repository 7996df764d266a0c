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
constexpr std::size_t longest = 100'000;  // characters

std::string with_changes(const plan::Only& only) {
  return count_of(only.left_out.size(), "service") + " with changes";
}

/// "migrate (web comes after it)", "db and migrate (web comes after them)"
std::vector<std::string> companions(const plan::Only& only, std::size_t most) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_service;
  for (const plan::Companion& one : only.with) {
    if (by_service.empty() || by_service.back().first != one.needed_by)
      by_service.push_back({one.needed_by, {}});
    by_service.back().second.push_back(clean(one.service_name));
  }
  std::vector<std::string> said;
  for (const auto& [needed_by, names] : by_service) {
    said.push_back(fmt::format("{} ({} comes after {})", join_and(names, most), clean(needed_by),
                               names.size() == 1 ? "it" : "them"));
  }
  return said;
}

}  // namespace

std::string only_text(const plan::Plan& plan, bool whole) {
  if (!plan.only) return {};
  const plan::Only& only = *plan.only;
  const std::size_t most = whole ? many_names : few_names;
  std::string text = fmt::format("{}: {} of {}", plan::only_flags(plan).substr(1), only.selected.size(),
                                 count_of(only.in_file, "service"));
  if (!only.with.empty()) text += ", with " + join_and(companions(only, most), most);
  text += ".";
  std::vector<std::string> left_out;
  for (const std::string& name : only.left_out) left_out.push_back(clean(name));
  if (!left_out.empty())
    text += fmt::format(" Left out: {}: {}.", with_changes(only), join_and(left_out, most));
  return text;
}

std::string render_only(const plan::Plan& plan, const Style& style, bool whole) {
  if (!plan.only) return {};
  return folded(safe(only_text(plan, whole), style, longest), style, Colour::quiet);
}

std::string render_left_out(const plan::Plan& plan, const Style& style) {
  if (!plan.only || plan.only->left_out.empty()) return {};
  return folded(fmt::format("Left out: {}. To roll them out: envlink apply", with_changes(*plan.only)), style,
                Colour::quiet);
}

}  // namespace envlink::view

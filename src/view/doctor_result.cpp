#include "view/doctor_result.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/json_parts.h"
#include "view/layout.h"
#include "view/style.h"

namespace envlink::view {
namespace {

constexpr std::size_t longest_text = 1000;

Look look_of(Health health) {
  constexpr Look looks[] = {{Symbol::good, Colour::good},
                            {Symbol::caution, Colour::caution},
                            {Symbol::bad, Colour::bad},
                            {Symbol::skipped, Colour::quiet}};
  return looks[static_cast<std::size_t>(health)];
}

void add(std::string& out, const Check& check, std::size_t column, const Style& style) {
  const auto [mark, colour] = look_of(check.health);
  const std::string signs(sign(mark, style));
  const std::string lead = fmt::format("{} {}  ", paint(signs, colour, style), pad(check.id, column));
  const std::size_t indent = display_width(signs) + 1 + column + 2;
  out += hanging(lead, indent, safe(check.says, style, longest_text), style);
  if (check.cure.empty()) return;
  const std::string below = fmt::format("{:{}}{} ", "", indent, sign(Symbol::arrow, style));
  out += hanging(below, display_width(below), safe(check.cure, style, longest_text), style);
}

}  // namespace

std::string render_doctor_result(const DoctorResult& result, const Style& style) {
  const std::size_t column =
      column_width(result.checks, 80, [](const Check& check) { return std::string_view(check.id); });
  std::string out;
  for (const Check& check : result.checks) add(out, check, column, style);
  const auto count = [&](Health health) {
    return static_cast<std::size_t>(std::ranges::count(result.checks, health, &Check::health));
  };
  const std::size_t bad = count(Health::bad);
  const std::size_t doubtful = count(Health::doubtful);
  std::vector<std::string> parts;
  if (bad > 0) parts.push_back(count_of(bad, "problem"));
  if (doubtful > 0) parts.push_back(count_of(doubtful, "warning", "warnings"));
  out += parts.empty() ? "No problems found.\n" : join_and(parts) + ".\n";
  return out;
}

std::string doctor_result_json(const DoctorResult& result) {
  return document([&](json::Writer& out) {
    out("exit_code", result.exit_code);
    out.list("checks", result.checks, [](json::Writer& one, const Check& check) {
      one("check", check.id);
      one("health", check.health);
      one("says", check.says);
      one.or_null("cure", check.cure);
    });
    out.list("rate_limits", result.windows, [](json::Writer& one, const RateWindow& window) {
      one("bucket", window.bucket);
      one("limit", window.limit);
      one("remaining", window.remaining);
      one("resets_in", whole_seconds(window.resets_in));
    });
  });
}

}  // namespace envlink::view

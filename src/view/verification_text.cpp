#include "view/verification_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"
#include "view/status_text.h"
#include "view/style.h"

namespace envlink::view {
namespace {

void add_services(std::string& out, const plan::Verification& verification, const Style& style) {
  constexpr std::size_t widest_name = 40;
  constexpr std::size_t word_width = 9;  // "deploying"
  const std::size_t column = column_width(verification.services, widest_name,
                                          [&](const auto& service) { return safe(service.name, style); });
  for (const auto& service : verification.services) {
    const auto name = pad(safe(service.name, style), column);
    const auto word = to_string(service.freshness);
    out += fmt::format("  {}  {}", name, paint(word, colour_of(service.freshness), style));
    if (service.because.empty()) {
      out += '\n';
      continue;
    }
    const auto indent = 2 + display_width(name) + 2 + word_width + 2;
    const std::string lead(word_width + 2 - word.size(), ' ');
    out += hanging(lead, indent, safe(service.because, style, 1000), style);
  }
}

void add_step(std::string& out, std::size_t number, const plan::VerifiedStep& step, const Style& style) {
  const auto mark = sign(step.passed ? Symbol::good : Symbol::bad, style);
  out += fmt::format("{} Step {}: {}\n", paint(mark, step.passed ? Colour::good : Colour::bad, style), number,
                     safe(step.title, style));
  for (const auto& problem : step.problems) out += hanging("    ", 6, safe(problem, style, 1000), style);
}

}  // namespace

std::string render_verification(const plan::Verification& verification, const Style& style) {
  std::string out;
  std::size_t number = 0;
  for (const auto& step : verification.steps) add_step(out, ++number, step, style);
  if (verification.health) add_step(out, ++number, *verification.health, style);
  if (verification.services.empty()) return out;
  out += heading("Services", style);
  add_services(out, verification, style);
  return out;
}

}  // namespace envlink::view

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
  std::size_t column = 0;
  for (const auto& service : verification.services) {
    column = std::max(column, display_width(safe(service.name, style)));
  }
  column = std::min(column, widest_name);
  for (const auto& service : verification.services) {
    const auto name = pad(safe(service.name, style), column);
    const auto word = to_string(service.freshness);
    out += fmt::format("  {}  {}", name, paint(word, colour_of(service.freshness), style));
    if (service.because.empty()) {
      out += '\n';
      continue;
    }
    const auto indent = 2 + display_width(name) + 2 + word_width + 2;
    std::string lead(word_width + 2 - word.size(), ' ');
    for (const auto& line : fold(safe(service.because, style, 1000), indent, style)) {
      out += lead + line + "\n";
      lead.assign(indent, ' ');
    }
  }
}

void add_step(std::string& out, std::size_t number, const plan::VerifiedStep& step, const Style& style) {
  constexpr std::size_t indent = 4;
  const auto mark = sign(step.passed ? Symbol::good : Symbol::bad, style);
  out += fmt::format("{} Step {}: {}\n", paint(mark, step.passed ? Colour::good : Colour::bad, style), number,
                     safe(step.title, style));
  for (const auto& problem : step.problems) {
    std::string lead(indent, ' ');
    for (const auto& line : fold(safe(problem, style, 1000), indent + 2, style)) {
      out += lead + line + "\n";
      lead.assign(indent + 2, ' ');
    }
  }
}

}  // namespace

std::string render_verification(const plan::Verification& verification, const Style& style) {
  std::string out;
  std::size_t number = 0;
  for (const auto& step : verification.steps) add_step(out, ++number, step, style);
  if (verification.health) add_step(out, ++number, *verification.health, style);
  if (verification.services.empty()) return out;
  out += "\n" + paint("Services", Colour::strong, style) + "\n";
  add_services(out, verification, style);
  return out;
}

}  // namespace envlink::view

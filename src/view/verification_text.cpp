#include "view/verification_text.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "view/alike.h"
#include "view/layout.h"
#include "view/status_text.h"

namespace envlink::view {
namespace {

/// "service my-backend: my-secrets is not linked": what it is about, and what is wrong with it.
AlikeRow problem_row(const std::string& problem, const Style& style) {
  constexpr std::string_view noun = "service ";
  const std::string text = safe(problem, style, 1000);
  const std::size_t colon = text.find(": ");
  if (colon == std::string::npos || !text.starts_with(noun)) return {.name = text};
  return {.name = text.substr(noun.size(), colon - noun.size()), .because = text.substr(colon + 2)};
}

}  // namespace

std::string render_verification(const plan::Verification& verification, Time now, const Style& style,
                                bool whole) {
  std::string out = journal_warning(verification.journal_unreadable, style);
  std::size_t number = 0;
  for (const plan::VerifiedStep& step : verification.all_steps()) {
    const auto mark = sign(step.passed ? Symbol::good : Symbol::bad, style);
    out += fmt::format("{} Step {}: {}\n", paint(mark, step.passed ? Colour::good : Colour::bad, style),
                       ++number, safe(step.title, style));
    std::vector<AlikeRow> problems;
    for (const std::string& problem : step.problems) problems.push_back(problem_row(problem, style));
    out += render_alike(problems, style, whole);
  }
  if (whole && !verification.services.empty()) {
    out += heading("Services", style);
    std::vector<AlikeRow> services;
    for (const plan::VerifiedService& service : verification.services) {
      const std::string when =
          service.freshness == plan::Freshness::live ? went_live_ago(service.running, now) : std::string();
      services.push_back(freshness_row(service.name, service.freshness, when.empty() ? service.because : when,
                                       service.evidence, style));
    }
    out += render_alike(services, style, true);
  }
  if (!verification.passed() && verification.steps[0].passed) out += "\nNext: envlink plan\n";
  return out;
}

}  // namespace envlink::view

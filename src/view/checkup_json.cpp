#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/checkup.h"
#include "view/json_printer.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

std::string_view word_of(Health health) {
  switch (health) {
    case Health::good:
      return "good";
    case Health::doubtful:
      return "doubtful";
    case Health::bad:
      return "bad";
    case Health::not_looked_at:
      return "not_looked_at";
  }
  return "not_looked_at";
}

}  // namespace

std::string checkup_json(const Checkup& checkup) {
  json::array checks;
  for (const Check& check : checkup.checks) {
    checks.push_back({{"check", json_text(check.id)},
                      {"health", word_of(check.health)},
                      {"says", json_text(check.says)},
                      {"cure", optional_text(check.cure)}});
  }
  json::array windows;
  for (const RateWindow& window : checkup.windows) {
    windows.push_back({{"bucket", json_text(window.bucket)},
                       {"limit", window.limit},
                       {"remaining", window.remaining},
                       {"resets_in", std::chrono::round<std::chrono::seconds>(window.resets_in).count()}});
  }
  return pretty(json::object{{"version", 1},
                             {"exit_code", checkup.exit_code},
                             {"checks", std::move(checks)},
                             {"rate_limits", std::move(windows)}});
}

}  // namespace envlink::view

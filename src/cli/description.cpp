#include "cli/description.h"

#include <fmt/format.h>

#include <cctype>

#include "cli/help.h"

namespace envlink::cli {

ValueKind kind_of(const std::string& value) {
  if (value.find('|') != std::string::npos) return ValueKind::choice;
  if (value == "FILE" || value == "PLAN" || value == "WORKSPACE") return ValueKind::file;
  if (value == "SERVICE") return ValueKind::service;
  if (value == "GROUP") return ValueKind::group;
  return value.empty() ? ValueKind::none : ValueKind::word;
}

std::string help::overview() {
  std::string text(overview_head);
  for (const CommandDescription& command : describe_commands()) {
    std::string does = command.does;
    does.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(does.front())));
    does.pop_back();  // the full stop
    text += fmt::format("  {:<12}{}\n", command.name, does);
  }
  return text.append(overview_tail);
}

}  // namespace envlink::cli

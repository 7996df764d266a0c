#include "view/lint.h"

#include <fmt/format.h>

#include "base/text.h"
#include "view/findings_text.h"
#include "view/json_parts.h"
#include "view/layout.h"

namespace envlink::view {

std::string render_lint(const plan::Lint& lint, const Style& style) {
  const std::string where = fmt::format("{} and {} of workspace {}", count_of(lint.groups, "group"),
                                        count_of(lint.services, "service"), safe(lint.owner.name, style));
  const std::string found = counts_of(lint.findings);
  const Look look =
      found.empty() ? Look{Symbol::good, Colour::good} : look_of(lint.findings.front().severity);
  std::string out = folded(
      lead_sign(look.mark, style) + (found.empty() ? "Nothing was found" : found) + " in " + where + ".",
      style, look.colour);
  if (lint.file.empty())
    out += folded("No envlink.yaml, so required variables were not checked.", style, Colour::quiet);
  if (!lint.findings.empty()) out += "\n" + render_findings(lint.found(), style);
  if (!lint.ignored.empty()) out += "\n" + render_ignored(lint.found(), style);
  return out;
}

std::string lint_json(const plan::Lint& lint) {
  return document([&](json::Writer& out) {
    out("passed", lint.passed());
    out("workspace", named(lint.owner));
    out.or_null("file", lint.file);
    out("counts", [&](json::Writer& counts) {
      counts("groups", lint.groups);
      counts("services", lint.services);
      counts("variables", lint.variables);
    });
    write_findings(out, lint.found());
  });
}

}  // namespace envlink::view

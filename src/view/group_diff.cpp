#include "view/group_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"
#include "view/findings_text.h"
#include "view/json_parts.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

using plan::ComparedKey;
using plan::Finding;
using plan::GroupDiff;
using plan::KeyState;

/// The worst finding for each key.
using Findings = std::map<std::string, const Finding*, std::less<>>;

Findings by_key(const GroupDiff& diff) {
  Findings found;
  for (const Finding& finding : diff.findings)
    found.emplace(finding.variable, &finding);  // errors come first
  return found;
}

std::string_view noun(plan::Look look) {
  constexpr std::string_view nouns[] = {"nothing", "hidden", "empty",   "placeholder", "text",
                                        "URL",     "number", "boolean", "JSON",        "file"};
  return nouns[static_cast<std::size_t>(look)];
}

std::string both(const ComparedKey& key, const GroupDiff& diff) {
  if (key.a == key.b) return fmt::format("{} in both", noun(key.a));
  return fmt::format("{} in {}, {} in {}", noun(key.a), diff.a.label, noun(key.b), diff.b.label);
}

std::string told(const ComparedKey& key, const GroupDiff& diff) {
  switch (key.state) {
    case KeyState::equal:
      return "equal";
    case KeyState::different:
      return "different";
    case KeyState::shape:
      return "different: " + both(key, diff);
    case KeyState::only_a:
      return "only in " + diff.a.label;
    case KeyState::only_b:
      return "only in " + diff.b.label;
    case KeyState::unknown:
      return "not known: " + both(key, diff);
  }
  return {};
}

/// "6 keys: 2 equal, 1 different, 1 only in staging"; zero counts are left out.
std::string counts(const GroupDiff& diff, const Style& style) {
  const std::pair<KeyState, std::string> rows[] = {{KeyState::equal, "equal"},
                                                   {KeyState::different, "different"},
                                                   {KeyState::shape, "of different kinds"},
                                                   {KeyState::only_a, "only in " + safe(diff.a.label, style)},
                                                   {KeyState::only_b, "only in " + safe(diff.b.label, style)},
                                                   {KeyState::unknown, "not known"}};
  std::vector<std::string> parts;
  for (const auto& [state, words] : rows) {
    const std::size_t count = diff.count(state);
    if (count > 0) parts.push_back(fmt::format("{} {}", count, words));
  }
  const std::string keys = count_of(diff.keys.size(), "key");
  return parts.empty() ? keys : keys + ": " + join(parts, ", ");
}

std::string headline(const GroupDiff& diff, const Style& style) {
  const std::string found = counts_of(diff.findings);
  const bool calm = found.empty();
  const Look look = calm ? Look{Symbol::good, Colour::good} : look_of(diff.findings.front().severity);
  std::string text = counts(diff, style) + ".";
  if (!calm) text = found + " in " + text;
  return folded(lead_sign(look.mark, style) + text, style, look.colour);
}

std::string row(const ComparedKey& key, const Finding* finding, std::size_t width, const GroupDiff& diff,
                const Style& style) {
  const Look look = finding == nullptr ? Look{} : look_of(finding->severity);
  const std::string mark = finding == nullptr ? std::string(display_width(sign(Symbol::bad, style)), ' ')
                                              : std::string(sign(look.mark, style));
  std::string text = told(key, diff);
  if (finding != nullptr && key.state != KeyState::only_a && key.state != KeyState::only_b &&
      key.state != KeyState::shape)
    text += "; " + key.trouble;
  const std::string name = pad(cut_inside(safe(key.key, style), width, style), width);
  return hanging(fmt::format("{} {}  ", paint(mark, look.colour, style), name),
                 display_width(mark) + width + 3, safe(text, style, 1000), style);
}

/// The cures, one per kind of finding.
std::string cures(const GroupDiff& diff, const Style& style) {
  std::string out;
  std::vector<std::string_view> done;
  for (const Finding& finding : diff.findings) {
    // The cure for a pattern that matches no key is shown next to it.
    if (finding.id == "diff-unmatched" || std::ranges::find(done, finding.id) != done.end()) continue;
    done.emplace_back(finding.id);
    const plan::FindingKind* kind = plan::find_finding_kind(finding.id);
    if (kind == nullptr) continue;
    const std::string lead = fmt::format("{} {}: ", sign(Symbol::arrow, style), finding.id);
    out += hanging(lead, display_width(sign(Symbol::arrow, style)) + 1, kind->cure, style);
  }
  return out;
}

void write_side(json::Writer& out, const plan::ComparedSide& side) {
  out("workspace", named(side.owner));
  out("group", named(side));
}

}  // namespace

std::string render_group_diff(const GroupDiff& diff, bool all, const Style& style) {
  const Findings found = by_key(diff);
  const auto finding_of = [&](const ComparedKey& key) {
    const auto about = found.find(key.key);
    return about == found.end() ? nullptr : about->second;
  };
  std::vector<const ComparedKey*> shown;
  for (const ComparedKey& key : diff.keys) {
    if (all || key.state != KeyState::equal || finding_of(key) != nullptr) shown.push_back(&key);
  }
  std::string out = headline(diff, style);
  if (!shown.empty()) out += '\n';
  const std::size_t width =
      column_width(shown, 40, [&](const ComparedKey* key) { return safe(key->key, style); });
  for (const ComparedKey* key : shown) out += row(*key, finding_of(*key), width, diff, style);
  for (const Finding& finding : diff.findings) {
    if (finding.id != "diff-unmatched") continue;
    const Look look = look_of(finding.severity);
    const std::string_view mark = sign(look.mark, style);
    out += hanging(paint(mark, look.colour, style) + " ", display_width(mark) + 1,
                   safe(finding.what + "; " + finding.cure, style, 1000), style);
  }
  if (const std::string todo = cures(diff, style); !todo.empty()) out += "\n" + todo;
  if (!diff.ignored.empty()) out += "\n" + render_ignored(diff.found(), style);
  return out;
}

std::string group_diff_json(const GroupDiff& diff) {
  return document([&](json::Writer& out) {
    out("passed", diff.passed());
    out("a", [&](json::Writer& side) { write_side(side, diff.a); });
    out("b", [&](json::Writer& side) { write_side(side, diff.b); });
    out("counts", [&](json::Writer& counts) {
      for (const std::string_view state : words_of<KeyState>)
        counts(state, diff.count(*from_word<KeyState>(state)));
    });
    out.list("keys", diff.keys, [](json::Writer& one, const ComparedKey& key) {
      one("key", key.key);
      one("state", key.state);
      one("a", key.a);
      one("b", key.b);
      one("expected", key.expected);
    });
    write_findings(out, diff.found());
  });
}

}  // namespace envlink::view

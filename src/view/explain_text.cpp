#include "view/explain_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

using plan::ExplainedSource;
using plan::ExplainedVariable;
using plan::Explanation;

constexpr std::size_t widest_key = 40;
constexpr std::size_t longest_key = 512;

std::string facts_in_words(const model::Facts& facts) {
  if (!facts.told) return "Render does not tell its value";
  std::vector<std::string> words;
  if (facts.empty) words.emplace_back("empty");
  if (facts.placeholder) words.emplace_back("a placeholder");
  if (facts.stray_space) words.emplace_back("begins or ends with a blank or a line break");
  if (facts.quoted) words.emplace_back("stands in quotes");
  return join(words, ", ");
}

std::string_view compared(model::Sameness sameness) {
  switch (sameness) {
    case model::Sameness::equal:
      return "the same value";
    case model::Sameness::different:
      return "another value";
    case model::Sameness::unknown:
      break;
  }
  return "a value that could not be compared";
}

std::string name_of(const ExplainedSource& source, const Style& style) {
  return source.group ? "group " + safe(source.name, style) : std::string("its own");
}

class Writer {
 public:
  Writer(const Explanation& explanation, const Style& style) : it_(explanation), style_(style) {
    auto variables = it_.variables;
    if (it_.after)
      variables.insert(variables.end(), it_.after->variables.begin(), it_.after->variables.end());
    keys_ = column_width(variables, widest_key, [&](const ExplainedVariable& variable) {
      return safe(variable.key, style_, longest_key);
    });
  }

  std::string text() {
    line(0,
         fmt::format("Service {} ({}) of workspace {}", safe(it_.name, style_),
                     safe(it_.service.text(), style_), safe(it_.owner.name, style_)),
         Colour::strong);
    groups();
    out_ += '\n';
    if (it_.variables.empty()) none();
    for (const auto& variable : it_.variables) entry(variable);
    if (it_.after) after(*it_.after);
    return std::move(out_);
  }

 private:
  void line(std::size_t indent, const std::string& safe_text, Colour colour = Colour::plain) {
    out_ += hanging(std::string(indent, ' '), indent, safe_text, style_, colour);
  }

  void groups() {
    line(0, it_.groups.empty() ? "No group is linked." : fmt::format("Linked: {}", listed(it_.groups)));
  }

  std::string listed(const std::vector<plan::ExplainedGroup>& groups) const {
    std::vector<std::string> names;
    for (const auto& group : groups) {
      names.push_back(fmt::format("{} ({})", safe(group.name, style_),
                                  group.variables ? count_of(*group.variables, "variable")
                                                  : std::string("variables not told by Render")));
    }
    return join_and(names);
  }

  /// The same columns once more, for what the file is about to change.
  void after(const plan::AfterApply& after) {
    out_ += '\n';
    std::vector<std::string> changes;
    if (!after.linked.empty()) changes.push_back("links " + listed(after.linked));
    if (!after.unlinked.empty()) changes.push_back("unlinks " + listed(after.unlinked));
    line(0, fmt::format("After envlink apply, which {}:", join_and(changes)), Colour::strong);
    if (after.variables.empty()) {
      return line(0, it_.asked.empty() ? std::string("Nothing changes for it.")
                                       : fmt::format("Nothing changes for {}.", safe(it_.asked, style_)));
    }
    for (const auto& variable : after.variables) {
      if (!variable.sources.empty()) {
        entry(variable);
        continue;
      }
      out_ += paint(pad(safe(variable.key, style_, longest_key), keys_), Colour::strong, style_);
      out_ += "  " + paint("reaches it no more", Colour::caution, style_) + "\n";
    }
  }

  void none() {
    if (it_.asked.empty()) return line(0, "It has no variables.");
    std::string text = fmt::format("{} reaches it neither through a linked group nor as its own variable.",
                                   safe(it_.asked, style_));
    if (!it_.near.empty()) text += fmt::format(" Did you mean {}?", safe(it_.near, style_));
    line(0, text);
  }

  void entry(const ExplainedVariable& variable) {
    const auto& winner = variable.sources.front();
    const bool settled = variable.rule != plan::Rule::unsettled;
    std::string said = name_of(winner, style_);
    if (variable.sources.size() > 1) said += settled ? " wins" : " perhaps";
    const auto facts = facts_in_words(winner.facts);
    if (!facts.empty()) said += fmt::format(" ({})", facts);
    out_ += paint(pad(safe(variable.key, style_, longest_key), keys_), Colour::strong, style_);
    out_ += hanging("  ", keys_ + 2, said, style_);
    if (variable.sources.size() < 2) return;
    for (std::size_t i = 1; i < variable.sources.size(); ++i) shadowed(variable.sources[i], settled);
    line(4, fmt::format("why: {}", plan::why(variable.rule)), Colour::quiet);
  }

  void shadowed(const ExplainedSource& source, bool settled) {
    std::string said = fmt::format("{} {}, {}", name_of(source, style_),
                                   settled ? "is hidden" : "holds it as well", compared(source.sameness));
    const auto facts = facts_in_words(source.facts);
    if (!facts.empty()) said += fmt::format(" ({})", facts);
    line(4, said, source.sameness == model::Sameness::equal ? Colour::quiet : Colour::caution);
  }

  const Explanation& it_;
  const Style& style_;
  std::size_t keys_ = 0;
  std::string out_;
};

}  // namespace

std::string render_explanation(const Explanation& explanation, const Style& style) {
  return Writer(explanation, style).text();
}

}  // namespace envlink::view

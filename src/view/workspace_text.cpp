#include "view/workspace_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

using plan::ExplainedSource;
using plan::ExplainedVariable;
using plan::Explanation;

/// Lines about a group; their values start in the same column.
using Fields = std::vector<std::pair<std::string, std::string>>;

std::string lines_of(const Fields& fields, const Style& style) {
  std::size_t width = 12;
  for (const auto& [label, text] : fields) width = std::max(width, display_width(label));
  std::string out;
  for (const auto& [label, text] : fields)
    out += hanging(fmt::format("  {}  ", pad(label, width)), width + 4, text, style);
  return out;
}

std::string title_of(const model::Group& group, const Style& style) {
  return fmt::format("{}  {}\n", paint(safe(group.name, style), Colour::strong, style),
                     paint(safe(group.id.text(), style), Colour::quiet, style));
}

std::pair<std::string, std::string> linked_to(const model::Group& group, const model::Workspace& workspace,
                                              const Style& style) {
  std::vector<std::string> names;
  for (const ServiceId& id : group.links) {
    const model::Service* service = workspace.find_service(id);
    names.push_back(safe(service != nullptr ? service->label() : id.text(), style));
  }
  return {"linked to", names.empty() ? "nothing" : join_and(names, 1000)};
}

constexpr std::size_t widest_key = 40;
constexpr std::size_t longest_key = 512;

/// In brackets; empty without facts.
std::string facts_in_words(const model::Facts& facts) {
  if (!facts.told) return " (Render hides its value)";
  std::vector<std::string> words;
  if (facts.empty) words.emplace_back("empty");
  if (facts.placeholder) words.emplace_back("a placeholder");
  if (facts.stray_space) words.emplace_back("starts or ends with a space or line break");
  if (facts.quoted) words.emplace_back("in quotes");
  if (facts.stray) {
    constexpr std::string_view strays[] = {"contains an unresolved reference", "a word such as null",
                                           "masked characters", "a PEM without line breaks"};
    words.emplace_back(strays[static_cast<std::size_t>(*facts.stray)]);
  }
  return words.empty() ? std::string() : fmt::format(" ({})", join(words, ", "));
}

std::string_view compared(model::Sameness sameness) {
  constexpr std::string_view words[] = {"same value", "different value", "value not compared"};
  return words[static_cast<std::size_t>(sameness)];
}

std::string name_of(const ExplainedSource& source, const Style& style) {
  return source.group ? "group " + safe(source.name, style) : std::string("service");
}

class ExplanationWriter {
 public:
  ExplanationWriter(const Explanation& explanation, const Style& style) : it_(explanation), style_(style) {
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
    line(0, it_.groups.empty() ? "No group is linked." : "Linked: " + listed(it_.groups));
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

  std::string listed(const std::vector<plan::ExplainedGroup>& groups) const {
    std::vector<std::string> names;
    for (const auto& group : groups) {
      std::string counted = group.variables ? count_of(*group.variables, "variable")
                                            : std::string("variables hidden by Render");
      if (group.secret_files > 0) counted += ", " + count_of(group.secret_files, "secret file");
      names.push_back(fmt::format("{} ({})", safe(group.name, style_), counted));
    }
    return join_and(names);
  }

  /// The same columns for what the file would change.
  void after(const plan::AfterApply& after) {
    out_ += '\n';
    std::vector<std::string> changes;
    if (!after.linked.empty()) changes.push_back("links " + listed(after.linked));
    if (!after.unlinked.empty()) changes.push_back("unlinks " + listed(after.unlinked));
    line(0, fmt::format("After envlink apply ({}):", join_and(changes)), Colour::strong);
    const std::string whom = it_.asked.empty() ? "it" : safe(it_.asked, style_);
    if (after.variables.empty()) line(0, fmt::format("Nothing changes for {}.", whom));
    for (const auto& variable : after.variables) entry(variable);
  }

  void none() {
    if (it_.asked.empty()) return line(0, "It has no variables.");
    std::string text =
        fmt::format("{} is not set on this service or in its linked groups.", safe(it_.asked, style_));
    if (!it_.near.empty()) text += fmt::format(" Did you mean {}?", safe(it_.near, style_));
    line(0, text);
  }

  void entry(const ExplainedVariable& variable) {
    out_ += paint(pad(safe(variable.key, style_, longest_key), keys_), Colour::strong, style_);
    if (variable.sources.empty()) {
      out_ += "  " + paint("no longer set", Colour::caution, style_) + "\n";
      return;
    }
    const auto& winner = variable.sources.front();
    const bool settled = variable.settled();
    const bool file = model::is_file_key(variable.key);
    std::string said = name_of(winner, style_);
    if (variable.sources.size() > 1) said += settled ? "" : " (perhaps)";
    out_ += hanging("  ", keys_ + 2, said + (file ? "" : facts_in_words(winner.facts)), style_);
    if (variable.sources.size() < 2) return;
    for (std::size_t i = 1; i < variable.sources.size(); ++i) shadowed(variable.sources[i], settled, file);
    line(4, fmt::format("why: {}", plan::why(variable.rule)), Colour::quiet);
  }

  void shadowed(const ExplainedSource& source, bool settled, bool file) {
    const std::string said = fmt::format(
        "{} {} ({}){}", settled ? "overrides" : "also in", name_of(source, style_),
        file ? "contents not compared" : compared(source.sameness), file ? "" : facts_in_words(source.facts));
    line(4, said, source.sameness == model::Sameness::equal ? Colour::quiet : Colour::caution);
  }

  const Explanation& it_;
  const Style& style_;
  std::size_t keys_ = 0;
  std::string out_;
};

}  // namespace

std::string render_group(const model::Group& group, const model::Workspace& workspace, const Style& style) {
  Fields fields;
  if (group.environment)
    fields.emplace_back("environment", safe(workspace.environment_label(*group.environment), style));
  fields.push_back(linked_to(group, workspace, style));
  std::vector<std::string> keys =
      safe(model::keys_of(group.variables.value_or(std::vector<model::Variable>{})), style);
  std::sort(keys.begin(), keys.end());
  fields.emplace_back(count_of(keys.size(), "variable"), join(keys, ", "));
  if (!group.secret_files.empty()) {
    fields.emplace_back(count_of(group.secret_files.size(), "secret file"),
                        join(safe(group.secret_files, style), ", "));
  }
  return title_of(group, style) + lines_of(fields, style);
}

std::string render_explanation(const Explanation& explanation, const Style& style) {
  return ExplanationWriter(explanation, style).text();
}

}  // namespace envlink::view

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
using plan::Freshness;
using plan::Status;
using plan::StatusRow;

Colour colour_of(plan::Freshness freshness) {
  constexpr Colour colours[] = {Colour::good, Colour::caution, Colour::caution, Colour::busy, Colour::quiet};
  return colours[static_cast<std::size_t>(freshness)];
}

/// What was adopted counts as live and is told apart.
std::string_view word_for(Freshness freshness, const plan::Evidence& evidence) {
  return evidence.source == plan::EvidenceSource::adopted ? "adopted" : to_string(freshness);
}

/// What is told of a group, a line each: behind the labels begins one column.
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

constexpr std::size_t narrowest_column = 9;  // "deploying"
constexpr std::size_t gap = 2;

/// "  name  stale      why": of a service, be it in a status or in a verification.
std::string freshness_line(const auto& service, std::size_t names, const Style& style) {
  const std::string name = pad(safe(service.name, style), names);
  const std::string_view word = word_for(service.freshness, service.evidence);
  const std::string lead = fmt::format("  {}  {}", name, paint(word, colour_of(service.freshness), style));
  if (service.because.empty()) return lead + "\n";
  const std::size_t indent = 2 + display_width(name) + gap + narrowest_column + gap;
  return hanging(lead + std::string(narrowest_column + gap - word.size(), ' '), indent,
                 safe(service.because, style, 1000), style);
}

class Matrix {
 public:
  Matrix(const Status& status, const Style& style)
      : status_(status),
        style_(style),
        names_(column_width(status.rows, 32, [&](const StatusRow& row) { return safe(row.name, style); })) {}

  std::string text() {
    const std::string title = fmt::format("Workspace {} ({})", safe(status_.owner.name, style_),
                                          safe(status_.owner.id.text(), style_));
    out_ += paint(title, Colour::strong, style_) + "\n";
    for (std::size_t first = 0; first < status_.groups.size();) first = block(first);
    if (status_.groups.empty()) block(0);
    if (status_.why) {
      evidence();
    } else {
      reasons();
    }
    return std::move(out_);
  }

 private:
  std::size_t width_of(std::size_t group) const {
    return std::max(narrowest_column, display_width(safe(status_.groups[group], style_)));
  }

  /// As many groups as fit; returns the first that does not.
  std::size_t block(std::size_t first) {
    std::size_t used = 2 + names_;
    std::size_t last = first;
    while (last < status_.groups.size() && (last == first || used + gap + width_of(last) <= style_.width)) {
      used += gap + width_of(last++);
    }
    out_ += "\n" + std::string(2 + names_, ' ');
    for (std::size_t group = first; group < last; ++group) {
      out_ += std::string(gap, ' ') +
              paint(pad(safe(status_.groups[group], style_), group + 1 < last ? width_of(group) : 0),
                    Colour::strong, style_);
    }
    out_ += "\n";
    const bool whole = last - first == status_.groups.size();
    for (const StatusRow& row : status_.rows) {
      const bool concerned = std::ranges::any_of(
          row.cells, [&](const auto& cell) { return cell.group >= first && cell.group < last; });
      if (whole || concerned) line(row, first, last);
    }
    return last;
  }

  void line(const StatusRow& row, std::size_t first, std::size_t last) {
    std::string text = "  " + pad(cut_inside(safe(row.name, style_), names_, style_), names_);
    for (std::size_t group = first; group < last; ++group) {
      const auto cell = std::ranges::find(row.cells, group, &plan::StatusCell::group);
      const bool asked = cell != row.cells.end();
      const std::string word(asked ? word_for(cell->freshness, cell->evidence) : style_.unicode ? "·" : ".");
      const std::size_t blanks = group + 1 < last ? width_of(group) - display_width(word) : 0;
      text += std::string(gap, ' ') +
              paint(word, asked ? colour_of(cell->freshness) : Colour::quiet, style_) +
              std::string(blanks, ' ');
    }
    out_ += text + "\n";
  }

  void reasons() {
    bool first = true;
    for (const StatusRow& row : status_.rows) {
      if (row.freshness == Freshness::live) continue;
      if (std::exchange(first, false)) out_ += heading("Why", style_);
      out_ += freshness_line(row, names_, style_);
    }
  }

  void tell(std::size_t indent, const std::string& safe_text, Colour colour = Colour::plain) {
    if (!safe_text.empty()) out_ += hanging(std::string(indent, ' '), indent + 2, safe_text, style_, colour);
  }

  /// Of every service and each of its groups: the word, its clause and what it rests on.
  void evidence() {
    out_ += heading("Why", style_);
    for (const StatusRow& row : status_.rows) {
      tell(2, fmt::format("{}: {}", safe(row.name, style_), word_for(row.freshness, row.evidence)));
      const bool of_a_group =
          std::ranges::find(row.cells, row.because, &plan::StatusCell::because) != row.cells.end();
      if (!of_a_group) tell(4, safe(row.because, style_, 1000));
      for (const plan::StatusCell& cell : row.cells) evidence(row, cell);
    }
    if (status_.audit_log == plan::AuditLog::none) {
      out_ += folded(
          "Who changed a group, and when, is not known: Render offers no audit log for this workspace and "
          "key.",
          style_, Colour::quiet);
    } else if (status_.audit_log == plan::AuditLog::partly) {
      out_ += folded("The audit log has more entries than envlink reads: older changes are not told.", style_,
                     Colour::caution);
    }
  }

  void evidence(const StatusRow& row, const plan::StatusCell& cell) {
    const std::string group = safe(status_.groups[cell.group], style_);
    tell(4, fmt::format("{}: {}, {}", group, word_for(cell.freshness, cell.evidence),
                        safe(cell.because, style_, 1000)));
    tell(6, safe(cell.evidence.text, style_, 1000), Colour::quiet);
    constexpr std::string_view newer = "changed after the running deploy began";
    for (const std::string& key : cell.evidence.changed) {
      const bool file = model::is_file_key(key);
      tell(6, fmt::format("{}{} {}", file ? "the file " : "",
                          safe(file ? key.substr(model::file_prefix.size()) : key, style_), newer));
    }
    std::vector<plan::GroupChange> changes = row.changes;
    std::erase_if(changes, [&](const auto& change) { return change.group != cell.group; });
    if (cell.evidence.changed.empty() && std::ranges::any_of(changes, &plan::GroupChange::of_variables))
      tell(6, fmt::format("the audit log tells that a variable of {} {}", group, newer));
    for (const plan::GroupChange& change : changes) {
      tell(6,
           fmt::format("{} {}: {}", day_and_time(change.at),
                       change.by.empty() ? "somebody" : safe(change.by, style_), safe(change.event, style_)));
    }
  }

  const Status& status_;
  const Style& style_;
  std::size_t names_;
  std::string out_;
};

std::string closing(const Status& status, const Style& style) {
  const auto count = [&](Freshness freshness) {
    return static_cast<std::size_t>(std::ranges::count(status.rows, freshness, &StatusRow::freshness));
  };
  const std::size_t stale = count(Freshness::stale) + count(Freshness::staged);
  const std::size_t unknown = count(Freshness::unknown);
  const std::size_t deploying = count(Freshness::deploying);
  std::string text = "Every service is known to run with what the file links.";
  if (deploying > 0)
    text = fmt::format("Nothing is known to be stale; {} still deploying.",
                       count_of(deploying, "service is", "services are"));
  std::vector<std::string> open;
  if (stale > 0) open.push_back(count_of(stale, "service is", "services are") + " not up to date");
  if (unknown > 0)
    open.push_back(count_of(unknown, "service is", "services are") + " not known to run what is linked");
  if (!open.empty()) text = fmt::format("{}. What would be done: envlink plan", fmt::join(open, "; "));
  return folded(text, style, stale + unknown + deploying > 0 ? Colour::caution : Colour::good);
}

void add_step(std::string& out, std::size_t number, const plan::VerifiedStep& step, const Style& style) {
  const auto mark = sign(step.passed ? Symbol::good : Symbol::bad, style);
  out += fmt::format("{} Step {}: {}\n", paint(mark, step.passed ? Colour::good : Colour::bad, style), number,
                     safe(step.title, style));
  for (const auto& problem : step.problems) out += hanging("    ", 6, safe(problem, style, 1000), style);
}

constexpr std::size_t widest_key = 40;
constexpr std::size_t longest_key = 512;

/// In brackets; empty where there is nothing to say.
std::string facts_in_words(const model::Facts& facts) {
  if (!facts.told) return " (Render does not tell its value)";
  std::vector<std::string> words;
  if (facts.empty) words.emplace_back("empty");
  if (facts.placeholder) words.emplace_back("a placeholder");
  if (facts.stray_space) words.emplace_back("begins or ends with a blank or a line break");
  if (facts.quoted) words.emplace_back("stands in quotes");
  if (facts.stray) {
    constexpr std::string_view strays[] = {"holds a reference that nothing has replaced",
                                           "a word for no value", "a mask", "a PEM without line breaks"};
    words.emplace_back(strays[static_cast<std::size_t>(*facts.stray)]);
  }
  return words.empty() ? std::string() : fmt::format(" ({})", join(words, ", "));
}

std::string_view compared(model::Sameness sameness) {
  constexpr std::string_view words[] = {"the same value", "another value",
                                        "a value that could not be compared"};
  return words[static_cast<std::size_t>(sameness)];
}

std::string name_of(const ExplainedSource& source, const Style& style) {
  return source.group ? "group " + safe(source.name, style) : std::string("its own");
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
                                            : std::string("variables not told by Render");
      if (group.secret_files > 0) counted += ", " + count_of(group.secret_files, "secret file");
      names.push_back(fmt::format("{} ({})", safe(group.name, style_), counted));
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
    const std::string whom = it_.asked.empty() ? "it" : safe(it_.asked, style_);
    if (after.variables.empty()) line(0, fmt::format("Nothing changes for {}.", whom));
    for (const auto& variable : after.variables) entry(variable);
  }

  void none() {
    if (it_.asked.empty()) return line(0, "It has no variables.");
    std::string text = fmt::format("{} reaches it neither through a linked group nor as its own variable.",
                                   safe(it_.asked, style_));
    if (!it_.near.empty()) text += fmt::format(" Did you mean {}?", safe(it_.near, style_));
    line(0, text);
  }

  void entry(const ExplainedVariable& variable) {
    out_ += paint(pad(safe(variable.key, style_, longest_key), keys_), Colour::strong, style_);
    if (variable.sources.empty()) {
      out_ += "  " + paint("reaches it no more", Colour::caution, style_) + "\n";
      return;
    }
    const auto& winner = variable.sources.front();
    const bool settled = variable.settled();
    const bool file = model::is_file_key(variable.key);
    std::string said = name_of(winner, style_);
    if (variable.sources.size() > 1) said += settled ? " wins" : " perhaps";
    out_ += hanging("  ", keys_ + 2, said + (file ? "" : facts_in_words(winner.facts)), style_);
    if (variable.sources.size() < 2) return;
    for (std::size_t i = 1; i < variable.sources.size(); ++i) shadowed(variable.sources[i], settled, file);
    line(4, fmt::format("why: {}", plan::why(variable.rule)), Colour::quiet);
  }

  void shadowed(const ExplainedSource& source, bool settled, bool file) {
    const std::string said =
        fmt::format("{} {}, {}{}", name_of(source, style_), settled ? "is hidden" : "holds it as well",
                    file ? "what is in them was not compared" : compared(source.sameness),
                    file ? "" : facts_in_words(source.facts));
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

std::string render_status(const Status& status, const Style& style) {
  return journal_warning(status.journal_unreadable, style) + Matrix(status, style).text() + "\n" +
         closing(status, style);
}

std::string render_verification(const plan::Verification& verification, const Style& style) {
  std::string out = journal_warning(verification.journal_unreadable, style);
  std::size_t number = 0;
  for (const auto& step : verification.all_steps()) add_step(out, ++number, step, style);
  if (verification.services.empty()) return out;
  out += heading("Services", style);
  const auto name_of = [&](const plan::VerifiedService& service) { return safe(service.name, style); };
  const std::size_t names = column_width(verification.services, 40, name_of);
  for (const auto& service : verification.services) out += freshness_line(service, names, style);
  return out;
}

std::string render_explanation(const Explanation& explanation, const Style& style) {
  return ExplanationWriter(explanation, style).text();
}

}  // namespace envlink::view

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "cli/command.h"
#include "cli/opened_store.h"
#include "cli/output.h"
#include "cli/system.h"
#include "config/file.h"
#include "view/layout.h"

namespace envlink::cli {

namespace {

using Words = std::vector<std::string>;

struct Candidate {
  std::string word;
  std::string does;  // may be empty
};

struct Completion {
  std::vector<Candidate> candidates;  // those that match the word so far
  bool files = false;                 // also complete file names
};

enum class Kind { service, group };

/// No errors, because the user is typing. A file with problems yields no names.
std::vector<std::string> names_in(const std::string& file, Kind kind) {
  const auto text = read_file(file);
  if (!text || !*text) return {};
  const auto desired = config::parse_file(**text, file);
  std::vector<std::string> names;
  if (!desired) return names;
  if (kind == Kind::service) {
    for (const model::DesiredService& service : desired->services) names.push_back(service.name.text);
  } else {
    for (const model::DesiredGroup& group : desired->groups) names.push_back(group.name.text);
  }
  return names;
}

/// The last runs, newest first, with their outcome. A store that is slow has none: somebody is waiting.
std::vector<Candidate> last_runs(const std::string& file) {
  constexpr int most = 20;
  constexpr Effort little{
      .limits = {.connect = std::chrono::seconds(1), .statement = std::chrono::seconds(1)},
      .repeat_for = Duration::zero()};
  std::vector<Candidate> found;
  auto store = OpenedStore::open(store_of(file), little);
  if (!store) return found;
  const auto runs = store->runs().runs("", most);
  if (!runs) return found;
  for (const run::RunSummary& run : *runs) {
    found.push_back({std::to_string(run.number),
                     fmt::format("{}, {}", run.outcome ? model::title(*run.outcome) : "unfinished",
                                 view::day_and_time(run.began))});
  }
  return found;
}

/// bash passes `--output=js` as three words.
Words joined_at_equals(const Words& words) {
  Words joined;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool behind_flag = !joined.empty() && joined.back().starts_with("--");
    const bool behind_equals = behind_flag && joined.back().ends_with('=');
    if ((words[i] == "=" && behind_flag) || behind_equals) {
      joined.back() += words[i];
    } else {
      joined.push_back(words[i]);
    }
  }
  return joined;
}

/// "text|json"
Words choices_in(std::string_view value) {
  Words choices;
  if (value.find('|') == std::string_view::npos) return choices;
  for (const std::string_view choice : split(value, '|')) choices.emplace_back(choice);
  return choices;
}

class Completer {
 public:
  explicit Completer(const Command& command) : command_(command.prepare()) {}

  Completion at(const Words& before, const std::string& word, const std::string& prefix) {
    for (const std::string& one : before) read(one);
    if (word.starts_with("--") && word.find('=') != std::string::npos) {
      const std::size_t equals = word.find('=');
      const Parameter* flag = flag_named(word.substr(0, equals));
      if (flag == nullptr) return {};
      // bash completes only the part after the sign; other shells need the whole word.
      return values_of(*flag, word.substr(equals + 1), prefix.empty() ? word.substr(0, equals + 1) : "");
    }
    if (open_ != nullptr && !taken_) return values_of(*open_, word, "");
    if (word.starts_with('-')) return flags(word);
    Completion found;
    if (open_ != nullptr && open_->takes_several()) found = values_of(*open_, word, "");
    if (const Parameter* argument = next_argument(); argument != nullptr && open_ == nullptr)
      found = values_of(*argument, word, "");
    if (word.empty() && found.candidates.empty() && !found.files) found = flags(word);
    return found;
  }

 private:
  /// Processes a complete word of the line.
  void read(const std::string& word) {
    if (word.starts_with('-') && word.size() > 1) {
      const std::size_t equals = word.find('=');
      open_ = nullptr;
      const Parameter* flag = flag_named(word.substr(0, equals));
      if (flag == nullptr) return;
      used_.push_back(flag);
      if (flag->takes_value() && equals == std::string::npos) open_ = flag;
      if (equals != std::string::npos) note_file(*flag, word.substr(equals + 1));
      taken_ = false;
    } else if (open_ != nullptr) {
      note_file(*open_, word);
      taken_ = true;
      if (!open_->takes_several()) open_ = nullptr;
    } else {
      ++arguments_;
    }
  }

  void note_file(const Parameter& flag, const std::string& value) {
    if (flag.is_named("--file")) file_ = value;
  }

  const Parameter* flag_named(const std::string& name) const {
    for (const Parameter& parameter : command_.parameters) {
      if (parameter.is_flag() && parameter.is_named(name)) return &parameter;
    }
    return nullptr;
  }

  const Parameter* next_argument() const {
    std::size_t index = 0;
    const Parameter* last = nullptr;
    for (const Parameter& parameter : command_.parameters) {
      if (parameter.is_flag()) continue;
      last = &parameter;
      if (index++ == arguments_) return last;
    }
    return last != nullptr && last->takes_several() ? last : nullptr;
  }

  Completion flags(const std::string& word) const {
    Completion found;
    if (std::string_view("--help").starts_with(word)) found.candidates.push_back({"--help", "This help"});
    for (const Parameter& parameter : command_.parameters) {
      const bool again = parameter.takes_several() || std::ranges::find(used_, &parameter) == used_.end();
      if (!parameter.is_flag() || parameter.hidden || !again) continue;
      const std::string name(parameter.all_names().back());
      if (name.starts_with(word)) found.candidates.push_back({name, std::string(parameter.does)});
    }
    return found;
  }

  Completion values_of(const Parameter& parameter, const std::string& word, const std::string& lead) const {
    const std::string_view kind = parameter.value.empty() ? parameter.names : parameter.value;
    Completion found{.candidates = {}, .files = kind == "FILE" || kind == "PLAN" || kind == "WORKSPACE"};
    Words all = choices_in(kind);
    if (kind == "SERVICE") all = names_in(file_, Kind::service);
    if (kind == "GROUP") all = names_in(file_, Kind::group);
    if (kind == "RUN") {
      for (Candidate& one : last_runs(file_)) {
        if (one.word.starts_with(word)) found.candidates.push_back({lead + one.word, std::move(one.does)});
      }
    }
    for (const std::string& value : all) {
      if (value.starts_with(word)) found.candidates.push_back({lead + value, {}});
    }
    return found;
  }

  const Invocation command_;
  std::string file_ = CommonOptions{}.file;
  const Parameter* open_ = nullptr;  // the flag whose value comes next, or may
  bool taken_ = false;               // it already has a value
  std::vector<const Parameter*> used_;
  std::size_t arguments_ = 0;
};

/// The next word of a command's name: "groups", and then "list".
Completion names_of_commands(Words before, const std::string& word) {
  Completion found;
  std::erase_if(before, [](const std::string& one) { return one.starts_with('-'); });
  std::string typed = join(before, " ");
  if (!typed.empty()) typed += ' ';
  for (const Command& command : commands()) {
    if (command.is_hidden() || !command.name.starts_with(typed + word)) continue;
    const std::string_view rest = command.name.substr(typed.size());
    const std::string name(rest.substr(0, rest.find(' ')));
    const bool whole = name.size() == rest.size();
    if (found.candidates.empty() || found.candidates.back().word != name)
      found.candidates.push_back({name, whole ? std::string(command.summary) : ""});
  }
  return found;
}

/// `words`: up to the one at the cursor, which may be empty.
Completion complete(Words words) {
  if (words.empty()) words.emplace_back();
  const bool split = std::ranges::find(words, "=") != words.end();
  words = joined_at_equals(words);
  const std::string word = words.back();
  words.pop_back();
  const bool help = !words.empty() && words.front() == "help";
  if (help) words.erase(words.begin());
  for (const Command& command : commands()) {
    const auto length = std::ranges::count(command.name, ' ') + 1;
    if (std::ssize(words) < length ||
        join(std::span(words).first(static_cast<std::size_t>(length)), " ") != command.name)
      continue;
    if (help || command.is_hidden()) return {};
    words.erase(words.begin(), words.begin() + length);
    return Completer(command).at(words, word, split ? "=" : "");
  }
  return names_of_commands(words, word);
}

struct CompleteOptions : CommonOptions {
  Words words;  // up to the one at the cursor
};

std::vector<Parameter> parameters(CompleteOptions& options) {
  return {{"WORD", "", &options.words, "The words behind the program's name"}};
}

Outcome run(const CompleteOptions& options) {
  const Completion found = complete(options.words);
  std::string lines;
  for (const Candidate& candidate : found.candidates)
    lines += fmt::format("{}\t{}\n", clean(candidate.word), candidate.does);
  if (found.files) lines += ":files\n";
  if (!lines.empty()) write(Stream::result, lines);
  return Outcome::done;
}

}  // namespace

Command complete_command() {
  return {.name = "__complete",
          .section = Section::hidden,
          .summary =
              "Print what may stand at the cursor: a word, a tab and what it does in a line each; "
              "\":files\" for files.",
          .verbatim = true,
          .action = make_action(parameters, run)};
}

}  // namespace envlink::cli

#include "cli/complete.h"

#include <algorithm>

#include "cli/options.h"

namespace envlink::cli {

namespace {

using Words = std::vector<std::string>;

/// bash hands `--output=js` over in three words.
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

class Completer {
 public:
  Completer(const CommandDescription& command, const NamesIn& names) : command_(command), names_(names) {}

  Completion at(const Words& before, const std::string& word, const std::string& prefix) {
    for (const std::string& one : before) read(one);
    if (word.starts_with("--") && word.find('=') != std::string::npos) {
      const std::size_t equals = word.find('=');
      const Parameter* flag = flag_named(word.substr(0, equals));
      if (flag == nullptr) return {};
      // bash completes what stands behind the sign alone; the others want the whole word.
      return values_of(*flag, word.substr(equals + 1), prefix.empty() ? word.substr(0, equals + 1) : "");
    }
    if (open_ != nullptr && !taken_) return values_of(*open_, word, "");
    if (word.starts_with('-')) return flags(word);
    Completion found;
    if (open_ != nullptr && open_->many) found = values_of(*open_, word, "");
    if (const Parameter* argument = next_argument(); argument != nullptr && open_ == nullptr)
      found = values_of(*argument, word, "");
    if (word.empty() && found.candidates.empty() && !found.files) found = flags(word);
    return found;
  }

 private:
  /// A word that stands complete on the line.
  void read(const std::string& word) {
    if (word.starts_with('-') && word.size() > 1) {
      const std::size_t equals = word.find('=');
      open_ = nullptr;
      const Parameter* flag = flag_named(word.substr(0, equals));
      if (flag == nullptr) return;
      used_.push_back(flag);
      if (!flag->value.empty() && equals == std::string::npos) open_ = flag;
      if (equals != std::string::npos) note_file(*flag, word.substr(equals + 1));
      taken_ = false;
    } else if (open_ != nullptr) {
      note_file(*open_, word);
      taken_ = true;
      if (!open_->many) open_ = nullptr;
    } else {
      ++arguments_;
    }
  }

  void note_file(const Parameter& flag, const std::string& value) {
    if (std::ranges::find(flag.names, "--file") != flag.names.end()) file_ = value;
  }

  const Parameter* flag_named(const std::string& name) const {
    for (const Parameter& parameter : command_.parameters) {
      if (parameter.is_flag && std::ranges::find(parameter.names, name) != parameter.names.end())
        return &parameter;
    }
    return nullptr;
  }

  const Parameter* next_argument() const {
    std::size_t index = 0;
    const Parameter* last = nullptr;
    for (const Parameter& parameter : command_.parameters) {
      if (parameter.is_flag) continue;
      last = &parameter;
      if (index++ == arguments_) return last;
    }
    return last != nullptr && last->many ? last : nullptr;
  }

  Completion flags(const std::string& word) const {
    Completion found;
    for (const Parameter& parameter : command_.parameters) {
      const bool again = parameter.many || std::ranges::find(used_, &parameter) == used_.end();
      if (!parameter.is_flag || !again) continue;
      const std::string& name = parameter.names.back();
      if (name.starts_with(word)) found.candidates.push_back({name, parameter.does});
    }
    return found;
  }

  Completion values_of(const Parameter& parameter, const std::string& word, const std::string& lead) const {
    Completion found{.candidates = {}, .files = parameter.kind == ValueKind::file};
    Words all = parameter.choices;
    if (parameter.kind == ValueKind::service || parameter.kind == ValueKind::group)
      all = names_(file_, parameter.kind);
    for (const std::string& value : all) {
      if (value.starts_with(word)) found.candidates.push_back({lead + value, {}});
    }
    return found;
  }

  const CommandDescription& command_;
  const NamesIn& names_;
  std::string file_ = Options{}.file;
  const Parameter* open_ = nullptr;  // the flag whose value comes next, or may
  bool taken_ = false;               // it has one value already
  std::vector<const Parameter*> used_;
  std::size_t arguments_ = 0;
};

}  // namespace

Completion complete(std::span<const CommandDescription> commands, std::vector<std::string> words,
                    const NamesIn& names) {
  if (words.empty()) words.emplace_back();
  const bool split = std::ranges::find(words, "=") != words.end();
  words = joined_at_equals(words);
  const std::string word = words.back();
  words.pop_back();
  if (words.empty()) {
    Completion found;
    for (const CommandDescription& command : commands) {
      if (command.name.starts_with(word)) found.candidates.push_back({command.name, command.does});
    }
    return found;
  }
  if (words.front() == "help") return words.size() == 1 ? complete(commands, {word}, names) : Completion{};
  const auto command = std::ranges::find(commands, words.front(), &CommandDescription::name);
  if (command == commands.end()) return {};
  words.erase(words.begin());
  return Completer(*command, names).at(words, word, split ? "=" : "");
}

}  // namespace envlink::cli

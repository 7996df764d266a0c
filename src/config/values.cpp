#include "config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "base/text.h"
#include "config/variable_name.h"

namespace envlink::config {
namespace {

using model::ValuesEntry;
using model::ValuesFrom;

using Words = std::vector<std::string>;

/// No shell is involved: a word is any program argument.
std::optional<Words> read_command(const yaml::Node& node, std::string_view key,
                                  yaml::Diagnostics& diagnostics) {
  if (node.kind != yaml::Kind::sequence) {
    diagnostics.wrong_kind(
        node, key, "a list of words",
        yaml::is_text(node) ? "write each word separately: [op, read, \"op://vault/item/field\"]" : "");
    return std::nullopt;
  }
  Words words;
  bool whole = true;
  for (const yaml::NodePtr& item : node.items) {
    if (!item->broken && !yaml::is_text(*item)) {
      const bool has_text = item->kind == yaml::Kind::scalar && !yaml::is_null(*item);
      diagnostics.add(
          *item,
          fmt::format("an entry of {} must be text, found {}", yaml::quoted(key), yaml::kind_words(*item)),
          has_text ? fmt::format("if it is meant as text, quote it: \"{}\"", clean(item->text, 60)) : "");
    } else if (item->text.find('\0') != std::string::npos) {
      diagnostics.add(*item, fmt::format("an entry of {} contains a NUL byte", yaml::quoted(key)));
    } else if (!item->broken) {
      words.push_back(item->text);
      continue;
    }
    whole = false;
  }
  if (!whole) return std::nullopt;
  if (!words.empty() && !words.front().empty()) return words;
  diagnostics.add(node, fmt::format("{} does not name a program", yaml::quoted(key)),
                  "write the program and its arguments: [op, read, \"op://vault/item/field\"]");
  return std::nullopt;
}

std::optional<Words> read_prefix(const yaml::Node& node, std::string_view key,
                                 yaml::Diagnostics& diagnostics) {
  const auto word = yaml::read_word(node, key, "the prefix of environment variable names", diagnostics);
  if (!word) return std::nullopt;
  if (is_variable_name(word->text)) return Words{word->text};
  diagnostics.add(node,
                  fmt::format("{} is {}, which no variable name can begin with", yaml::quoted(key),
                              yaml::quoted(word->text)),
                  "use letters, digits and _, such as PROD_");
  return std::nullopt;
}

std::optional<Words> read_path(const yaml::Node& node, std::string_view key, yaml::Diagnostics& diagnostics) {
  const auto word = yaml::read_word(node, key, "the path of a file", diagnostics);
  return word ? std::optional(Words{word->text}) : std::nullopt;
}

/// False if it is invalid.
bool read_from(const yaml::Node& node, ValuesEntry& entry, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "from", diagnostics);
  if (!section.readable()) return false;
  std::vector<const yaml::Entry*> sources;
  bool whole = true;
  for (const std::string_view key : words_of<ValuesFrom>) {
    const yaml::Node* value = section.get(key);
    const auto named = std::ranges::find(node.entries, key, &yaml::Entry::key);
    if (named == node.entries.end()) continue;
    sources.push_back(&*named);
    const ValuesFrom from = *from_word<ValuesFrom>(key);
    std::optional<Words> words;
    if (value != nullptr) {
      words = from == ValuesFrom::command ? read_command(*value, key, diagnostics)
              : from == ValuesFrom::env   ? read_prefix(*value, key, diagnostics)
                                          : read_path(*value, key, diagnostics);
    }
    whole = whole && words;
    if (words) entry = {.from = from, .words = std::move(*words), .place = value->place};
  }
  section.finish();
  if (sources.size() > 1) {
    const yaml::Entry* last = std::ranges::max(
        sources, {}, [](const yaml::Entry* one) { return std::pair(one->place.line, one->place.column); });
    diagnostics.add(*last, fmt::format("`from` names {} sources", sources.size()),
                    "write one entry of `values` for each");
  }
  const bool has_others =
      std::ranges::any_of(node.entries, [](const yaml::Entry& one) { return !one.key.starts_with("x-"); });
  if (!has_others)
    diagnostics.add(node, "`from` does not name a source", "use one of dotenv, env, command or file");
  return whole && sources.size() == 1;
}

std::optional<std::vector<SourceString>> read_keys(const yaml::Node& node, std::string_view key,
                                                   yaml::Diagnostics& diagnostics) {
  const std::vector<SourceString> keys = yaml::read_list(node, key, "variable names", diagnostics);
  if (node.kind == yaml::Kind::sequence && node.items.empty()) {
    diagnostics.add(node, fmt::format("{} is empty", yaml::quoted(key)),
                    "leave it out to take everything from the source");
  }
  for (const SourceString& one : keys) {
    if (is_variable_name(one.text)) continue;
    diagnostics.add(one, fmt::format("{} is not a valid variable name", yaml::quoted(one.text)),
                    model::is_file_key(one.text)
                        ? "write a separate entry for a secret file: {from: {file: ca.pem}, key: file:ca.pem}"
                        : "use letters, digits, _, - and ., starting with a letter or _");
  }
  return keys;
}

std::optional<SourceString> read_key(const yaml::Node& node, std::string_view key,
                                     yaml::Diagnostics& diagnostics) {
  auto word = yaml::read_word(node, key, "the name of a variable, or file:NAME", diagnostics);
  if (!word || is_key(word->text)) return word;
  diagnostics.add(
      node,
      fmt::format("{} is not a valid {} name", yaml::quoted(word->text),
                  model::is_file_key(word->text) ? "secret file" : "variable"),
      model::is_file_key(word->text)
          ? "write file:NAME, such as file:ca.pem"
          : "use letters, digits, _, - and ., starting with a letter or _; a secret file is file:NAME");
  return std::nullopt;
}

/// Checks that `key` and `keys` fit the source.
void check_fit(const yaml::Node& node, const ValuesEntry& entry, yaml::Diagnostics& diagnostics) {
  const auto named = [&](std::string_view key) {
    const auto found = std::ranges::find(node.entries, key, &yaml::Entry::key);
    return found == node.entries.end() ? nullptr : &*found;
  };
  const yaml::Entry* key = named("key");
  const yaml::Entry* keys = named("keys");
  const bool has_many = entry.from == ValuesFrom::dotenv || entry.from == ValuesFrom::env;
  if (key != nullptr && keys != nullptr) {
    diagnostics.add(
        *key, "`key` and `keys` cannot be combined",
        "`keys` selects some of many variables; `key` names the one variable that gets the whole value");
  } else if (key != nullptr && has_many) {
    diagnostics.add(*key,
                    fmt::format("`key` cannot be used with `{}`, which has many values", word(entry.from)),
                    fmt::format("write keys: [{}]", entry.key ? clean(entry.key->text, 60) : "KEY"));
  } else if (entry.from == ValuesFrom::file && keys != nullptr) {
    diagnostics.add(*keys, "`keys` cannot be used with `file`, which is one value", "write key: KEY");
  } else if (entry.from == ValuesFrom::file && key == nullptr) {
    diagnostics.add(node, "an entry of `values` lacks `key`: a file is one value",
                    "write key: KEY, or key: file:ca.pem for a secret file; for a file with KEY=value lines, "
                    "use from: {dotenv: …}");
  }
}

std::optional<ValuesEntry> read_entry(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  yaml::MappingReader section(node, "an entry of values", diagnostics);
  if (!section.readable()) return std::nullopt;
  ValuesEntry entry;
  bool whole = false;
  if (const yaml::Node* from = section.get("from")) {
    whole = read_from(*from, entry, diagnostics);
  }
  section.require("from",
                  {node.place, "an entry of `values` lacks `from`",
                   "write from: {dotenv: .env.production}, or use env, command or file", node.length});
  section.read("keys", entry.keys, read_keys);
  section.read("key", entry.key, read_key);
  section.read("prune", entry.prune, yaml::read_bool);
  section.finish();
  if (whole && !section.misspells("key")) check_fit(node, entry, diagnostics);
  return entry;
}

}  // namespace

std::optional<std::vector<ValuesEntry>> read_values(const yaml::Node& node, std::string_view key,
                                                    yaml::Diagnostics& diagnostics) {
  std::vector<ValuesEntry> entries;
  const auto take = [&](const yaml::Node& one) {
    if (auto entry = read_entry(one, diagnostics)) entries.push_back(std::move(*entry));
  };
  if (node.kind == yaml::Kind::mapping) {
    take(node);
  } else if (node.kind == yaml::Kind::sequence) {
    for (const yaml::NodePtr& item : node.items) {
      if (!item->broken) take(*item);
    }
  } else if (!yaml::is_null(node)) {
    diagnostics.wrong_kind(node, key, "a mapping with `from`, or a list of them");
    return std::nullopt;
  }
  std::map<std::string, Place> first;
  const auto once = [&](const SourceString& named) {
    const auto [known, fresh] = first.emplace(named.text, named.place);
    if (fresh) return;
    diagnostics.add(
        named,
        fmt::format("{} already has a source, on line {}", yaml::quoted(named.text), known->second.line),
        "remove one");
  };
  for (const ValuesEntry& entry : entries) {
    std::ranges::for_each(entry.keys, once);
    if (entry.key) once(*entry.key);
  }
  return entries;
}

}  // namespace envlink::config

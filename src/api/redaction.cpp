#include "api/redaction.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/endpoints.h"
#include "api/redaction_forms.h"
#include "api/reply_reader.h"
#include "base/text.h"

namespace envlink::api {
namespace {

constexpr std::size_t shortest_needle = 4;
constexpr std::size_t most_needles = 200'000;  // a group of nine megabytes of short lines is no group

struct Span {
  std::size_t begin;
  std::size_t end;
};

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

bool holds_text(const Node& node, std::string_view key) {
  const json::Value* value = node.get(key);
  return value != nullptr && value->is_text();
}

std::string_view text_in(const Node& node, std::string_view key) {
  return node.get(key)->text;
}

Error not_told(const Node& node, std::string_view key) {
  return unreadable(node.path_of(key), "is no text");
}

/// Joined where they meet: a mask must not tell where one value ends and the next begins.
std::string replace(std::string_view text, std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(), [](Span a, Span b) { return a.begin < b.begin; });
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < spans.size();) {
    const std::size_t begin = spans[i].begin;
    std::size_t end = spans[i].end;
    while (++i < spans.size() && spans[i].begin <= end) end = std::max(end, spans[i].end);
    out += text.substr(done, begin - done);
    out += mask_text;
    done = end;
  }
  return out.append(text.substr(done));
}

}  // namespace

bool is_worth_masking(std::string_view value) {
  static constexpr std::array<std::string_view, 44> common = {
      "true",     "false",   "none",      "null",       "undefined", "enabled",     "disabled", "enable",
      "disable",  "default", "auto",      "production", "prod",      "development", "staging",  "test",
      "testing",  "preview", "local",     "localhost",  "trace",     "debug",       "info",     "notice",
      "warn",     "warning", "error",     "critical",   "fatal",     "verbose",     "silent",   "http",
      "https",    "utf8",    "utf-8",     "json",       "text",      "main",        "master",   "require",
      "required", "prefer",  "127.0.0.1", "0.0.0.0"};
  if (characters_in(value) < shortest_needle) return false;
  const bool is_number = std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) return value.size() > shortest_needle;
  return std::find(common.begin(), common.end(), lower(value)) == common.end();
}

Result<void> Redactor::learn_group(const Response& response) {
  return read_object<bool>(response,
                           [&](const Node& group) -> Result<bool> {
                             const json::Value* variables = group.object->find("envVars");
                             if (variables == nullptr) return fail(not_told(group, "envVars"));
                             const auto learn_member = [this](std::string_view key) {
                               return [this, key](const Node& node) -> Result<void> {
                                 if (!holds_text(node, key)) return fail(not_told(node, key));
                                 return learn(text_in(node, key));
                               };
                             };
                             auto told = for_each_object(*variables, *group.root, learn_member("value"));
                             if (const auto* files = group.get("secretFiles"); told && files != nullptr) {
                               told = for_each_object(*files, *group.root, learn_member("content"));
                             }
                             if (!told) return fail(std::move(told.error()));
                             return true;
                           })
      .map([this](bool) { settle(); });
}

Result<std::string> Redactor::learn_variables(const Response& response) {
  auto page = read_page<bool>(response, "envVar", [this](const Node& node) -> Result<bool> {
    if (!holds_text(node, "value")) return fail(not_told(node, "value"));
    return learn(text_in(node, "value")).map([] { return true; });
  });
  if (!page) return fail(std::move(page.error()));
  settle();
  if (page->length < static_cast<std::size_t>(page_size)) return std::string{};
  if (page->cursor.empty()) return fail(unreadable("the list", "is full and names no cursor for the rest"));
  return std::move(page->cursor);
}

Result<void> Redactor::learn(std::string_view value) {
  std::vector<Secret> parts;
  parts.emplace_back(std::string(value));
  for (std::string& part : parts_of(value)) parts.emplace_back(std::move(part));
  each_once(parts);  // most values are their only part, many times over
  for (const Secret& part : parts) add(part.value_);
  if (needles_.size() > most_needles) {
    return fail(unreadable("the values", "are too many to be masked"));
  }
  return {};
}

void Redactor::add(std::string_view text) {
  if (!is_worth_masking(text)) return;
  for (std::string& form : base64_of(text)) {
    if (form.size() >= shortest_needle) needles_.emplace_back(std::move(form));
  }
  needles_.emplace_back(std::string(text));
}

/// In order.
void Redactor::each_once(std::vector<Secret>& texts) {
  std::sort(texts.begin(), texts.end(), [](const Secret& a, const Secret& b) { return a.value_ < b.value_; });
  const auto rest = std::unique(texts.begin(), texts.end(),
                                [](const Secret& a, const Secret& b) { return a.value_ == b.value_; });
  texts.erase(rest, texts.end());
}

void Redactor::settle() {
  each_once(needles_);
  for (const Secret& needle : needles_) begins_[static_cast<unsigned char>(needle.value_.front())] = true;
}

std::string Redactor::mask(std::string_view text) const {
  // A mask changes how what stands beside it decodes: "%a2%5C" is not read as "2%5C" until "%a" is gone.
  constexpr int most_rounds = 16;
  std::string masked(text);
  for (int round = 0; round < most_rounds; ++round) {
    std::string next = mask_once(masked);
    if (next == masked) return mask_keys(masked);
    masked = std::move(next);
  }
  return std::string(mask_text);
}

std::string Redactor::mask_once(std::string_view text) const {
  std::vector<Span> spans;
  const auto start_of = [](std::string_view one) { return one.substr(0, shortest_needle); };
  const auto look = [&](std::string_view seen, auto&& source_of) {
    for (std::size_t at = 0; at + shortest_needle <= seen.size(); ++at) {
      if (!begins_[static_cast<unsigned char>(seen[at])]) continue;
      const std::string_view rest = seen.substr(at);
      auto needle = std::lower_bound(
          needles_.begin(), needles_.end(), start_of(rest),
          [&](const Secret& one, std::string_view start) { return start_of(one.value_) < start; });
      for (; needle != needles_.end() && start_of(needle->value_) == start_of(rest); ++needle) {
        if (!rest.starts_with(needle->value_)) continue;
        spans.push_back({source_of(at), source_of(at + needle->value_.size())});
      }
    }
  };
  const auto look_decoded = [&](const DecodedView& view) {
    look(view.text, [&](std::size_t at) { return view.from[at]; });
  };
  look(text, [](std::size_t at) { return at; });
  if (text.find('%') != std::string_view::npos) look_decoded(percent_decoded(text, false));
  if (text.find('+') != std::string_view::npos) look_decoded(percent_decoded(text, true));
  if (text.find('\\') != std::string_view::npos) look_decoded(backslash_decoded(text));
  return replace(text, std::move(spans));
}

}  // namespace envlink::api

#include "api/log_tail.h"

#include <algorithm>
#include <tuple>

#include "api/reply_reader.h"
#include "base/text.h"

namespace envlink::api {
namespace {

bool is_between(char c, char first, char last) {
  return c >= first && c <= last;
}

/// Parameters, intermediates and a final character. Any other character ends the sequence and is kept.
std::size_t end_of_control_sequence(std::string_view text, std::size_t at) {
  while (at < text.size() && is_between(text[at], '\x20', '\x3f')) ++at;
  return at < text.size() && is_between(text[at], '\x40', '\x7e') ? at + 1 : at;
}

/// A string of any characters up to BEL, ESC \ or the 8-bit terminator.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (; at < text.size() && text[at] != '\n'; ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.front() == '\a') return at + 1;
    if (rest.starts_with("\x1b\\") || rest.starts_with("\xc2\x9c")) return at + 2;
  }
  return at;
}

/// The end of the sequence that starts at `at`; `at` itself if none does.
std::size_t end_of_sequence(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  char kind = 0;
  if (rest.front() == '\x1b') {
    if (rest.size() < 2) return at + 1;
    kind = rest[1];
  } else if (rest.size() >= 2 && rest.front() == '\xc2' && is_between(rest[1], '\x80', '\x9f')) {
    kind = static_cast<char>(rest[1] - 0x40);  // U+009B is ESC [, and so on
  } else {
    return at;
  }
  switch (kind) {
    case '[':
      return end_of_control_sequence(text, at + 2);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return end_of_string(text, at + 2);
    default:
      break;
  }
  if (rest.front() != '\x1b') return at + 2;
  std::size_t end = at + 1;
  while (end < text.size() && is_between(text[end], '\x20', '\x2f')) ++end;
  return end < text.size() && is_between(text[end], '\x30', '\x7e') ? end + 1 : end;
}

struct Message {
  std::optional<Time> at;
  std::size_t order = 0;  // among messages of the same time
  std::string_view text;
};

/// The last state of a progress bar.
std::string_view after_returns(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  const auto last = line.rfind('\r');
  return last == std::string_view::npos ? line : line.substr(last + 1);
}

std::string fit_to_keep(std::string_view line) {
  std::string text = clean(line, log_columns_kept);
  if (display_width(text) > log_columns_kept) text = fit(text, log_columns_kept);
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/// Render was asked for the newest first. If every message has a time, sorts by it.
std::vector<Message> oldest_first(const json::Value& list, const json::Value& root) {
  std::vector<const json::Value*> items;
  for (const json::Value* item = list.first(); item != list.next(); item = item->next())
    items.push_back(item);
  std::vector<Message> messages;
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    const auto node = node_of(**item, root);
    const json::Value* text = node ? node->get("message") : nullptr;
    if (text == nullptr || !text->is_text()) continue;
    messages.push_back({node->time("timestamp"), messages.size(), text->text});
  }
  if (std::all_of(messages.begin(), messages.end(), [](const Message& one) { return one.at.has_value(); })) {
    std::sort(messages.begin(), messages.end(), [](const Message& a, const Message& b) {
      return std::tie(*a.at, a.order) < std::tie(*b.at, b.order);
    });
  }
  return messages;
}

}  // namespace

std::string without_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_sequence(text, at);
    if (end == at) {
      out += text[at++];
    } else {
      at = end;
    }
  }
  return out;
}

std::vector<std::string> log_lines_of(std::string_view message, const Redactor& redactor) {
  // Masks before removing or cutting anything, so that no part of a value is left, and once more afterwards,
  // for a value written in several colours.
  const std::string masked = redactor.mask(without_escapes(redactor.mask(message)));
  std::vector<std::string> lines;
  std::string_view rest = masked;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    std::string kept = fit_to_keep(after_returns(line));
    if (!kept.empty()) lines.push_back(std::move(kept));
  }
  return lines;
}

Result<std::vector<std::string>> parse_log_tail(const Response& response, const Redactor& redactor,
                                                std::size_t most_lines) {
  return read_object<std::vector<std::string>>(
      response, [&](const Node& node) -> Result<std::vector<std::string>> {
        const json::Value* list = node.object->find("logs");
        if (list == nullptr || !(list->is_null() || list->is_list())) {
          return fail(unreadable(node.path_of("logs"), "is not a list"));
        }
        std::vector<std::string> tail;  // newest first until it is reversed
        if (list->is_null()) return tail;
        const std::vector<Message> messages = oldest_first(*list, *node.root);
        for (auto one = messages.rbegin(); one != messages.rend() && tail.size() < most_lines; ++one) {
          const std::vector<std::string> lines = log_lines_of(one->text, redactor);
          tail.insert(tail.end(), lines.rbegin(), lines.rend());
        }
        tail.resize(std::min(tail.size(), most_lines));
        std::reverse(tail.begin(), tail.end());
        return tail;
      });
}

}  // namespace envlink::api

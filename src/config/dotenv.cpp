#include "config/dotenv.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"

namespace envlink::config {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_break(char c) {
  return c == '\n' || c == '\r';
}

bool is_key_character(char c) {
  return is_alphanumeric(c) || c == '_' || c == '.' || c == '-';
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
}

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end);
  return line;
}

std::string_view take_key(std::string_view& text) {
  const auto* const end = std::ranges::find_if_not(text, is_key_character);
  const std::string_view key = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(key.size());
  return key;
}

char unescape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

/// May run over several lines. Unset, and nothing taken, when the quote is never closed.
std::optional<std::string> take_quoted(std::string_view& text) {
  const char quote = text[0];
  std::string value;
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool escapes = text[at] == '\\' && at + 1 < text.size();
    if (text[at] == quote) {
      text.remove_prefix(at + 1);
      return value;
    }
    if (escapes && quote == '"') {
      value += unescape(text[++at]);
    } else if (escapes && (text[at + 1] == '\'' || text[at + 1] == '\\')) {
      value += text[++at];
    } else {
      value += text[at];
    }
  }
  return std::nullopt;
}

/// Up to the end of the line or to a comment, which needs a blank before it.
std::string take_unquoted(std::string_view& text, bool after_blank) {
  std::string_view line = take_line(text);
  bool blank = after_blank;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '#' && blank) {
      line = line.substr(0, at);
      break;
    }
    blank = is_blank(line[at]);
  }
  return std::string(line.substr(0, line.find_last_not_of(" \t") + 1));
}

struct Assignment {
  std::string_view key;
  std::string value;
};

std::optional<Assignment> take_assignment(std::string_view& text) {
  constexpr std::string_view keyword = "export";
  if (text.starts_with(keyword) && text.size() > keyword.size() && is_blank(text[keyword.size()])) {
    text.remove_prefix(keyword.size());
    skip_blanks(text);
  }
  const std::string_view key = take_key(text);
  skip_blanks(text);
  if (key.empty() || text.empty() || text[0] != '=') return std::nullopt;
  text.remove_prefix(1);
  const bool blank = !text.empty() && is_blank(text[0]);
  skip_blanks(text);
  std::optional<std::string> value;
  if (!text.empty() && (text[0] == '"' || text[0] == '\'')) value = take_quoted(text);
  if (!value) value = take_unquoted(text, blank);
  return Assignment{key, std::move(*value)};
}

/// Every assignment in turn, with the text from it on.
void for_each_assignment(std::string_view text, const auto& take) {
  while (!text.empty()) {
    while (!text.empty() && (is_blank(text[0]) || is_break(text[0]))) text.remove_prefix(1);
    const std::string_view from = text;
    if (auto assignment = take_assignment(text)) take(std::move(*assignment), from);
    take_line(text);
  }
}

}  // namespace

std::string beside(const std::string& file, const std::string& path) {
  const std::size_t slash = file.rfind('/');
  return path.starts_with('/') || slash == std::string::npos ? path : file.substr(0, slash + 1) + path;
}

std::map<std::string, std::string> parse_dotenv(std::string_view text) {
  std::map<std::string, std::string> variables;
  for_each_assignment(without_byte_order_mark(text), [&](Assignment one, std::string_view) {
    variables[std::string(one.key)] = std::move(one.value);
  });
  return variables;
}

int dotenv_line(std::string_view text, std::string_view key) {
  std::optional<std::size_t> found;
  for_each_assignment(without_byte_order_mark(text), [&](const Assignment& one, std::string_view from) {
    if (one.key == key) found = text.size() - from.size();
  });
  if (!found) return 0;
  int line = 1;
  for (std::size_t at = 0; at < *found; ++at) {
    const bool pair = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if (is_break(text[at]) && !pair) ++line;
  }
  return line;
}

}  // namespace envlink::config

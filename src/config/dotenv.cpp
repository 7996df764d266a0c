#include "config/dotenv.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"
#include "base/wipe.h"
#include "config/variable_name.h"
#include "yaml/problem.h"

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

/// Appends to `value`; may span several lines. If the quote is never closed, returns false and consumes
/// nothing.
bool take_quoted(std::string_view& text, std::string& value) {
  const char quote = text[0];
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool escapes = text[at] == '\\' && at + 1 < text.size();
    if (text[at] == quote) {
      text.remove_prefix(at + 1);
      return true;
    }
    if (escapes && quote == '"') {
      value += unescape(text[++at]);
    } else if (escapes && (text[at + 1] == '\'' || text[at + 1] == '\\')) {
      value += text[++at];
    } else {
      value += text[at];
    }
  }
  return false;
}

/// Up to the end of the line, or to a comment, which must follow a blank.
std::string_view take_unquoted(std::string_view& text, bool after_blank) {
  std::string_view line = take_line(text);
  bool blank = after_blank;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '#' && blank) {
      line = line.substr(0, at);
      break;
    }
    blank = is_blank(line[at]);
  }
  return line.substr(0, line.find_last_not_of(" \t") + 1);
}

void skip_export(std::string_view& text) {
  constexpr std::string_view keyword = "export";
  if (!text.starts_with(keyword) || text.size() == keyword.size() || !is_blank(text[keyword.size()])) return;
  text.remove_prefix(keyword.size());
  skip_blanks(text);
}

struct Assignment {
  std::string_view key;
  std::string_view value{};  // in the text, or in the caller's buffer
  bool quoted = false;
  bool unclosed = false;  // a quote, which is then part of the value
};

std::optional<Assignment> take_assignment(std::string_view& text, std::string& buffer) {
  skip_export(text);
  Assignment one{.key = take_key(text)};
  skip_blanks(text);
  if (one.key.empty() || text.empty() || text[0] != '=') return std::nullopt;
  text.remove_prefix(1);
  const bool blank = !text.empty() && is_blank(text[0]);
  skip_blanks(text);
  const bool quote = !text.empty() && (text[0] == '"' || text[0] == '\'');
  buffer.clear();
  one.quoted = quote && take_quoted(text, buffer);
  one.unclosed = quote && !one.quoted;
  one.value = one.quoted ? std::string_view(buffer) : take_unquoted(text, blank);
  return one;
}

/// For every line that is not blank and not a comment: the text from it on, the assignment if it is one, and
/// the text after it.
void for_each_line(std::string_view text, const auto& take) {
  std::string buffer;
  buffer.reserve(text.size());  // growing would leave copies of values in memory
  while (!text.empty()) {
    while (!text.empty() && (is_blank(text[0]) || is_break(text[0]))) text.remove_prefix(1);
    const std::string_view from = text;
    if (!text.empty() && text[0] != '#') {
      const auto assignment = take_assignment(text, buffer);
      take(from, assignment, text);
    }
    take_line(text);
  }
  wipe(buffer.data(), buffer.capacity());
}

/// Each assignment, with the text from it on.
void for_each_assignment(std::string_view text, const auto& take) {
  for_each_line(text, [&](std::string_view from, const std::optional<Assignment>& one, std::string_view) {
    if (one) take(*one, from);
  });
}

struct Fault {
  std::string_view rest;  // the text from it on
  std::string_view what;
  std::string_view cure;
};

/// `rest`: from the first character that does not fit an assignment.
Fault no_assignment(std::string_view from, std::string_view rest) {
  constexpr std::string_view no_equals = "not an assignment: no = after the key";
  constexpr std::string_view how = "write KEY=value; put a value of several lines in quotes";
  skip_export(from);
  if (from.starts_with('=')) return {from, "not an assignment: no key before the =", "write KEY=value"};
  if (rest.starts_with(':') && rest.data() != from.data()) {
    return {rest, no_equals, "write KEY=value, with = instead of the colon"};
  }
  std::string_view line = rest;
  if (take_line(line).find('=') == std::string_view::npos) return {rest, no_equals, how};
  return {rest, "not an assignment: this character cannot be part of a key",
          "write KEY=value; a key has letters, digits, _, - and ."};
}

std::optional<Fault> fault_of(std::string_view from, const std::optional<Assignment>& one,
                              std::string_view rest) {
  if (!one) return no_assignment(from, rest);
  skip_export(from);
  if (!is_variable_name(one->key)) {
    return Fault{from, "a key cannot start with a digit, - or .",
                 "start it with a letter or _; put a value of several lines in quotes"};
  }
  if (one->unclosed) {
    return Fault{from, "the value starts with a quote that is never closed",
                 "close it, or put the whole value in the other kind of quotes"};
  }
  skip_blanks(rest);
  if (one->quoted && !rest.empty() && !is_break(rest[0]) && rest[0] != '#') {
    return Fault{rest, "there is more text after the closing quote",
                 "put \\ before a quote inside the value, or # before a comment"};
  }
  return std::nullopt;
}

}  // namespace

std::string beside(const std::string& file, const std::string& path) {
  const std::size_t slash = file.rfind('/');
  return path.starts_with('/') || slash == std::string::npos ? path : file.substr(0, slash + 1) + path;
}

std::map<std::string, std::string> parse_dotenv(std::string_view text) {
  std::map<std::string, std::string> variables;
  for_each_assignment(without_byte_order_mark(text), [&](const Assignment& one, std::string_view) {
    variables[std::string(one.key)] = one.value;
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

void for_each_dotenv_line(std::string_view text, const std::function<void(const DotenvLine&)>& take) {
  text = without_byte_order_mark(text);
  const yaml::LineIndex lines(text);
  yaml::PlaceFinder places(lines);
  const auto place_of = [&](std::string_view rest) { return places.at(text.size() - rest.size()); };
  for_each_line(text,
                [&](std::string_view from, const std::optional<Assignment>& one, std::string_view rest) {
                  if (const auto fault = fault_of(from, one, rest)) {
                    return take({.place = place_of(fault->rest), .fault = fault->what, .cure = fault->cure});
                  }
                  skip_export(from);
                  take({.place = place_of(from), .key = one->key, .value = one->value});
                });
}

}  // namespace envlink::config

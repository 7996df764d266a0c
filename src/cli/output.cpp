#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/mask_keys.h"
#include "base/text.h"
#include "cli/github.h"
#include "cli/system.h"
#include "view/ci_reports.h"
#include "view/layout.h"
#include "view/links.h"
#include "view/terminal.h"

namespace envlink::cli {

namespace {

std::FILE* file_of(Stream stream) {
  return stream == Stream::result ? stdout : stderr;
}

// ASCII only on a terminal with a locale without Unicode: files and pipes get UTF-8.
bool unicode_on(Stream stream) {
  if (!is_terminal(stream)) return true;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto locale = environment(name);
    if (locale) return *locale != "C" && *locale != "POSIX";
  }
  return true;
}

bool terminal_can_do_more() {
  const auto kind = environment("TERM");
  return kind && *kind != "dumb";
}

bool in_ci() {
  const auto ci = environment("CI");
  return ci && *ci != "false" && *ci != "0";
}

/// Only if the first word is an ordinary one: names of files and command lines stay unchanged.
void begin_with_capital(std::string& sentence) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  const std::string_view word = std::string_view(sentence).substr(0, sentence.find(' '));
  if (word.empty() || word == "envlink" || !std::ranges::all_of(word, is_small)) return;
  sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
}

/// Where the words of a line begin, after its indent and mark.
std::size_t margin_of(std::string_view line) {
  std::size_t margin = std::min(line.find_first_not_of(' '), line.size());
  for (const std::string_view mark : {"why: ", "→ "}) {
    if (line.substr(margin).starts_with(mark)) return margin + mark.size();
  }
  return margin;
}

int lost = 0;  // errno of the first failed write to stdout

}  // namespace

std::string wrap(std::string_view text) {
  if (!is_terminal(Stream::talk)) return std::string(text);
  view::Style style;
  style.width = view::terminal_size(fileno(stderr)).columns;
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t margin = margin_of(line);
    const std::size_t columns = display_width(line.substr(0, margin));
    out += line.substr(0, margin);
    bool first = true;
    for (const std::string& part : view::fold(line.substr(margin), columns, style)) {
      if (!std::exchange(first, false)) out += '\n' + std::string(columns, ' ');
      out += part;
    }
    out += '\n';
  }
  out.pop_back();
  return out;
}

void write(Stream stream, std::string_view text) {
  const std::string masked = github::fit_for_log(mask_keys(text));
  std::FILE* file = file_of(stream);
  errno = 0;
  std::fwrite(masked.data(), 1, masked.size(), file);
  if (masked.empty() || masked.back() != '\n') std::fputc('\n', file);
  std::fflush(file);
  if (stream == Stream::result && std::ferror(file) != 0 && lost == 0) lost = errno;
}

void write_sarif(const CommonOptions& options, const plan::FindingList& found) {
  const std::string& file = found.file.empty() ? options.file : found.file;
  write(Stream::result, view::sarif_json({file, found.findings, found.ignored}, ENVLINK_VERSION));
}

std::string in_sentences(Error error) {
  begin_with_capital(error.what);
  begin_with_capital(error.cure);
  return describe(error);
}

std::string format_error(const Error& error) {
  return error.text.empty() ? wrap("envlink: " + in_sentences(error)) : error.text;
}

void print_error(const Error& error) {
  write(Stream::talk, format_error(error));
}

Outcome end_with(const Error& error) {
  print_error(error);
  return model::outcome_of(error);
}

bool result_written() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  print_error({.what = "The result could not be written to stdout",
               .why = std::strerror(lost != 0 ? lost : errno),
               .cure = "Check the disk, or the program reading it."});
  return false;
}

bool is_terminal(Stream stream) {
  return isatty(fileno(file_of(stream))) == 1;
}

view::Style style_for(Stream stream, const CommonOptions& options) {
  view::Style style;
  const bool terminal = is_terminal(stream);
  const bool by_itself = terminal && terminal_can_do_more() && !environment("NO_COLOR");
  style.colour = !options.no_color &&
                 (options.color == ColorMode::always || (options.color == ColorMode::automatic && by_itself));
  style.unicode = unicode_on(stream);
  style.links = terminal && style.colour && view::terminal_knows_links(environment);
  if (terminal) style.width = view::terminal_size(fileno(file_of(stream))).columns;
  return style;
}

bool can_paint(Stream stream) {
  return is_terminal(stream) && terminal_can_do_more() && !in_ci();
}

bool may_ask(const CommonOptions& options) {
  return !options.no_input && !in_ci();
}

bool attended(const CommonOptions& options) {
  return may_ask(options) && isatty(STDIN_FILENO) == 1 && is_terminal(Stream::talk);
}

}  // namespace envlink::cli

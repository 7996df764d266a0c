#pragma once
// The two streams: stdout carries the result, stderr the talk. API keys are masked on both, as a last line of
// defence.

#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/command.h"
#include "plan/finding.h"
#include "view/style.h"

namespace envlink::cli {

enum class Stream { result, talk };

view::Style style_for(Stream stream, const CommonOptions& options);
/// Writes the text and, unless it ends with one, a newline.
void write(Stream stream, std::string_view text);
/// Where the findings stem from no file, a host gets the name that one would have.
void write_sarif(const CommonOptions& options, const plan::FindingList& found);
/// The result as -o asks for it: `json(values…)` or `text(values…, style)`.
template <class Json, class Text, class... Values>
void write_result(const CommonOptions& options, Json json, Text text, const Values&... values) {
  write(Stream::result, options.output == Output::json ? json(values...)
                                                       : text(values..., style_for(Stream::result, options)));
}
/// The same of what was found; -o sarif gives the findings alone.
template <class Json, class Text, class Found>
void write_found(const CommonOptions& options, Json json, Text text, const Found& it) {
  if (options.output != Output::sarif) return write_result(options, json, text, it);
  write_sarif(options, it.found());
}
/// Broken between words where stderr is a terminal, below where each line's text begins; elsewhere as it is.
std::string wrap(std::string_view text);
/// Each sentence with its capital: what several rooms say may stand inside others' sentences. An error with a
/// text of its own stays as it is.
std::string in_sentences(Error error);
/// "envlink: …", the same wrapped.
std::string format_error(const Error& error);
/// The error as talk.
void print_error(const Error& error);
/// The same, and how the command ends with it.
Outcome end_with(const Error& error);

/// False when the result could not be written: a full disk, a closed pipe. Says so.
bool result_written();

bool is_terminal(Stream stream);
/// Whether a live block can be painted there: a terminal that can move its cursor, and no CI's log.
bool can_paint(Stream stream);
/// Whether somebody may be asked: not with --no-input, and not in CI, whose terminal nobody watches.
bool may_ask(const CommonOptions& options);
/// Whether somebody is there to answer a question and to watch a live block.
bool attended(const CommonOptions& options);

}  // namespace envlink::cli

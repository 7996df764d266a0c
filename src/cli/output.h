#pragma once
// The two streams: results on stdout, messages on stderr. API keys are masked on both, as a last safeguard.

#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/command.h"
#include "plan/finding.h"
#include "view/style.h"

namespace envlink::cli {

enum class Stream { result, talk };

view::Style style_for(Stream stream, const CommonOptions& options);
/// Adds a newline unless the text ends with one.
void write(Stream stream, std::string_view text);
/// Findings without a file are reported under the default file's name, because code hosts need one.
void write_sarif(const CommonOptions& options, const plan::FindingList& found);
/// Writes the result in the format of -o: `json(values…)` or `text(values…, style)`.
template <class Json, class Text, class... Values>
void write_result(const CommonOptions& options, Json json, Text text, const Values&... values) {
  write(Stream::result, options.output == Output::json ? json(values...)
                                                       : text(values..., style_for(Stream::result, options)));
}
/// The same for findings; -o sarif writes only these.
template <class Json, class Text, class Found>
void write_found(const CommonOptions& options, Json json, Text text, const Found& it) {
  if (options.output != Output::sarif) return write_result(options, json, text, it);
  write_sarif(options, it.found());
}
/// Folds text to the width of stderr if that is a terminal, keeping indents; otherwise unchanged.
std::string wrap(std::string_view text);
/// With a capital at the start of each sentence, because some messages also appear inside sentences. An
/// error with its own text is unchanged.
std::string in_sentences(Error error);
/// "envlink: …", wrapped.
std::string format_error(const Error& error);
/// To stderr.
void print_error(const Error& error);
/// Prints the error and returns its outcome.
Outcome end_with(const Error& error);

/// False if the result could not be written: a full disk, a closed pipe. Prints the reason.
bool result_written();

bool is_terminal(Stream stream);
/// Whether a live block can be painted: a terminal that can move its cursor, outside CI.
bool can_paint(Stream stream);
/// Whether questions are allowed: not with --no-input, and not in CI, where nobody watches the terminal.
bool may_ask(const CommonOptions& options);
/// Whether a person can answer questions and watch a live block.
bool attended(const CommonOptions& options);

}  // namespace envlink::cli

#pragma once
// The two streams: stdout carries the result, stderr the talk. API keys are masked on both, as a last line of
// defence.

#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/options.h"
#include "view/style.h"

namespace envlink::cli {

enum class Stream { result, talk };

/// Writes the text and, unless it ends with one, a newline.
void put(Stream stream, std::string_view text);
/// Folded between words where stderr is a terminal, below where each line's text begins; elsewhere as it is.
std::string folded(std::string_view text);
/// "envlink: …", each sentence with its capital: what several rooms say may stand inside others' sentences.
/// Folded.
std::string spoken(Error error);
/// The error as talk.
void complain(const Error& error);
/// The same, and the exit code that it stands for.
int report(const Error& error);

/// False when the result could not be written: a full disk, a closed pipe. Says so.
bool result_written();

bool is_terminal(Stream stream);
/// Whether a live block can be painted there: a terminal that can move its cursor, and no CI's log.
bool can_paint(Stream stream);
view::Style style_for(Stream stream, const Options& options);
/// Whether somebody is there to answer a question and to watch a live block.
bool attended(const Options& options);

}  // namespace envlink::cli

#pragma once
// The progress of reading the workspace, in one line.

#include <string>
#include <string_view>

#include "engine/workspace_reader.h"

namespace envlink::view {

/// "Reading 412 of 1012, rate limit (reads): next request in 51s". `waiting`: why it pauses; may be empty.
std::string reading_line(engine::WorkspaceReader::Answered answered, std::string_view waiting);

}  // namespace envlink::view

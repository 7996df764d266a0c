#pragma once
// What envlink's pages look like: colours for light and dark, cards, tables, marks. One text of CSS that
// loads nothing, shared by the report of a run and the emulator's page.

#include <string>
#include <string_view>

namespace envlink {

std::string_view page_style();

/// How a content security policy allows this text and no other: "'sha256-…'".
std::string csp_hash(std::string_view text);

}  // namespace envlink

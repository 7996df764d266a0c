#pragma once
// The pages of envlink: HTML that loads nothing else. The files beside this one, with the look and the script
// of each page put inside it (cmake/EmbedPages.cmake); an editor and a browser open the files as they are.

#include <string>
#include <string_view>

namespace envlink::assets {

/// The report of a run: {title}, {host}, <!-- policy --> and <!-- run --> stand where view fills in.
extern const std::string_view report_page;
/// The emulator's page, complete.
extern const std::string_view emulator_page;

/// What the first element of that name holds: page_part(report_page, "style").
std::string_view page_part(std::string_view page, std::string_view element);

/// The content security policy of a page: its own style and script, and nothing else.
std::string page_policy(std::string_view page);

}  // namespace envlink::assets

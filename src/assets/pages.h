#pragma once
// The pages of envlink: HTML that loads nothing else. cmake/EmbedPages.cmake puts the style and the script of
// each page into it; the files in this folder also open in a browser as they are.

#include <string>
#include <string_view>

namespace envlink::assets {

/// The report of a run. view replaces {title}, {host}, <!-- policy --> and <!-- run -->.
extern const std::string_view report_page;
/// The emulator's page, complete.
extern const std::string_view emulator_page;

/// The content of the first element with that name: page_part(report_page, "style").
std::string_view page_part(std::string_view page, std::string_view element);

/// The content security policy of a page: its own style and script, and nothing else.
std::string page_policy(std::string_view page);

}  // namespace envlink::assets

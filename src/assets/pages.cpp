#include "assets/pages.h"

#include <fmt/format.h>

#include "base/sha256.h"

namespace envlink::assets {

std::string_view page_part(std::string_view page, std::string_view element) {
  const std::string begin = fmt::format("<{}>", element);
  page.remove_prefix(page.find(begin) + begin.size());
  return page.substr(0, page.find(fmt::format("</{}>", element)));
}

std::string page_policy(std::string_view page) {
  return fmt::format(
      "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{}'; script-src "
      "'sha256-{}'",
      sha256_base64(page_part(page, "style")), sha256_base64(page_part(page, "script")));
}

}  // namespace envlink::assets

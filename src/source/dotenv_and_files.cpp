#include "source/dotenv_and_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "config/variable_name.h"
#include "model/variable.h"
#include "source/dotenv.h"
#include "source/file.h"

namespace envlink::source {
namespace {

Error unfit(const std::string& path, std::string what, std::string cure) {
  return {.kind = ErrorKind::usage,
          .what = fmt::format("{} {}", clean(path), std::move(what)),
          .cure = std::move(cure)};
}

}  // namespace

Result<std::vector<Named>> read_all(const DotenvAndFiles& from) {
  std::vector<Named> all;
  if (!from.dotenv.empty()) {
    auto named = from_dotenv(from.dotenv);
    if (!named) return fail(std::move(named.error()));
    all = without_own_keys(std::move(*named));
    if (all.empty() && from.files.empty())
      return fail(unfit(from.dotenv, "contains only secrets of envlink itself, such as RENDER_API_KEY",
                        "If services need it, set it separately: envlink groups set"));
    if (const auto good = check_none_empty(all, from.dotenv); !good) return fail(good.error());
  }
  for (const std::string& path : from.files) {
    std::string key = model::file_key(std::filesystem::path(path).filename().string());
    if (!config::is_key(key))
      return fail(unfit(path, "does not have a valid secret file name",
                        "Use a file name without control characters"));
    if (std::ranges::find(all, key, &Named::key) != all.end())
      return fail(
          unfit(path, fmt::format("would be a second {}", model::name_of(key)), "Leave one of them out"));
    auto content = from_file(path, final_break_of(key));
    if (!content) return fail(std::move(content.error()));
    all.push_back({.key = std::move(key), .value = std::move(*content)});
  }
  return all;
}

}  // namespace envlink::source

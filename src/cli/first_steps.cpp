#include "cli/first_steps.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/options.h"

namespace envlink::cli {

namespace {

std::string what_is_missing(Missing missing, const std::string& file) {
  if (missing.file && missing.key) return fmt::format("There is no file {} and no API key", file);
  return missing.file ? fmt::format("There is no file {}", file) : "There is no API key";
}

}  // namespace

std::string first_steps(Missing missing, const std::string& name) {
  const std::string file = clean(name);
  const bool usual = name == Options{}.file;
  const std::string flag = usual ? "" : " -f " + file;
  int step = 0;
  std::string text = fmt::format("envlink: {}. Do this first:\n", what_is_missing(missing, file));
  if (missing.key) {
    text += fmt::format(
        "  {}. Create an API key in the Render Dashboard: Account Settings, API Keys. Then\n"
        "     export RENDER_API_KEY=…, or write RENDER_API_KEY=… into a .env beside\n"
        "     {}, or log in with the official CLI: render login\n",
        ++step, file);
  }
  if (missing.file) {
    text += fmt::format("  {}. envlink init{}\n     It writes {} as the workspace is linked now.\n", ++step,
                        flag, file);
    if (!usual) text += "     If there is one already, name it: -f FILE\n";
  }
  text += fmt::format("  {}. envlink plan{}\n     It shows what differs and writes nothing to Render.\n",
                      ++step, flag);
  return text;
}

}  // namespace envlink::cli

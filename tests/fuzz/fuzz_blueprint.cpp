// Any bytes as a Blueprint: refused with printable problems, or converted to an envlink.yaml that envlink
// reads and that expects what the Blueprint says.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "config/blueprint.h"
#include "config/file.h"
#include "config/initial_file.h"
#include "yaml/document.h"

namespace {

using namespace envlink;

bool same_words(const std::vector<SourceString>& a, const std::vector<SourceString>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t at = 0; at < a.size(); ++at) {
    if (a[at].text != b[at].text) return false;
  }
  return true;
}

void check_file(const config::InitialFile& draft) {
  const std::string text = config::write_envlink_yaml(draft);
  if (text.size() > yaml::max_file_size) return;
  const auto read = config::parse_file(text, "envlink.yaml");
  if (!read || read->groups.size() != draft.groups.size()) std::abort();
  if (read->services.size() != draft.services.size()) std::abort();
  for (std::size_t at = 0; at < read->services.size(); ++at) {
    const model::DesiredService& wanted = draft.services[at].wanted;
    const model::DesiredService& got = read->services[at];
    if (got.name.text != wanted.name.text || got.type != wanted.type) std::abort();
    if (!same_words(got.link, wanted.link) || !same_words(got.after, wanted.after)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto blueprint = config::parse_blueprint(text);
  if (blueprint) {
    check_file(config::initial_file_of(*blueprint, "render.yaml"));
    return 0;
  }
  if (blueprint.error().empty()) std::abort();
  if (!is_valid_utf8(yaml::render(blueprint.error(), "render.yaml", text))) std::abort();
  return 0;
}

// libfyaml 0.7.12 itself leaks 2 KiB on some invalid scalars, such as a run of quotes.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfyaml.so\n";
}

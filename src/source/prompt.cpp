#include "source/prompt.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "source/terminal.h"
#include "source/value.h"

namespace envlink::source {

Result<Secret> from_prompt(std::string_view label) {
  const auto terminal = QuietTerminal::open();
  if (!terminal) return fail(terminal.error());
  auto first = (*terminal)->ask(fmt::format("New value of {} (not shown): ", clean(label)));
  if (!first) return fail(std::move(first.error()));
  const auto value = value_in(first->text, FinalBreak::kept, "the prompt");
  if (!value) return fail(value.error());
  auto second = (*terminal)->ask("Same value again: ");
  if (!second) return fail(std::move(second.error()));
  if (second->text != *value) {
    return fail({.what = "The two entries differ",
                 .cure = "Try again; for a value of several lines use --stdin or --from-file."});
  }
  return Secret(std::string(*value));
}

}  // namespace envlink::source

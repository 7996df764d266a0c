#include "cli/github.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/mask_keys.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/system.h"
#include "view/github.h"

namespace envlink::cli::github {

namespace {

namespace words = view::github;

/// Bypasses write(), which would turn a command into text.
void command(std::string_view text) {
  const std::string masked = mask_keys(text);
  std::fwrite(masked.data(), 1, masked.size(), stderr);
  std::fflush(stderr);
}

void append(std::string_view markdown) {
  const auto path = environment("GITHUB_STEP_SUMMARY");
  if (!path) return;
  const std::string masked = mask_keys(markdown);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path->c_str(), "abe"), &std::fclose);
  const bool written = file && std::fwrite(masked.data(), 1, masked.size(), file.get()) == masked.size() &&
                       std::fflush(file.get()) == 0;
  if (written) return;
  print_error({.what = "Cannot write the summary of this step to " + clean(*path),
               .why = std::strerror(errno),
               .cure = "Everything else continues. GITHUB_STEP_SUMMARY names the file."});
}

}  // namespace

bool here() {
  return environment("GITHUB_ACTIONS") == "true";
}

std::string fit_for_log(std::string_view text) {
  // JSON is for programs, so it is not changed.
  return here() && !text.starts_with('{') ? words::defused(text) : std::string(text);
}

void tell(const plan::Plan& plan) {
  if (!here()) return;
  command(words::finding_annotations(plan.found()));
  append(words::plan_summary(plan));
}

void tell(const plan::FindingList& found) {
  if (here()) command(words::finding_annotations(found));
}

void tell(const plan::Plan& plan, const engine::Progress& progress) {
  if (!here()) return;
  command(words::outcome_annotations(plan, progress));
  append(words::run_summary(plan, progress));
}

void tell(const plan::Verification& verification) {
  if (here()) append(words::verification_summary(verification));
}

void write_folded(std::string_view title, std::string_view text) {
  if (here()) command(words::group(title));
  write(Stream::talk, text);
  if (here()) command(words::end_group);
}

}  // namespace envlink::cli::github

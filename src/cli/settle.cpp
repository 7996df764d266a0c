#include "cli/settle.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/sha256.h"
#include "base/text.h"
#include "cli/command_entries.h"
#include "cli/environment.h"
#include "cli/misuse.h"

namespace envlink::cli {

namespace {

bool was_given(const RawOptions& raw, std::string_view flag) {
  return std::ranges::find(raw.given, flag) != raw.given.end();
}

std::optional<Farewell> settle_output(RawOptions& raw) {
  std::string source = "-o";
  if (raw.output.empty() && has_output(raw.options.command)) {
    raw.output = environment("RENDER_OUTPUT").value_or("");
    source = "RENDER_OUTPUT";
  }
  const Command command = raw.options.command;
  if (raw.output == "json") raw.options.output = Output::json;
  if (raw.output == "jsonl" && has_stream(command)) raw.options.output = Output::jsonl;
  // "interactive" is the official CLI's word for its screens; envlink's text is the nearest thing. A variable
  // speaks to every command, so where there are no events the nearest thing to them will do.
  const bool asked = source == "-o";
  if (raw.output == "jsonl" && !has_stream(command) && !asked) raw.options.output = Output::json;
  const bool known = raw.output.empty() || raw.output == "json" || raw.output == "text" ||
                     (raw.output == "jsonl" && (has_stream(command) || !asked)) ||
                     (raw.output == "interactive" && !asked);
  if (known) return std::nullopt;
  if (raw.output == "jsonl") {
    return misuse("This command carries no plan out, so it has no events for -o jsonl",
                  "Use -o json. The stream is for apply, resume, rollback and rehearse.");
  }
  return misuse(
      "Unknown output " + clean(raw.output, 30) + " in " + source,
      has_stream(command) ? "The outputs are text, json and jsonl." : "The outputs are text and json.");
}

std::optional<Farewell> settle_action(RawOptions& raw) {
  static const std::vector<std::string> words = {"list", "show", "link", "unlink"};
  if (raw.options.command != Command::groups) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), raw.action);
  if (found == words.end()) {
    const std::string near = nearest(raw.action, words);
    return misuse(
        "envlink groups does not know " + clean(raw.action, 30),
        near.empty() ? "It knows " + join_and(words) + "." : "Did you mean envlink groups " + near + "?");
  }
  raw.options.action = static_cast<GroupsAction>(found - words.begin());
  return std::nullopt;
}

std::optional<Farewell> settle_shell(RawOptions& raw) {
  static const std::vector<std::string> words = {"bash", "zsh", "fish"};
  if (raw.options.command != Command::completion) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), raw.shell);
  if (found == words.end())
    return misuse("There is no completion for " + clean(raw.shell, 30),
                  "There is one for " + join_and(words) + ".");
  raw.options.shell = static_cast<Shell>(found - words.begin());
  return std::nullopt;
}

std::optional<Farewell> settle_lock_wait(RawOptions& raw) {
  if (raw.lock_wait.empty()) return std::nullopt;
  const auto span = parse_duration(raw.lock_wait);
  if (!span)
    return misuse("--lock-wait " + clean(raw.lock_wait, 30) + " is no length of time",
                  "Write a number with its unit, such as 30s, 10m or 1h.");
  raw.options.lock_wait = *span;
  return std::nullopt;
}

std::optional<Farewell> settle_faults(const RawOptions& raw) {
  if (raw.options.faults_file.empty() || !raw.options.seed) return std::nullopt;
  return misuse("--faults and --seed both say which faults are played", "Leave one of them out.");
}

std::optional<Farewell> settle_file(const RawOptions& raw) {
  const std::string& file = raw.options.file;
  if (file.empty()) return misuse("The flag --file names no file", "Name one, or leave it out: envlink.yaml");
  if (file != "-" || raw.options.command == Command::init) return std::nullopt;
  return misuse("The file is not read from stdin", "Write it to a file, and name that: -f FILE");
}

std::optional<Farewell> settle_report(const RawOptions& raw) {
  if (!raw.options.html || !was_given(raw, "--output")) return std::nullopt;
  return misuse("--html and -o both say what the report is to be", "Leave one of them out.");
}

void settle_redeploy(RawOptions& raw) {
  plan::PlanOptions& extra = raw.options.extra;
  for (std::string& service : raw.redeploy) {
    if (service == "all") {
      extra.redeploy_all = true;
    } else {
      extra.redeploy.push_back(std::move(service));
    }
  }
}

std::optional<Farewell> settle_plan_file(const RawOptions& raw, std::string_view command) {
  const Options& options = raw.options;
  if (!options.expect_hash.empty() && !looks_like_sha256(options.expect_hash)) {
    return misuse("--expect-hash " + clean(options.expect_hash, 70) + " is no SHA-256",
                  "Write its 64 hexadecimal digits, as envlink plan prints them.");
  }
  if (options.plan_file.empty()) return std::nullopt;
  for (const char* flag : {"--file", "--redeploy"}) {
    if (!was_given(raw, flag)) continue;
    return misuse(fmt::format("{} {} goes by that plan: {} does not go with it", command,
                              clean(options.plan_file, 60), flag),
                  "Leave one of them out, or make another plan: envlink plan --out FILE");
  }
  return std::nullopt;
}

}  // namespace

tl::expected<Options, Farewell> settle(RawOptions raw, std::string_view command) {
  if (auto wrong = settle_output(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_action(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_shell(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_faults(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_lock_wait(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_file(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_report(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_plan_file(raw, command)) return tl::unexpected(std::move(*wrong));
  settle_redeploy(raw);
  return std::move(raw.options);
}

}  // namespace envlink::cli

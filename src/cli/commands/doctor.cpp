#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "api/bucket.h"
#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/message.h"
#include "api/rate_limit_headers.h"
#include "api/replies.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/opened_store.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/store_checks.h"
#include "cli/system.h"
#include "config/credentials.h"
#include "engine/budget.h"
#include "engine/choose_owner.h"
#include "http/address.h"
#include "http/system_clock.h"
#include "http/transport.h"
#include "journal/journal.h"
#include "keys/digest_key.h"
#include "keys/random_text.h"
#include "postgres/database.h"
#include "state/directory.h"
#include "team/shared_budget.h"
#include "view/doctor_result.h"
#include "view/terminal.h"

namespace envlink::cli {

namespace {

using view::Check;
using view::Health;

Check from_error(const char* id, const Error& error) {
  return {id, Health::bad, error.what + (error.why.empty() ? "" : ": " + error.why), error.cure};
}

// Checks of this machine

Check check_file(const CommonOptions& options, const Result<model::Desired>& desired,
                 const std::vector<yaml::Problem>& problems) {
  const std::string name = clean(options.file);
  if (desired) {
    return {"file", Health::good,
            fmt::format("{}: {}, {}", name, count_of(desired->services.size(), "service"),
                        count_of(desired->groups.size(), "group"))};
  }
  if (desired.error().kind == ErrorKind::no_file)
    return {"file", Health::doubtful, "There is no file " + name, "Create one: envlink init"};
  if (problems.empty())
    return {"file", Health::bad, "Cannot read it: " + name, "Check the path and its permissions."};
  return {"file", Health::bad, fmt::format("{} has {}", name, count_of(problems.size(), "problem")),
          "List them: envlink validate"};
}

Check check_proxy() {
  const auto proxy = http::proxy_of_environment();
  if (!proxy) return {"proxy", Health::good, "not set"};
  if (proxy->host.empty())
    return {
        "proxy", Health::bad, fmt::format("{} is not a valid proxy address", proxy->variable),
        "Write http://user:password@host:port, with # / ? @ % and spaces of the password percent-encoded."};
  std::string says = fmt::format("{} uses {}", proxy->variable, clean(proxy->host));
  for (const char* name : {"no_proxy", "NO_PROXY"}) {
    if (const auto hosts = environment(name))
      return {"proxy", Health::good, fmt::format("{}, except for {} ({})", says, clean(*hosts), name)};
  }
  return {"proxy", Health::good, says};
}

Check check_terminal(const CommonOptions& options) {
  if (!is_terminal(Stream::talk))
    return {"terminal", Health::good, "none: progress is logged line by line, and changes need --yes"};
  const view::Style style = style_for(Stream::talk, options);
  if (!can_paint(Stream::talk)) {
    return {"terminal", Health::good, "no live view (TERM, or CI is set): progress is logged line by line"};
  }
  return {"terminal", Health::good,
          fmt::format("{} columns, {}, {}", style.width, style.colour ? "colours" : "no colours",
                      style.unicode ? "UTF-8" : "ASCII (from the locale)")};
}

/// The folder, or its nearest existing parent.
std::string nearest_there(std::string path) {
  while (path.size() > 1 && access(path.c_str(), F_OK) != 0)
    path = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
  return path;
}

Check check_folder(const std::string& directory) {
  const std::string shown = clean(directory);
  const std::string there = nearest_there(directory);
  struct stat found{};
  if (stat(there.c_str(), &found) != 0)
    return {"state", Health::bad, fmt::format("{} cannot be checked: {}", clean(there), std::strerror(errno)),
            "Check the permissions of its parent folders, or set XDG_STATE_HOME."};
  if (!S_ISDIR(found.st_mode))
    return {"state", Health::bad,
            fmt::format("{} is not a folder, so there is no place for the journal", clean(there)),
            "Move that file away, or set XDG_STATE_HOME to another folder."};
  if (access(there.c_str(), W_OK | X_OK) != 0)
    return {"state", Health::bad, fmt::format("{} cannot be written: {}", clean(there), std::strerror(errno)),
            "Change its owner or permissions, or set XDG_STATE_HOME to one of your folders."};
  if (there != directory)
    return {"state", Health::good, shown + " does not exist yet; the first apply creates it"};
  if ((found.st_mode & 0077U) != 0)
    return {"state", Health::doubtful,
            fmt::format("{} is open to other users (mode {:o})", shown, found.st_mode & 0777U),
            fmt::format("Fix it: chmod 700 {}", shown)};
  return {"state", Health::good, shown + ", private"};
}

/// "mode 644"; empty if only the owner has access, or the file does not exist.
std::string open_to_others(const std::string& path) {
  struct stat found{};
  if (stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode) || (found.st_mode & 0077U) == 0) return {};
  return fmt::format("mode {:o}", found.st_mode & 0777U);
}

/// The dotenv file, if it can be read; otherwise the check of the key reports it.
void check_env_file(const CommonOptions& options, std::vector<Check>& checks) {
  const std::string path = config::env_file_of(options.file, options.env_file);
  const auto text = read_file(path);
  if (!text || !*text) return;
  const std::string shown = clean(path);
  if (const std::string mode = open_to_others(path); !mode.empty()) {
    checks.push_back({"env", Health::doubtful, fmt::format("{} is open to other users ({})", shown, mode),
                      fmt::format("Fix it: chmod 600 {}", shown)});
  } else {
    checks.push_back({"env", Health::good, shown + ", private"});
  }
}

/// The journal, and unfinished runs in it.
void check_runs(const std::string& directory, std::vector<Check>& checks) {
  const journal::Journal journal;
  if (!journal.exists()) {
    checks.push_back({"journal", Health::good, "none yet"});
    return;
  }
  const std::string was_open = open_to_others(directory + "/journal.db");  // opening it restricts the mode
  const auto runs = journal.check().and_then([&] { return journal.runs("", 1); });
  const auto open = runs ? run::open_runs(journal, "") : fail(runs.error());
  if (!open) {
    checks.push_back(from_error("journal", open.error()));
    return;
  }
  const std::string whole =
      runs->empty() ? "good, no runs yet" : fmt::format("good; the newest run is {}", runs->front().number);
  if (was_open.empty()) {
    checks.push_back({"journal", Health::good, whole});
  } else {
    checks.push_back(
        {"journal", Health::doubtful,
         fmt::format("{}; it was open to other users ({}), now fixed", whole, was_open),
         "It contains names, ids and masked logs, no values. Check who else uses this machine."});
  }
  if (open->empty()) return;
  const std::int64_t run = open->front();
  checks.push_back({"runs", Health::doubtful, fmt::format("Run {} was interrupted, or is running now", run),
                    fmt::format("Finish it: envlink resume {}. Or undo it: envlink rollback {}", run, run)});
}

/// Without the digest key, changed values are not noticed.
void check_digest_key(const std::string& directory, std::vector<Check>& checks) {
  if (const auto key = keys::DigestKey::find(directory); !key)
    checks.push_back(from_error("digests", key.error()));
}

void check_journal(std::vector<Check>& checks) {
  const auto directory = state::state_directory();
  if (!directory) {
    checks.push_back(from_error("state", directory.error()));
    return;
  }
  checks.push_back(check_folder(*directory));
  if (checks.back().health == Health::bad) {
    checks.push_back({"journal", Health::not_looked_at, "not checked: fix its folder first"});
  } else {
    check_runs(*directory, checks);
    check_digest_key(*directory, checks);
  }
}

/// One line if all is well, otherwise one for each problem. With a team's store, this machine keeps nothing.
void check_store(const CommonOptions& options, std::vector<Check>& checks) {
  const auto address = store_of(options.file);
  if (!address) return checks.push_back(from_error("store", address.error()));
  if (!*address) return check_journal(checks);
  const std::string store = "the team store " + (*address)->shown();
  const auto found = store_checks(**address);
  for (const Check& one : found) {
    if (one.health == Health::doubtful || one.health == Health::bad)
      checks.push_back({"store", one.health, fmt::format("{}: {}", store, one.says), one.cure});
  }
  if (checks.back().id != "store")
    checks.push_back({"store", Health::good, fmt::format("{}: {}", store, count_of(found.size(), "check"))});
}

// Checks of Render's reply

constexpr Duration longest_wait = std::chrono::seconds(15);
constexpr Duration clocks_agree = std::chrono::seconds(10);
constexpr Duration clock_is_wrong = std::chrono::minutes(5);  // certificates and logins depend on the time

/// A request and its reply, with local times.
struct Probe {
  api::Request request;
  api::Outcome outcome;
  Time asked{};
  Time answered{};
};

Probe ask_render(const config::Credentials& credentials) {
  http::SystemClock clock;
  http::CurlTransport transport({.base_url = credentials.base_url,
                                 .user_agent = "envlink/" ENVLINK_VERSION,
                                 .other_host = credentials.other_host},
                                credentials.key, clock);
  Probe probe{.request = api::list_owners(),
              .outcome = api::NoAnswer{.why = "it was interrupted"},
              .asked = clock.now()};
  transport.send({.id = 1, .request = probe.request, .timeout = longest_wait});
  engine::Arrivals arrivals;
  while (arrivals.replies.empty() && arrivals.interrupts == 0) arrivals = transport.wait(std::nullopt);
  if (!arrivals.replies.empty()) probe.outcome = std::move(arrivals.replies.front().outcome);
  probe.answered = clock.now();
  return probe;
}

/// The processes that share the key's limits through a team store learn of the request: it would look like
/// another client's.
void count_in_store(const CommonOptions& options, const config::Credentials& credentials,
                    const Probe& probe) {
  const auto* response = std::get_if<api::Response>(&probe.outcome);
  const auto address = store_of(options.file);
  if (response == nullptr || !address || !*address) return;
  postgres::Connection connection(**address,
                                  {.connect = std::chrono::seconds(2), .statement = std::chrono::seconds(2)});
  postgres::Database database(connection);
  http::SystemClock clock;
  team::SharedBudget sharing(database, clock, api::key_name(credentials.key), keys::random_text);
  engine::Budget budget;
  const std::string bucket = api::bucket_of(probe.request);
  sharing.begin(budget, clock.now());
  budget.want(bucket, 1);
  sharing.settle(budget, clock.now());
  if (!budget.is_allotted() || !budget.allows(bucket, clock.now())) return;
  budget.sent(bucket, probe.asked);
  budget.answered(bucket, probe.asked, probe.answered, api::rate_limit_of(*response, probe.answered));
  sharing.finish(budget, clock.now());
}

std::string why_there_is_no_answer(const api::Outcome& outcome) {
  if (const auto* unsent = std::get_if<api::NotSent>(&outcome)) return unsent->why;
  if (const auto* lost = std::get_if<api::NoAnswer>(&outcome)) return lost->why;
  return {};
}

bool mentions(const std::string& text, std::string_view word) {
  return text.find(word) != std::string::npos;
}

void no_answer(const config::Credentials& credentials, const Probe& probe, std::vector<Check>& checks) {
  const std::string why = why_there_is_no_answer(probe.outcome);
  const auto* unsent = std::get_if<api::NotSent>(&probe.outcome);
  const bool proxy = mentions(why, "proxy");
  const bool tls = !proxy && (mentions(why, "certificate") || mentions(why, "TLS"));
  const std::string host = clean(credentials.base_url);
  if (proxy || !tls) {
    const auto between =
        config::is_loopback(credentials.base_url) ? std::nullopt : http::proxy_of_environment();
    std::string cure =
        between ? fmt::format("Check the proxy in {}, or bypass it with NO_PROXY.", between->variable)
                : "Check the network, and RENDER_HOST if set.";
    if (unsent != nullptr && !unsent->local_host.empty())
      cure = api::explain(probe.request, probe.outcome, "reach it").cure;
    checks.push_back({"host", Health::bad, fmt::format("{} does not answer: {}", host, clean(why)), cure});
    checks.push_back({"tls", Health::not_looked_at, "not reached"});
  } else {
    checks.push_back({"host", Health::good, host + " found"});
    const bool no_authorities = unsent != nullptr && unsent->no_authorities;
    checks.push_back({"tls", Health::bad, clean(why),
                      no_authorities ? api::explain(probe.request, probe.outcome, "reach it").cure
                                     : "If your company's proxy intercepts TLS, name its CA: "
                                       "SSL_CERT_FILE=/path/to/ca.pem. Otherwise stop here."});
  }
  for (const char* id : {"key", "clock", "workspace", "limits"})
    checks.push_back({id, Health::not_looked_at, "not checked: no answer"});
}

Check check_tls(const config::Credentials& credentials) {
  if (credentials.base_url.starts_with("https://"))
    return {"tls", Health::good, "the server's certificate is trusted"};
  return {"tls", Health::good, "not used: the host is this machine"};
}

Check check_key(const config::Credentials& credentials, const Probe& probe) {
  const std::string source = "from " + clean(credentials.key_source);
  const api::Verdict verdict = api::verdict_of(probe.outcome);
  if (verdict == api::Verdict::ok) return {"key", Health::good, source + ", accepted"};
  const Error error = api::explain(probe.request, probe.outcome, "ask which workspaces the key can access");
  if (verdict == api::Verdict::unauthorized)
    return {"key", Health::bad, fmt::format("{}, refused: {}", source, error.why), error.cure};
  return {"key", Health::not_looked_at, source + ", unknown whether it is accepted"};
}

Check check_host(const config::Credentials& credentials, const Probe& probe) {
  const std::string host = clean(credentials.base_url);
  const int status = std::get<api::Response>(probe.outcome).status;
  const api::Verdict verdict = api::verdict_of(probe.outcome);
  const auto took = std::chrono::round<std::chrono::milliseconds>(probe.answered - probe.asked).count();
  if (verdict == api::Verdict::ok || verdict == api::Verdict::unauthorized)
    return {"host", Health::good, fmt::format("{} answers after {} ms", host, took)};
  if (verdict == api::Verdict::limited)
    return {"host", Health::doubtful, fmt::format("{} answers HTTP 429: rate limit reached", host),
            "Wait a minute. Another program may be using the same key."};
  return {"host", Health::bad, fmt::format("{} answers HTTP {}", host, status),
          status >= 500 ? "Check https://status.render.com, and try again."
                        : "Check RENDER_HOST: is it the Render API?"};
}

Check check_clock(const Probe& probe) {
  const auto told = api::date_of(std::get<api::Response>(probe.outcome));
  if (!told) return {"clock", Health::not_looked_at, "the answer does not contain the server's time"};
  // The header has whole seconds, and was written between the request and the reply.
  const Duration behind = *told - probe.answered;
  const Duration ahead = probe.asked - std::chrono::seconds(1) - *told;
  const Duration off = std::max({behind, ahead, Duration::zero()});
  const std::string difference = format_duration(std::chrono::round<std::chrono::seconds>(off));
  if (off <= clocks_agree) return {"clock", Health::good, "agrees with Render's"};
  return {"clock", off >= clock_is_wrong ? Health::bad : Health::doubtful,
          fmt::format("{} {} Render's", difference, behind > ahead ? "behind" : "ahead of"),
          "Set it: timedatectl set-ntp true"};
}

/// `desired`: nullptr without a valid file.
Check check_workspace(const config::Credentials& credentials, const model::Desired* desired,
                      const Probe& probe) {
  const auto& response = std::get<api::Response>(probe.outcome);
  if (api::verdict_of(probe.outcome) != api::Verdict::ok)
    return {"workspace", Health::not_looked_at, "unknown without an accepted key"};
  const auto owners = api::parse_owners(response);
  if (!owners)
    return {"workspace", Health::bad, owners.error().what + ": " + owners.error().why,
            "Check RENDER_HOST: is it the Render API?"};
  const std::string reached = "the key reaches " + engine::labels_of(owners->items);
  if (desired == nullptr && owners->items.size() > 1 && credentials.workspace.empty())
    return {"workspace", Health::good, reached + ": name one in the file or in RENDER_WORKSPACE"};
  const auto chosen =
      engine::choose_owner(owners->items, desired ? *desired : model::Desired{}, credentials.workspace);
  if (!chosen) return from_error("workspace", chosen.error());
  if (owners->items.size() == 1) return {"workspace", Health::good, reached};
  return {"workspace", Health::good,
          fmt::format("{}; {}", engine::label_of(*chosen, owners->items), reached)};
}

Check check_limits(const Probe& probe, std::vector<view::RateWindow>& windows) {
  const auto& response = std::get<api::Response>(probe.outcome);
  const auto told = api::rate_limit_of(response, probe.answered);
  if (!told) return {"limits", Health::not_looked_at, "the answer contains no rate limit"};
  const std::string bucket = api::bucket_of(probe.request);
  windows.push_back({bucket, told->limit, told->remaining, told->reset});
  const std::string says =
      fmt::format("{}: {} of {} requests left, resets in {}. Write limits are only known after a write.",
                  bucket, told->remaining, told->limit, format_duration(told->reset));
  if (told->remaining * 4 >= told->limit) return {"limits", Health::good, says};
  return {"limits", Health::doubtful, says,
          "Another program may be using the same key. envlink waits if needed; a separate key is "
          "quicker."};
}

void check_answer(const config::Credentials& credentials, const model::Desired* desired, const Probe& probe,
                  view::DoctorResult& result) {
  if (!std::holds_alternative<api::Response>(probe.outcome)) {
    no_answer(credentials, probe, result.checks);
    return;
  }
  for (const Check& check :
       {check_host(credentials, probe), check_tls(credentials), check_key(credentials, probe),
        check_clock(probe), check_workspace(credentials, desired, probe),
        check_limits(probe, result.windows)}) {
    result.checks.push_back(check);
  }
}

/// Checks key, host, TLS, clock, workspace and rate limits, as far as the reply to one request shows them.
void check_render(const CommonOptions& options, const model::Desired* desired, view::DoctorResult& result) {
  const auto credentials = config::find_credentials(process_environment(), options.file, options.env_file);
  if (credentials) {
    const Probe probe = ask_render(*credentials);
    check_answer(*credentials, desired, probe, result);
    count_in_store(options, *credentials, probe);
    return;
  }
  if (credentials.error().kind == ErrorKind::general) {
    result.checks.push_back(from_error("env", credentials.error()));
    for (const char* id : {"host", "key", "tls", "clock", "workspace", "limits"})
      result.checks.push_back({id, Health::not_looked_at, "not checked: the key's location is unclear"});
    return;
  }
  const bool host = credentials.error().kind != ErrorKind::authentication;
  result.checks.push_back(from_error(host ? "host" : "key", credentials.error()));
  const std::string missing = host ? "the host is unclear" : "no key";
  for (const char* id : {host ? "key" : "host", "tls", "clock", "workspace", "limits"})
    result.checks.push_back({id, Health::not_looked_at, "not checked: " + missing});
}

bool is_bad(const view::DoctorResult& result, std::string_view id) {
  return std::ranges::any_of(result.checks, [&](const Check& check) {
    return check.health == Health::bad && (id.empty() || check.id == id);
  });
}

Outcome run(const CommonOptions& options) {
  view::DoctorResult result;
  std::vector<yaml::Problem> problems;
  const auto desired = load_file(options.file, &problems);
  result.checks = {{"version", Health::good, "envlink " ENVLINK_VERSION},
                   check_file(options, desired, problems),
                   check_terminal(options),
                   check_proxy()};
  check_env_file(options, result.checks);
  check_render(options, desired ? &*desired : nullptr, result);
  check_store(options, result.checks);
  const Outcome outcome = is_bad(result, "key") ? Outcome::authentication
                          : is_bad(result, "")  ? Outcome::error
                                                : Outcome::done;
  result.exit_code = model::exit_code(outcome);
  write_result(options, view::doctor_result_json, view::render_doctor_result, result);
  return outcome;
}
}  // namespace

Command doctor_command() {
  return {
      .name = "doctor",
      .section = Section::set_up,
      .summary = "Check the API key, the host, the clock and the store of runs.",
      .help =

          R"(Checks what envlink needs: the file, the API key and whether Render accepts it, the host, the proxy, TLS, the
clock, the workspace, the rate limits and the journal or team store, with a fix for each problem. Sends one request and
changes nothing. Works without a file and without a key.
  ✓ good   ! warning   ✗ problem   – not checked)",
      .examples = R"(  envlink doctor
  envlink doctor -o json)",
      .endings = {{Outcome::done, "no problems found"},
                  {Outcome::error, "a problem was found"},
                  {Outcome::authentication, "the API key is missing or refused"},
                  {Outcome::usage}},
      .common = {.file = true, .env_file = true, .output = true, .messages = true},
      .action = make_action(run)};
}

}  // namespace envlink::cli

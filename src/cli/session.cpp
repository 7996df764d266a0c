#include "cli/session.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <optional>

#include "api/fingerprint.h"
#include "base/text.h"
#include "cli/environment.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/remembered.h"
#include "config/file.h"
#include "engine/silent.h"
#include "engine/survey.h"
#include "http/transport.h"

namespace envlink::cli {

namespace {

struct Missing {
  bool key = false;
  bool file = false;
};

std::string what_is_missing(Missing missing, const std::string& file) {
  if (missing.file && missing.key) return fmt::format("There is no file {} and no API key", file);
  return missing.file ? fmt::format("There is no file {}", file) : "There is no API key";
}

/// Says what is missing and lists the steps up to a first plan, those that are done left out.
Error onboarding_hint(Missing missing, const std::string& name) {
  const std::string file = clean(name);
  const bool usual = name == CommonOptions{}.file;
  const std::string flag = usual ? "" : " -f " + file;
  int step = 0;
  std::string text = what_is_missing(missing, file) + ". Do this first:";
  if (missing.key) {
    text += fmt::format(
        "\n  {}. Create an API key in the Render Dashboard: Account Settings, API Keys. Then\n"
        "     export RENDER_API_KEY=…, or write RENDER_API_KEY=… into a .env beside\n"
        "     {}, or log in with the official CLI: render login",
        ++step, file);
  }
  if (missing.file) {
    text += fmt::format("\n  {}. envlink init{}\n     It writes {} as the workspace is linked now.", ++step,
                        flag, file);
    if (!usual) text += "\n     If there is one already, name it: -f FILE";
  }
  text += fmt::format("\n  {}. envlink plan{}\n     It shows what differs and writes nothing to Render.",
                      ++step, flag);
  return {.kind = missing.file ? ErrorKind::no_file : ErrorKind::authentication, .what = std::move(text)};
}

/// The steps where no key is anywhere; otherwise what is wrong with the one that is there.
Error without_key(const Error& error, Missing missing, const std::string& file) {
  if (!config::is_without_key(error)) return error;
  Error hint = onboarding_hint(missing, file);
  hint.kind = error.kind;
  return hint;
}

/// For fingerprints: one key a process. nullopt where the system gives no randomness: equal values are then
/// not told apart.
std::optional<api::Fingerprinter> fingerprinter() {
  static const std::optional<api::Fingerprinter> one = []() -> std::optional<api::Fingerprinter> {
    api::Fingerprinter::Key key{};
    if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) return std::nullopt;
    return api::Fingerprinter(key);
  }();
  return one;
}

std::string counts(const engine::SurveyCounts& made) {
  return fmt::format(
      "Read with {}: {} of owners, {} of services, {} of groups, {} of a group, {} of deploys, {} of "
      "variables, {} of an environment, {} of a service, {} repeated",
      count_of(made.total(), "request"), made.owners, made.services, made.groups, made.group_reads,
      made.deploys, made.variables, made.environments, made.unlisted, made.repeated);
}

/// Reading leaves nothing to journal. Says why nothing moves: a limit, a retry.
class TellWaits final : public engine::Silent {
 public:
  explicit TellWaits(bool quiet) : quiet_(quiet) {}
  void notice(const engine::Event& event) override {
    if (!quiet_ && event.kind == engine::EventKind::waiting) write(Stream::talk, "Waiting: " + event.text);
  }

 private:
  bool quiet_;
};

/// A survey that remembers whether a person ended it.
class StoppableSurvey final : public engine::Activity {
 public:
  StoppableSurvey(const model::Desired& desired, const std::string& workspace, const engine::Budget& budget,
                  engine::SurveyWishes wishes)
      : survey_(desired, workspace, budget, std::move(wishes)) {}
  engine::Step step(Time now) override { return survey_.step(now); }
  void receive(Time now, engine::Reply reply) override { survey_.receive(now, std::move(reply)); }
  void interrupt(Time now) override {
    interrupted_ = true;
    survey_.interrupt(now);
  }
  bool finished() const override { return interrupted_ || survey_.finished(); }
  bool interrupted() const { return interrupted_; }
  const engine::Survey& survey() const { return survey_; }

 private:
  engine::Survey survey_;
  bool interrupted_ = false;
};

}  // namespace

Result<model::Desired> load_file(const std::string& file, std::vector<config::Problem>* problems) {
  const auto text = read_file(file);
  if (!text) return fail(text.error());
  if (!*text) return fail(onboarding_hint({.key = false, .file = true}, file));
  auto desired = config::parse_file(**text, file, [](const std::string& path) { return read_file(path); });
  if (desired) return std::move(*desired);
  Error error{.what = clean(file) + " has problems",
              .text = config::render(desired.error(), clean(file), **text)};
  if (problems != nullptr) *problems = std::move(desired.error());
  return fail(std::move(error));
}

Result<Session> Session::open(const CommonOptions& options) {
  auto desired = load_file(options.file);
  auto credentials = config::find_credentials(process_environment(), options.file, options.env_file);
  if (desired && credentials) return Session(options, std::move(*desired), std::move(*credentials));
  if (desired) return fail(without_key(credentials.error(), {.key = true, .file = false}, options.file));
  if (credentials) return fail(desired.error());
  const bool no_file = desired.error().kind == ErrorKind::no_file;
  const Error key = without_key(credentials.error(), {.key = true, .file = no_file}, options.file);
  Error both = desired.error();
  if (no_file) {
    both.what = config::is_without_key(credentials.error()) ? key.what : both.what + "\n" + format_error(key);
  } else {
    both.text = format_error(both) + "\n" + format_error(key);
  }
  return fail(std::move(both));
}

Result<Session> Session::open_reading(const CommonOptions& options) {
  const auto text = read_file(options.file);
  const bool named = options.file != CommonOptions{}.file;
  if (!text || *text || named) return open(options);
  return open_beside(options.file, options);
}

Result<Session> Session::open_beside(const std::string& file, const CommonOptions& options) {
  auto credentials = config::find_credentials(process_environment(), file, options.env_file);
  if (!credentials) return fail(credentials.error());
  return Session(options, {}, std::move(*credentials));
}

Result<Session> Session::open_first(const CommonOptions& options) {
  auto session = open_beside(options.file, options);
  if (!session) return fail(without_key(session.error(), {.key = true, .file = true}, options.file));
  return session;
}

Session::Session(const CommonOptions& options, model::Desired desired, config::Credentials credentials)
    : desired_(std::move(desired)),
      credentials_(std::move(credentials)),
      quiet_(options.quiet),
      verbose_(options.verbose) {}

std::unique_ptr<engine::Transport> Session::connect() {
  const http::Options wire{.base_url = credentials_.base_url, .user_agent = "envlink/" ENVLINK_VERSION};
  return std::make_unique<http::CurlTransport>(wire, credentials_.key, *clock_);
}

Result<model::Workspace> Session::survey(plan::Extra& extra) {
  const auto remember = [&extra](const OwnerId& workspace) {
    extra.remembered = remembered_links(workspace);
    return extra.remembered;
  };
  return survey(desired_, {.closely = true, .extra = extra, .remembered = remember});
}

Result<model::Workspace> Session::survey(const model::Desired& desired, engine::SurveyWishes wishes) {
  wishes.fingerprinter = fingerprinter();
  StoppableSurvey reading(desired, credentials_.workspace, budget_, std::move(wishes));
  TellWaits waits(quiet_);
  const auto transport = connect();
  const bool whole = engine::run(reading, *clock_, *transport, waits, waits);
  learn(reading.survey().budget());
  reads_ = reading.survey().requests();
  if (verbose_) write(Stream::talk, counts(reading.survey().requests()));
  if (!whole || reading.interrupted()) {
    return fail({.kind = ErrorKind::interrupted,
                 .what = "Interrupted while reading the workspace",
                 .cure = "Nothing was written."});
  }
  return reading.survey().result();
}

}  // namespace envlink::cli

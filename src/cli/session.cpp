#include "cli/session.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/first_steps.h"
#include "cli/output.h"
#include "cli/random_key.h"
#include "cli/remembered.h"
#include "config/file.h"
#include "engine/silent.h"
#include "engine/survey.h"
#include "http/transport.h"

namespace envlink::cli {

namespace {

NoStart no_key(const Error& error, const Missing& missing, const std::string& file) {
  const bool nowhere = config::is_without_key(error);
  return NoStart{exit_code_of(error), nowhere ? first_steps(missing, file) : spoken(error)};
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
    if (!quiet_ && event.kind == engine::EventKind::waiting) put(Stream::talk, "Waiting: " + event.text);
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

std::string NoStart::message() const {
  constexpr std::string_view program = "envlink: ";
  return text.starts_with(program) ? text.substr(program.size()) : text;
}

int report(const NoStart& no_start) {
  put(Stream::talk, no_start.text);
  return no_start.exit_code;
}

int report(const NoSurvey& no_survey) {
  complain(no_survey.error);
  return no_survey.exit_code();
}

int report(const Trouble& trouble) {
  return std::visit([](const auto& one) { return report(one); }, trouble);
}

int NoSurvey::exit_code() const {
  return interrupted ? exit_codes::interrupted : exit_code_of(error);
}

tl::expected<model::Desired, NoStart> load_file(const Options& options) {
  const auto text = read_file(options.file);
  if (!text) return tl::unexpected(NoStart{exit_codes::error, spoken(text.error())});
  if (!*text) {
    NoStart no_start{exit_codes::error, first_steps({.key = false, .file = true}, options.file)};
    no_start.no_file = true;
    return tl::unexpected(std::move(no_start));
  }
  auto desired =
      config::parse_file(**text, options.file, [](const std::string& path) { return read_file(path); });
  if (desired) return std::move(*desired);
  std::string told = yaml::render(desired.error(), clean(options.file), **text);
  return tl::unexpected(NoStart{exit_codes::error, std::move(told), std::move(desired.error())});
}

tl::expected<Session, NoStart> Session::open(const Options& options) {
  auto desired = load_file(options);
  auto credentials = config::find_credentials(surroundings(), options.file, options.env_file);
  if (!desired && credentials) return tl::unexpected(desired.error());
  if (!credentials) {
    const bool no_file = !desired && desired.error().no_file;
    NoStart without = no_key(credentials.error(), {.key = true, .file = no_file}, options.file);
    if (desired) return tl::unexpected(std::move(without));
    without.exit_code = desired.error().exit_code;
    const bool both = no_file && config::is_without_key(credentials.error());
    if (!both) without.text = desired.error().text + "\n" + without.text;
    return tl::unexpected(std::move(without));
  }
  return Session(options, std::move(*desired), std::move(*credentials));
}

tl::expected<Session, NoStart> Session::open_reading(const Options& options) {
  const auto text = read_file(options.file);
  const bool named = options.file != Options{}.file;
  if (!text || *text || named) return open(options);
  return open_beside(options.file, options);
}

tl::expected<Session, NoStart> Session::open_beside(const std::string& file, const Options& options) {
  auto credentials = config::find_credentials(surroundings(), file, options.env_file);
  if (!credentials) {
    const bool first = options.command == Command::init;
    return tl::unexpected(first ? no_key(credentials.error(), {.key = true, .file = true}, options.file)
                                : NoStart{exit_code_of(credentials.error()), spoken(credentials.error())});
  }
  return Session(options, {}, std::move(*credentials));
}

Session::Session(const Options& options, model::Desired desired, config::Credentials credentials)
    : desired_(std::move(desired)),
      credentials_(std::move(credentials)),
      quiet_(options.quiet),
      verbose_(options.verbose) {}

std::unique_ptr<engine::Transport> Session::connect() {
  const http::Options wire{.base_url = credentials_.base_url, .user_agent = "envlink/" ENVLINK_VERSION};
  return std::make_unique<http::CurlTransport>(wire, credentials_.key, *clock_);
}

tl::expected<model::Workspace, NoSurvey> Session::survey(plan::PlanOptions& extra) {
  const auto remember = [&extra](const OwnerId& workspace) {
    extra.remembered = remembered_links(workspace);
    return extra.remembered;
  };
  return survey(desired_, {.closely = true, .extra = extra, .remembered = remember});
}

tl::expected<model::Workspace, NoSurvey> Session::survey(const model::Desired& desired,
                                                         engine::SurveyWishes wishes) {
  wishes.fingerprinter = fingerprinter();
  StoppableSurvey reading(desired, credentials_.workspace, budget_, std::move(wishes));
  TellWaits waits(quiet_);
  const auto transport = connect();
  const bool whole = engine::run(reading, *clock_, *transport, waits, waits);
  learn(reading.survey().budget());
  reads_ = reading.survey().requests();
  if (verbose_) put(Stream::talk, counts(reading.survey().requests()));
  if (!whole || reading.interrupted()) {
    return tl::unexpected(
        NoSurvey{{.what = "Interrupted while reading the workspace", .cure = "Nothing was written."}, true});
  }
  const auto& result = reading.survey().result();
  if (!result) return tl::unexpected(NoSurvey{result.error()});
  return *result;
}

}  // namespace envlink::cli

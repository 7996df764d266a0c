#include "cli/session.h"

#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "api/fingerprint.h"
#include "api/key_name.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/system.h"
#include "config/file.h"
#include "http/system_clock.h"
#include "http/transport.h"
#include "keys/digest_key.h"
#include "keys/random_text.h"
#include "state/directory.h"
#include "state/names.h"
#include "team/shared_budget.h"

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

/// Says what is missing and lists the remaining steps to a first plan.
Error onboarding_hint(Missing missing, const std::string& name) {
  const std::string file = clean(name);
  const bool usual = name == CommonOptions{}.file;
  const std::string flag = usual ? "" : " -f " + file;
  int step = 0;
  std::string text = what_is_missing(missing, file) + ". Do this first:";
  if (missing.key) {
    text += fmt::format(
        "\n  {}. Create an API key in the Render Dashboard: Account Settings, API Keys. Then\n"
        "     export RENDER_API_KEY=…, or write RENDER_API_KEY=… into a file .env next to\n"
        "     {}, or log in with the official CLI: render login",
        ++step, file);
  }
  if (missing.file) {
    text +=
        fmt::format("\n  {}. envlink init{}\n     It writes {} from what is linked now.", ++step, flag, file);
    if (!usual) text += "\n     If you have one, name it: -f FILE";
  }
  text += fmt::format("\n  {}. envlink plan{}\n     It shows what would change, and changes nothing.", ++step,
                      flag);
  return {.kind = missing.file ? ErrorKind::no_file : ErrorKind::authentication, .what = std::move(text)};
}

/// The steps if no key was found; otherwise what is wrong with the key.
Error without_key(const Error& error, Missing missing, const std::string& file) {
  if (!config::is_without_key(error)) return error;
  Error hint = onboarding_hint(missing, file);
  hint.kind = error.kind;
  return hint;
}

/// Fingerprints use one random key per process. nullopt without randomness: equal values stay unrecognised.
std::optional<api::Fingerprinter> fingerprinter() {
  static const std::optional<api::Fingerprinter> one = []() -> std::optional<api::Fingerprinter> {
    api::Fingerprinter::Key key{};
    if (getentropy(key.data(), key.size()) != 0) return std::nullopt;
    return api::Fingerprinter(key);
  }();
  return one;
}

}  // namespace

Result<model::Desired> load_file(const std::string& file, std::vector<yaml::Problem>* problems) {
  const auto text = read_file(file);
  if (!text) return fail(text.error());
  if (!*text) return fail(onboarding_hint({.key = false, .file = true}, file));
  auto desired = config::parse_file(**text, file, [](const std::string& path) { return read_file(path); });
  if (desired) return std::move(*desired);
  Error error{.what = clean(file) + " has problems",
              .text = yaml::render(desired.error(), clean(file), **text)};
  if (problems != nullptr) *problems = std::move(desired.error());
  return fail(std::move(error));
}

Result<Session> Session::open(const CommonOptions& options) {
  auto desired = load_file(options.file);
  auto credentials = config::find_credentials(process_environment(), options.file, options.env_file);
  if (desired && credentials) {
    return OpenedStore::open(store_of(options.file)).map([&](OpenedStore store) {
      return Session(options, std::move(*desired), std::move(*credentials), std::move(store));
    });
  }
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
  // A plan file may come from another machine.
  return OpenedStore::open(store_of(is_there(file) ? file : options.file)).map([&](OpenedStore store) {
    return Session(options, {}, std::move(*credentials), std::move(store));
  });
}

Result<Session> Session::open_for_run(const std::string& file, const CommonOptions& options,
                                      OpenedStore store) {
  auto credentials =
      config::find_credentials(process_environment(), is_there(file) ? file : options.file, options.env_file);
  if (!credentials) return fail(credentials.error());
  return Session(options, {}, std::move(*credentials), std::move(store));
}

namespace {

/// With this machine's key. An unusable one is reported, because without it changed values are not noticed.
run::Digests machine_digests(RunFrontend& frontend, bool may_make) {
  const auto directory = state::state_directory();
  if (!directory) return {};  // the journal is in the same folder, and reports this
  Result<std::optional<keys::DigestKey>> key;
  if (may_make) {
    key = keys::DigestKey::open(*directory);
  } else {
    key = keys::DigestKey::find(*directory);
  }
  if (!key) frontend.report(key.error());
  if (!key || !*key) return {};
  return {(*key)->function(), (*key)->id()};
}

}  // namespace

struct Session::State final : run::Network {
  State(const CommonOptions& options, model::Desired the_desired, config::Credentials the_credentials,
        OpenedStore the_store)
      : desired(std::move(the_desired)),
        credentials(std::move(the_credentials)),
        frontend(options),
        store(std::move(the_store)) {
    Team* team = store.team();
    if (team == nullptr) return;
    context.digest_key_name = "key in ENVLINK_STORE_KEY";
    context.sharing =
        &shared.emplace(team->database(), clock, api::key_name(credentials.key), keys::random_text);
  }
  /// While it exists, Ctrl-C is delivered to its user; otherwise it ends the program (cli/abrupt_ends.h).
  std::unique_ptr<engine::Transport> connect() override {
    const http::Options wire{.base_url = credentials.base_url,
                             .user_agent = "envlink/" ENVLINK_VERSION,
                             .other_host = credentials.other_host};
    return std::make_unique<http::CurlTransport>(wire, credentials.key, clock);
  }

  run::Digests digests(bool may_make) {
    Team* team = store.team();
    if (team == nullptr) return machine_digests(frontend, may_make);
    if (const KeyOrWhy& key = team->key()) return {key->digest_key().function(), key->id()};
    if (!std::exchange(told_of_key, true)) frontend.report(team->key().error());
    return {};
  }

  model::Desired desired;
  config::Credentials credentials;
  RunFrontend frontend;
  OpenedStore store;
  http::SystemClock clock;
  std::optional<team::SharedBudget> shared;
  bool told_of_key = false;
  run::Context context{.store = store.runs(),
                       .locks = store.locks(),
                       .network = *this,
                       .clock = clock,
                       .frontend = frontend,
                       .user = state::user_name(),
                       .host = state::host_name(),
                       .workspace = credentials.workspace,
                       .fingerprinter = fingerprinter(),
                       .digests = [this](bool may_make) { return digests(may_make); }};
};

Session::Session(const CommonOptions& options, model::Desired desired, config::Credentials credentials,
                 OpenedStore store)
    : state_(std::make_unique<State>(options, std::move(desired), std::move(credentials), std::move(store))) {
}
Session::Session(Session&&) noexcept = default;
Session::~Session() = default;

const model::Desired& Session::desired() const {
  return state_->desired;
}

run::Context& Session::context() {
  return state_->context;
}

RunFrontend& Session::frontend() {
  return state_->frontend;
}

Result<model::Workspace> Session::read(const model::Desired& wanted, engine::ReadOptions options) {
  return run::read_workspace(state_->context, wanted, std::move(options));
}

Outcome answer(std::string_view command, const CommonOptions& options, Result<Session> session,
               const std::function<Outcome(run::Context&)>& work) {
  if (session) {
    session->frontend().answer_for(command);
    return session->frontend().finish(work(session->context()));
  }
  RunFrontend frontend(options);
  frontend.answer_for(command);
  frontend.report(session.error());
  return frontend.finish(model::outcome_of(session.error()));
}

}  // namespace envlink::cli

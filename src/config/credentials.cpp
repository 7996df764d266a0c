#include "config/credentials.h"

#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "config/api_key.h"
#include "config/dotenv.h"
#include "config/login_file.h"

namespace envlink::config {
namespace {

constexpr std::string_view default_host = "https://api.render.com/v1";

/// A value and who gave it.
struct Found {
  std::string value;
  std::string source;
};

struct EnvFile {
  std::string name;
  bool named = false;  // with --env-file
  std::map<std::string, std::string> variables;
};

std::string beside(const std::string& file) {
  const auto slash = file.find_last_of('/');
  return slash == std::string::npos ? ".env" : file.substr(0, slash + 1) + ".env";
}

Result<EnvFile> read_env_file(const Surroundings& surroundings, const std::string& envlink_file,
                              const std::string& env_file) {
  EnvFile result;
  result.named = !env_file.empty();
  result.name = result.named ? env_file : beside(envlink_file);
  const auto text = surroundings.read_file(result.name);
  if (text) {
    result.variables = parse_dotenv(*text);
  } else if (result.named) {
    return fail({ErrorKind::usage,
                 fmt::format("cannot read `{}`", clean(env_file)),
                 "--env-file names it",
                 "check the path, or leave --env-file out",
                 {}});
  }
  return result;
}

/// An empty variable counts as unset: that is what CI systems make of a missing secret.
std::optional<Found> look_up(const Surroundings& surroundings, const EnvFile& file, const std::string& key) {
  if (auto value = surroundings.variable(key); value && !value->empty()) return Found{std::move(*value), key};
  const auto found = file.variables.find(key);
  if (found == file.variables.end() || found->second.empty()) return std::nullopt;
  return Found{found->second, file.name};
}

struct LoginFile {
  std::string path;
  std::string shown;  // with ~ for the home directory
};

std::optional<LoginFile> login_file_of(const Surroundings& surroundings) {
  const auto set = [&](const char* name) {
    auto value = surroundings.variable(name);
    return value && !value->empty() ? value : std::nullopt;
  };
  if (const auto path = set("RENDER_CLI_CONFIG_PATH")) return LoginFile{*path, *path};
  if (const auto folder = set("RENDER_CLI_CONFIG_DIR"))
    return LoginFile{*folder + "/cli.yaml", *folder + "/cli.yaml"};
  if (const auto home = set("HOME")) return LoginFile{*home + "/.render/cli.yaml", "~/.render/cli.yaml"};
  return std::nullopt;
}

Error no_key() {
  return {ErrorKind::authentication,
          "no Render API key was found",
          "RENDER_API_KEY is not set, no .env file holds it, and the Render CLI is not logged in",
          "create a key in the Render Dashboard under Account Settings, API Keys; then\n"
          "export RENDER_API_KEY=…, or write RENDER_API_KEY=… into .env beside envlink.yaml,\n"
          "or run `render login`",
          {}};
}

/// Whether the host may be told a key that came from elsewhere.
Result<void> check_host(const std::string& base_url, const Found& host, const Found& key,
                        const EnvFile& file) {
  const bool from_file = host.source == file.name;
  if (!from_file || file.named || key.source == file.name || base_url == default_host ||
      is_loopback(base_url)) {
    return {};
  }
  return fail({ErrorKind::refused,
               fmt::format("the key from {} is not sent to {}", clean(key.source), base_url),
               fmt::format("only {} names that host, and that file holds no key", clean(file.name)),
               fmt::format("set RENDER_HOST in the environment, or say --env-file {}", clean(file.name)),
               {}});
}

Result<Credentials> complete(Credentials credentials, const Found& key, const std::optional<Found>& host,
                             const EnvFile& file) {
  auto text = usable_key(key.value, key.source);
  if (!text) return fail(text.error());
  auto base_url = base_url_from(host ? host->value : std::string(default_host));
  if (!base_url) return fail(base_url.error());
  if (host) {
    if (auto allowed = check_host(*base_url, *host, key, file); !allowed) return fail(allowed.error());
  }
  credentials.key = Secret(std::move(*text));
  credentials.key_source = key.source;
  credentials.base_url = std::move(*base_url);
  return credentials;
}

bool has_expired(const Login& login, const std::optional<Time>& now) {
  if (!login.expires_at || !now) return false;
  return std::chrono::floor<std::chrono::seconds>(*now).time_since_epoch().count() >= *login.expires_at;
}

}  // namespace

bool is_without_key(const Error& error) {
  return error.kind == ErrorKind::authentication && error.what == no_key().what;
}

Result<Credentials> find_credentials(const Surroundings& surroundings, const std::string& envlink_file,
                                     const std::string& env_file) {
  const auto file = read_env_file(surroundings, envlink_file, env_file);
  if (!file) return fail(file.error());
  Credentials credentials;
  if (auto workspace = look_up(surroundings, *file, "RENDER_WORKSPACE"))
    credentials.workspace = workspace->value;
  auto host = look_up(surroundings, *file, "RENDER_HOST");
  if (const auto key = look_up(surroundings, *file, "RENDER_API_KEY")) {
    return complete(std::move(credentials), *key, host, *file);
  }

  const auto login_file = login_file_of(surroundings);
  const auto text = login_file ? surroundings.read_file(login_file->path) : std::nullopt;
  const auto login = text ? parse_login(*text) : std::nullopt;
  if (!login || login->key.empty()) return fail(no_key());
  if (has_expired(*login, surroundings.now)) {
    return fail({ErrorKind::authentication,
                 fmt::format("the login in {} has expired", clean(login_file->shown)),
                 {},
                 "run `render login` again, or set RENDER_API_KEY",
                 {}});
  }
  if (credentials.workspace.empty()) credentials.workspace = login->workspace;
  if (!host && !login->host.empty()) host = Found{login->host, login_file->shown};
  return complete(std::move(credentials), Found{login->key, login_file->shown}, host, *file);
}

}  // namespace envlink::config

#include "config/credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/authority.h"
#include "base/mask_keys.h"
#include "base/text.h"
#include "config/dotenv.h"
#include "config/file.h"
#include "yaml/document.h"

namespace envlink::config {
namespace {

constexpr std::size_t longest_key = 512;

Error bad_key(const std::string& source, std::string why) {
  return {.kind = ErrorKind::authentication,
          .what = fmt::format("the API key from {} cannot be used", clean(source)),
          .why = std::move(why),
          .cure = "copy the key again: it is rnd_ followed by letters and digits"};
}

/// your-api-key, rnd_your_key_here, rnd_xxxx, changeme. A Render key has only letters and digits after rnd_,
/// so a word with a separator in it is a placeholder.
bool is_placeholder(std::string_view key) {
  std::string text = lower(key);
  if (text.starts_with("rnd_")) text.erase(0, 4);
  if (text.empty() || (text.size() > 2 && text.find_first_not_of("x*._-") == std::string::npos)) return true;
  constexpr auto words = std::to_array<std::string_view>(
      {"changeme", "replaceme", "placeholder", "todo", "fixme", "tbd", "dummy", "yourkey", "yourapikey",
       "apikey", "api_key", "render_api_key", "undefined", "null", "none"});
  if (std::ranges::find(words, text) != words.end()) return true;
  const std::size_t bar = text.find_first_of("_-");
  if (bar == std::string::npos) return false;
  constexpr auto first_words = std::to_array<std::string_view>(
      {"your", "change", "replace", "insert", "paste", "enter", "put", "placeholder", "todo"});
  return std::ranges::find(first_words, text.substr(0, bar)) != first_words.end();
}

/// Why it cannot be a key; empty if it can.
std::string_view flaw_of(std::string_view key) {
  const auto has = [key](auto is) { return std::ranges::any_of(key, is); };
  if (key.empty()) return "it is empty";
  if (key.size() > longest_key) return "it is far too long";
  if (key.find("://") != std::string_view::npos)
    return key.starts_with("op://") ? "it is a reference that was not replaced by its value" : "it is a URL";
  if (has([](char c) { return c == '\n' || c == '\r'; })) return "it contains a line break";
  if (has([](char c) { return c == ' ' || c == '\t'; })) return "it contains a space";
  if (has([](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return "it contains a character that is not ASCII";
  if (has([](char c) { return c == '"' || c == '\'' || c == '`'; })) return "it contains a quote";
  if (key.find("${") != std::string_view::npos || key.find("{{") != std::string_view::npos)
    return "it is a reference that was not replaced by its value";
  if ((key.front() == '<' && key.back() == '>') || is_placeholder(key))
    return "it is a placeholder, not a key";
  const std::string_view body = key.substr(0, key.find_last_not_of('=') + 1);
  if (body.empty() || !std::ranges::all_of(body, [](char c) {
        return is_alphanumeric(c) || std::string_view("-._~+/").find(c) != std::string_view::npos;
      }))
    return "it contains a character that no key has";
  return {};
}

/// Strips the blanks and quotes that are often pasted with a key.
std::string_view bare(std::string_view key) {
  key = trim(key);
  const bool quoted =
      key.size() >= 2 && key.front() == key.back() && (key.front() == '"' || key.front() == '\'');
  return quoted ? trim(key.substr(1, key.size() - 2)) : key;
}

/// What envlink reads from the official CLI's login file. It never writes that file.
struct Login {
  std::string key;
  std::string host;
  std::string workspace;
  std::optional<std::int64_t> expires_at;  // seconds since 1970; unset if it does not expire
};

std::string text_at(const yaml::Node& mapping, std::string_view key) {
  const yaml::Node* value = mapping.find(key);
  const bool usable =
      value != nullptr && !value->broken && value->kind == yaml::Kind::scalar && !yaml::is_null(*value);
  return usable ? value->text : std::string{};
}

/// Unset if it is not a YAML mapping. Anything else is tolerated: another program owns the file.
std::optional<Login> parse_login(std::string_view text) {
  const yaml::Document document = yaml::parse(text, yaml::max_file_size);
  if (!document.root || document.root->kind != yaml::Kind::mapping) return std::nullopt;
  Login login;
  login.workspace = text_at(*document.root, "workspace");
  const yaml::Node* api = document.root->find("api");
  if (api == nullptr) return login;
  login.key = text_at(*api, "key");
  login.host = text_at(*api, "host");
  const yaml::Node* expires = api->find("expires_at");
  const auto seconds = expires == nullptr ? std::nullopt : yaml::as_integer(*expires);
  if (seconds && *seconds > 0) login.expires_at = seconds;  // the CLI writes 0 for a key that never expires
  return login;
}

constexpr std::string_view path_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~/-";

/// A host with at most a port and a path, so nothing in it can be a password.
bool may_be_shown(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
  }
  const std::string_view path = text.substr(std::min(text.find('/'), text.size()));
  return authority_from(text.substr(0, text.size() - path.size())) &&
         path.find_first_not_of(path_characters) == std::string_view::npos;
}

Error unusable(const std::string& host, std::string why) {
  const std::string shown =
      may_be_shown(trim(host)) ? fmt::format(" `{}`", clean(mask_keys(host), 100)) : std::string();
  if (host.find('@') != std::string::npos)
    why = "it contains a user name or a password, but envlink sends only the API key";
  return {.kind = ErrorKind::usage,
          .what = fmt::format("RENDER_HOST{} cannot be used", shown),
          .why = std::move(why),
          .cure = "set RENDER_HOST to https://api.render.com/v1/, or remove it"};
}

constexpr std::string_view default_host = "https://api.render.com/v1";

struct Found {
  std::string value;
  std::string source;
};

struct EnvFile {
  std::string name;
  bool named = false;  // with --env-file
  std::string text;
  std::map<std::string, std::string> variables;

  /// ".env, line 3"
  std::string place_of(const std::string& key) const {
    return fmt::format("{}, line {}", name, dotenv_line(text, key));
  }
};

Result<EnvFile> read_env_file(const ProcessEnvironment& environment, const std::string& envlink_file,
                              const std::string& env_file) {
  EnvFile result;
  result.named = !env_file.empty();
  result.name = env_file_of(envlink_file, env_file);
  auto text = environment.read_file(result.name);
  if (!text) {
    Error error = text.error();
    if (!result.named)
      error.cure =
          "envlink looks for the key there. Fix or move the file, or pass another one with --env-file.";
    return fail(std::move(error));
  }
  if (*text) {
    result.variables = parse_dotenv(**text);
    result.text = std::move(**text);
  } else if (result.named) {
    return fail({.kind = ErrorKind::usage,
                 .what = fmt::format("`{}` does not exist", clean(env_file)),
                 .why = "--env-file names it",
                 .cure = "check the path, or leave --env-file out"});
  }
  return result;
}

/// An empty variable counts as unset: CI systems set one for a missing secret.
std::optional<Found> look_up(const ProcessEnvironment& environment, const EnvFile& file,
                             const std::string& key) {
  if (auto value = environment.variable(key); value && !value->empty()) return Found{std::move(*value), key};
  const auto found = file.variables.find(key);
  if (found == file.variables.end() || found->second.empty()) return std::nullopt;
  return Found{found->second, file.name};
}

struct LoginFile {
  std::string path;
  std::string shown;  // with ~ for the home directory
};

std::optional<LoginFile> login_file_of(const ProcessEnvironment& environment) {
  const auto set = [&](const char* name) {
    auto value = environment.variable(name);
    return value && !value->empty() ? value : std::nullopt;
  };
  if (const auto path = set("RENDER_CLI_CONFIG_PATH")) return LoginFile{*path, *path};
  if (const auto folder = set("RENDER_CLI_CONFIG_DIR"))
    return LoginFile{*folder + "/cli.yaml", *folder + "/cli.yaml"};
  if (const auto home = set("HOME")) return LoginFile{*home + "/.render/cli.yaml", "~/.render/cli.yaml"};
  return std::nullopt;
}

Error no_key() {
  return {.kind = ErrorKind::authentication,
          .what = "no Render API key was found",
          .why = "RENDER_API_KEY is not set, no .env file contains it, and the Render CLI is not logged in",
          .cure =
              "create a key in the Render Dashboard under Account Settings, API Keys; then\n"
              "export RENDER_API_KEY=…, or write RENDER_API_KEY=… to .env next to envlink.yaml,\n"
              "or run `render login`"};
}

/// Whether a key from another source may be sent to the host.
Result<void> check_host(const std::string& base_url, const Found& host, const Found& key,
                        const EnvFile& file) {
  const bool from_file = host.source == file.name;
  if (!from_file || file.named || key.source == file.name || base_url == default_host ||
      is_loopback(base_url)) {
    return {};
  }
  return fail(
      {.kind = ErrorKind::refused,
       .what = fmt::format("the key from {} is not sent to {}", clean(key.source), base_url),
       .why = fmt::format("the host comes from {}, and that file contains no key", clean(file.name)),
       .cure = fmt::format("set RENDER_HOST in the environment, or pass --env-file {}", clean(file.name))});
}

Result<Credentials> complete(Credentials credentials, const Found& key, const std::optional<Found>& host,
                             const EnvFile& file) {
  auto text = usable_key(key.value, key.source == file.name ? file.place_of("RENDER_API_KEY") : key.source);
  if (!text) return fail(text.error());
  auto base_url = base_url_from(host ? host->value : std::string(default_host));
  if (!base_url) return fail(base_url.error());
  if (host) {
    if (auto allowed = check_host(*base_url, *host, key, file); !allowed) return fail(allowed.error());
  }
  credentials.key = Secret(std::move(*text));
  credentials.key_source = key.source;
  credentials.other_host = *base_url != default_host;
  credentials.base_url = std::move(*base_url);
  return credentials;
}

bool has_expired(const Login& login, Time now) {
  return login.expires_at &&
         std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() >= *login.expires_at;
}

}  // namespace

Result<std::string> usable_key(std::string_view text, const std::string& source) {
  const std::string_view key = bare(text);
  if (const std::string_view flaw = flaw_of(key); !flaw.empty())
    return fail(bad_key(source, std::string(flaw)));
  return std::string(key);
}

bool is_loopback(const std::string& base_url) {
  std::string_view rest = base_url;
  const auto scheme = rest.find("://");
  if (scheme == std::string_view::npos) return false;
  rest.remove_prefix(scheme + 3);
  const auto authority = authority_from(rest.substr(0, rest.find('/')));
  return authority && authority->is_loopback();
}

Result<std::string> base_url_from(const std::string& host) {
  std::string_view rest = trim(host);
  std::string scheme;
  if (const auto end = rest.find("://"); end != std::string_view::npos) {
    scheme = lower(rest.substr(0, end));
    rest.remove_prefix(end + 3);
    if (scheme != "http" && scheme != "https")
      return fail(unusable(host, "only http and https are supported"));
  }
  const auto slash = std::min(rest.find('/'), rest.size());
  const auto authority = authority_from(rest.substr(0, slash));
  std::string_view path = rest.substr(slash);
  if (!authority || path.find_first_not_of(path_characters) != std::string_view::npos) {
    return fail(unusable(host, "it must be a host, with at most a port and a path"));
  }
  const bool loopback = authority->is_loopback();
  if (scheme.empty()) scheme = loopback ? "http" : "https";
  if (scheme == "http" && !loopback) {
    return fail(unusable(host, "plain http would send the API key unencrypted"));
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with("/v1")) path.remove_suffix(3);
  while (path.ends_with('/')) path.remove_suffix(1);
  return fmt::format("{}://{}{}{}/v1", scheme, authority->host, authority->port, path);
}

std::string env_file_of(const std::string& envlink_file, const std::string& env_file) {
  return env_file.empty() ? beside(envlink_file, ".env") : env_file;
}

bool is_without_key(const Error& error) {
  return error.kind == ErrorKind::authentication && error.what == no_key().what;
}

Result<Credentials> find_credentials(const ProcessEnvironment& environment, const std::string& envlink_file,
                                     const std::string& env_file) {
  const auto file = read_env_file(environment, envlink_file, env_file);
  if (!file) return fail(file.error());
  Credentials credentials;
  if (auto workspace = look_up(environment, *file, "RENDER_WORKSPACE"))
    credentials.workspace = workspace->value;
  auto host = look_up(environment, *file, "RENDER_HOST");
  if (const auto key = look_up(environment, *file, "RENDER_API_KEY")) {
    return complete(std::move(credentials), *key, host, *file);
  }

  const auto login_file = login_file_of(environment);
  const auto text = login_file ? environment.read_file(login_file->path) : std::nullopt;
  if (!text) return fail(text.error());
  const auto login = *text ? parse_login(**text) : std::nullopt;
  if (!login || login->key.empty()) return fail(no_key());
  if (has_expired(*login, environment.now)) {
    return fail({.kind = ErrorKind::authentication,
                 .what = fmt::format("the login in {} has expired", clean(login_file->shown)),
                 .cure = "run `render login` again, or set RENDER_API_KEY"});
  }
  if (credentials.workspace.empty()) credentials.workspace = login->workspace;
  if (!host && !login->host.empty()) host = Found{login->host, login_file->shown};
  return complete(std::move(credentials), Found{login->key, login_file->shown}, host, *file);
}

}  // namespace envlink::config

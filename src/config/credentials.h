#pragma once
// Where the API key, the host and the workspace come from: the environment, then a .env next to the file,
// then the official CLI's login file (read, never written). A key is never taken from the command line.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"
#include "base/time.h"

namespace envlink::config {

/// The key without surrounding blanks, line breaks and quotes. Refuses what cannot be a key (RFC 6750 defines
/// bearer tokens) and placeholders. The message names the source and never shows the key.
Result<std::string> usable_key(std::string_view text, const std::string& source);

struct Credentials {
  Secret key;
  std::string key_source;   // "RENDER_API_KEY", ".env", "~/.render/cli.yaml"
  std::string base_url;     // "https://api.render.com/v1", no trailing slash
  bool other_host = false;  // `base_url` is not Render's
  std::string workspace;    // RENDER_WORKSPACE, or empty
};

/// The environment of the process, passed in for tests.
struct ProcessEnvironment {
  std::function<std::optional<std::string>(const std::string&)> variable;  // an environment variable
  std::function<Result<std::optional<std::string>>(const std::string&)>
      read_file;  // nullopt if it does not exist; an error if it cannot be read
  Time now{};
};

/// `env_file`: --env-file, or empty for ".env" next to `envlink_file`. A host from a file only gets a key
/// from that same file, unless the host is Render's own or loopback, or the file was named with --env-file: a
/// .env that came with a repository must not send a user's key to another host. An existing file that cannot
/// be read is an error: continuing without it might use another key.
Result<Credentials> find_credentials(const ProcessEnvironment& environment, const std::string& envlink_file,
                                     const std::string& env_file);

/// The dotenv file that find_credentials reads.
std::string env_file_of(const std::string& envlink_file, const std::string& env_file);

/// True if the error says that no key was found, not that a key is unusable.
bool is_without_key(const Error& error);

/// RENDER_HOST with or without scheme, `/v1` and slashes → base URL. Plain http only for loopback.
Result<std::string> base_url_from(const std::string& host);

/// Whether requests to this base URL stay on this computer.
bool is_loopback(const std::string& base_url);

}  // namespace envlink::config

#pragma once
// Where the API key, the host and the workspace come from: the environment, else a .env beside the file,
// else the official CLI's login file (read, never written). A key is never taken from the command line.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"
#include "base/time.h"

namespace envlink::config {

/// Without the blanks, line breaks and quotes around it. Refused when what is left cannot be a key (RFC 6750
/// says what a bearer token holds), or stands for one; the message names the source and never shows the key.
Result<std::string> usable_key(std::string_view text, const std::string& source);

struct Credentials {
  Secret key;
  std::string key_source;  // "RENDER_API_KEY", ".env", "~/.render/cli.yaml"
  std::string base_url;    // "https://api.render.com/v1", no trailing slash
  std::string workspace;   // RENDER_WORKSPACE, or empty
};

/// What the process finds around it.
struct ProcessEnvironment {
  std::function<std::optional<std::string>(const std::string&)> variable;  // an environment variable
  std::function<Result<std::optional<std::string>>(const std::string&)>
      read_file;  // nullopt when it is not there; an error when it is and cannot be read
  Time now{};
};

/// `env_file`: --env-file, or empty for ".env" beside `envlink_file`. A host that only a file names gets a
/// key only from that same file, unless it is Render's own, loopback, or the file was named with --env-file:
/// a .env that came with a repository must not lead a user's key elsewhere. A file that is there and cannot
/// be read is an error: going on without it might use another key.
Result<Credentials> find_credentials(const ProcessEnvironment& environment, const std::string& envlink_file,
                                     const std::string& env_file);

/// The dotenv file that find_credentials reads.
std::string env_file_of(const std::string& envlink_file, const std::string& env_file);

/// The error says that no key is anywhere, not that something is wrong with one.
bool is_without_key(const Error& error);

/// RENDER_HOST with or without scheme, `/v1` and slashes → base URL. Plain http only for loopback.
Result<std::string> base_url_from(const std::string& host);

/// A base URL whose requests do not leave this computer.
bool is_loopback(const std::string& base_url);

}  // namespace envlink::config

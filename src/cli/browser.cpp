#include "cli/browser.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <csignal>

#include "cli/system.h"
#include "source/environment.h"

namespace envlink::cli {

namespace {

#ifdef __APPLE__
constexpr const char* opener = "open";
constexpr bool always_has_desktop = true;
#else
constexpr const char* opener = "xdg-open";
constexpr bool always_has_desktop = false;
#endif

/// The opener does not write to the terminal, and outlives this program and the terminal.
class SpawnSettings {
 public:
  SpawnSettings() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      posix_spawn_file_actions_addopen(&files, stream, "/dev/null", O_RDWR, 0);
    sigset_t ignored;
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    sigaddset(&ignored, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &ignored);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

}  // namespace

bool open_in_browser(const std::string& address) {
  if (!always_has_desktop && !environment("DISPLAY") && !environment("WAYLAND_DISPLAY")) return false;
  std::string program = opener;
  std::string argument = address;
  char* arguments[] = {program.data(), argument.data(), nullptr};
  const SpawnSettings settings;
  auto variables = source::environment_without_key();
  pid_t child = 0;
  return posix_spawnp(&child, opener, &settings.files, &settings.attributes, arguments, variables.data()) ==
         0;
}

}  // namespace envlink::cli

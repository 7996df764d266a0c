#include "source/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "source/environment.h"
#include "source/held_signals.h"
#include "source/open_file.h"

namespace envlink::source {
namespace {

using Clock = std::chrono::steady_clock;

std::string called(const std::vector<std::string>& command) {
  return fmt::format("`{}`", clean(command.front(), 60));
}

/// While SIGCHLD is ignored, the system does not report how a child ended.
class TellOfChildren {
 public:
  TellOfChildren() {
    struct sigaction usual{};
    usual.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &usual, &before_);
  }
  ~TellOfChildren() { sigaction(SIGCHLD, &before_, nullptr); }
  TellOfChildren(const TellOfChildren&) = delete;
  TellOfChildren& operator=(const TellOfChildren&) = delete;

 private:
  struct sigaction before_{};
};

class Attributes {
 public:
  explicit Attributes(const sigset_t& blocked) {
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_init(&all_);
    posix_spawnattr_setpgroup(&all_, 0);
    posix_spawnattr_setsigmask(&all_, &blocked);
    posix_spawnattr_setsigdefault(&all_, &usual);
    posix_spawnattr_setflags(&all_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { posix_spawnattr_destroy(&all_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &all_; }

 private:
  posix_spawnattr_t all_{};
};

/// The child must not get descriptors that envlink inherited. Not every C library can close them in the
/// child.
void close_other_descriptors_on_exec() {
  const auto keep = [](int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); };
  std::error_code unreadable;
  std::filesystem::directory_iterator all("/dev/fd", unreadable);
  if (unreadable) {  // a root without /proc
    const long most = std::min(sysconf(_SC_OPEN_MAX), 65536L);
    for (int one = STDERR_FILENO + 1; one < most; ++one) keep(one);
    return;
  }
  for (const auto& entry : all) {
    const std::string name = entry.path().filename();
    int one = -1;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), one);
    if (read.ec == std::errc() && one > STDERR_FILENO) keep(one);
  }
}

/// The name of a signal without SIG; empty: an unusual one.
std::string_view signal_name(int signal) {
  constexpr std::pair<int, std::string_view> names[] = {
      {SIGHUP, "HUP"},   {SIGINT, "INT"},   {SIGQUIT, "QUIT"}, {SIGILL, "ILL"},   {SIGTRAP, "TRAP"},
      {SIGABRT, "ABRT"}, {SIGBUS, "BUS"},   {SIGFPE, "FPE"},   {SIGKILL, "KILL"}, {SIGUSR1, "USR1"},
      {SIGSEGV, "SEGV"}, {SIGUSR2, "USR2"}, {SIGPIPE, "PIPE"}, {SIGALRM, "ALRM"}, {SIGTERM, "TERM"},
      {SIGXCPU, "XCPU"}, {SIGXFSZ, "XFSZ"}, {SIGSYS, "SYS"}};
  for (const auto& [number, name] : names)
    if (number == signal) return name;
  return {};
}

/// Sets up the streams and the folder of the child.
class Surroundings {
 public:
  Surroundings(int out, const std::string& folder) {
    posix_spawn_file_actions_init(&all_);
    if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&all_, folder.c_str());
    posix_spawn_file_actions_adddup2(&all_, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&all_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  ~Surroundings() { posix_spawn_file_actions_destroy(&all_); }
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;
  const posix_spawn_file_actions_t* get() const { return &all_; }

 private:
  posix_spawn_file_actions_t all_{};
};

/// A program started in its own process group.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// The child stays in the process table until here, so that no other process or group can get its id.
  ~Child() {
    if (!let_go_) {
      kill(-pid_, SIGKILL);
      kill(pid_, SIGKILL);  // in case it left its group
    }
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  }

  /// Does not kill its process group at the end: programs that an ended child started may keep running.
  void let_go() { let_go_ = true; }
  /// Checks its state without waiting.
  void look() {
    siginfo_t now{};
    if (waitid(P_PID, static_cast<id_t>(pid_), &now, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0) now_ = now;
  }
  bool has_ended() const { return now_.si_pid != 0 && now_.si_code != CLD_STOPPED; }
  bool wants_terminal() const {
    return now_.si_code == CLD_STOPPED && (now_.si_status == SIGTTIN || now_.si_status == SIGTTOU);
  }
  /// How an ended child failed; unset: it succeeded.
  std::optional<std::string> failure() const {
    if (now_.si_code != CLD_EXITED) {
      const std::string_view name = signal_name(now_.si_status);
      return name.empty() ? fmt::format("was killed by signal {}", now_.si_status)
                          : fmt::format("was killed by SIG{}", name);
    }
    if (now_.si_status == 0) return std::nullopt;
    return fmt::format("ended with exit code {}", now_.si_status);
  }

 private:
  pid_t pid_;
  siginfo_t now_{};
  bool let_go_ = false;
};

tl::unexpected<Error> not_started(const std::vector<std::string>& command, int reason) {
  if (reason == ENOENT) {
    const bool path = command.front().find('/') != std::string::npos;
    return fail({.what = fmt::format("Command not found: {}", called(command)),
                 .why = path ? "" : "it is not on PATH",
                 .cure = "Check its spelling and that it is installed."});
  }
  return fail({.what = fmt::format("Cannot start the command {}", called(command)),
               .why = std::generic_category().message(reason),
               .cure = "Check that it is a program and that you may run it."});
}

tl::unexpected<Error> failed(const std::vector<std::string>& command, std::string_view how,
                             std::string cure) {
  return fail(
      {.what = fmt::format("No value from {}: it {}", called(command), how), .cure = std::move(cure)});
}

/// Milliseconds for poll, rounded up so that `deadline` has passed after them.
int left_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 1'000'000));
}

/// Reads `out` to its end, then waits for the child to end.
Result<Wiped> follow(const std::vector<std::string>& command, Child& child, OpenFile out,
                     const HeldSignals& stops, const HeldSignals& children, std::chrono::milliseconds most) {
  const auto deadline = Clock::now() + most;
  Wiped bytes(most_bytes + 1);
  while (out.is_open() || !child.has_ended()) {
    if (Clock::now() >= deadline) {
      return failed(command, fmt::format("took longer than {} and was killed", format_duration(most)),
                    "Run it yourself to see what it waits for.");
    }
    std::array<pollfd, 3> waits{{{.fd = stops.descriptor(), .events = POLLIN, .revents = 0},
                                 {.fd = children.descriptor(), .events = POLLIN, .revents = 0},
                                 {.fd = out.get(), .events = POLLIN, .revents = 0}}};
    if (poll(waits.data(), waits.size(), left_until(deadline)) < 0) continue;
    if (waits[0].revents != 0) {
      return fail({.kind = ErrorKind::interrupted,
                   .what = fmt::format("Interrupted while {} was running", called(command))});
    }
    if (waits[1].revents != 0) {
      children.take();
      child.look();
    }
    if (child.wants_terminal()) {
      return failed(command, "tried to use the terminal, which is not available to it",
                    "Sign in with it first, or give the value with --stdin.");
    }
    if (waits[2].revents != 0 && read_more(out.get(), bytes) <= 0) out.close();
    if (bytes.text.size() > most_bytes)
      return failed(command, "printed more than 1 MiB", "Check that it prints only the value.");
  }
  child.let_go();
  if (const auto how = child.failure()) {
    return failed(command, *how,
                  "Run it yourself to see why; envlink passes on its stderr and never shows its output.");
  }
  return bytes;
}

}  // namespace

std::string output_called(const std::vector<std::string>& command) {
  return fmt::format("the output of {}", called(command));
}

Result<Wiped> output_of(const std::vector<std::string>& command, std::chrono::milliseconds most,
                        const std::string& folder) {
  if (command.empty() || command.front().empty()) {
    return fail({.kind = ErrorKind::usage,
                 .what = "No command was given",
                 .cure = "Give a program and its arguments: op read op://vault/item/field"});
  }
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return not_started(command, errno);
  OpenFile out(ends[0]);
  OpenFile in(ends[1]);
  const TellOfChildren tell;
  const HeldSignals stops(signals_to_end);
  const HeldSignals children({SIGCHLD});
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  close_other_descriptors_on_exec();
  pid_t pid = -1;
  const int reason =
      posix_spawnp(&pid, words[0], Surroundings(in.get(), folder).get(), Attributes(stops.before()).get(),
                   words.data(), environment_without_key().data());
  in.close();
  if (reason != 0) return not_started(command, reason);
  Child child(pid);
  return follow(command, child, std::move(out), stops, children, most);
}

Result<Secret> from_command(const std::vector<std::string>& command, FinalBreak final_break,
                            const std::string& folder) {
  auto bytes = output_of(command, most_time, folder);
  if (!bytes) return fail(std::move(bytes.error()));
  return secret_in(bytes->text, final_break, output_called(command));
}

}  // namespace envlink::source

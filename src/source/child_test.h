#pragma once
// Helpers for tests: a temporary folder, a function in a child process, a pseudo-terminal.

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace envlink::source::testing {

class TempFolder {
 public:
  TempFolder() : path_((std::filesystem::temp_directory_path() / "envlink-source-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  std::string file(std::string_view name, std::string_view content) const {
    const std::string path = *this / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::string fifo(std::string_view name) const {
    const std::string path = *this / name;
    if (mkfifo(path.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
    return path;
  }

 private:
  std::string path_;
};

inline void close_all(std::array<int, 2> ends) {
  for (const int end : ends) close(end);
}

/// Reads until the other side closes or `until` was read. Fails after a long silence.
inline std::string read_until(int file, std::string_view until = {}) {
  constexpr int most_silence = 20'000;  // milliseconds
  std::string text;
  while (until.empty() || text.find(until) == std::string::npos) {
    pollfd wait{.fd = file, .events = POLLIN, .revents = 0};
    if (poll(&wait, 1, most_silence) == 0) return text + "[nothing more comes]";
    std::array<char, 4096> piece{};
    const ssize_t count = read(file, piece.data(), piece.size());
    if (count <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  return text;
}

inline bool put(int file, std::string_view text) {
  return write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Runs a function in a child process and returns its text.
class Child {
 public:
  template <class Action>
  explicit Child(Action action) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    pid_ = fork();
    if (pid_ == 0) {
      // Resets the test framework's handlers.
      for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) std::signal(signal, SIG_DFL);
      try {
        _exit(put(ends[1], action()) ? 0 : 1);
      } catch (...) {
        _exit(2);  // the parent runs the other tests
      }
    }
    close(ends[1]);
    told_ = ends[0];
  }
  ~Child() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
    close(told_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  std::string told() const { return read_until(told_); }
  void kill(int signal) const { ::kill(pid_, signal); }
  /// Its exit status, as waitpid returns it.
  int wait() {
    int status = 0;
    if (pid_ > 0) waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }
  /// The signal that killed it; 0: none.
  int wait_for_signal() {
    const int status = wait();
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

 private:
  pid_t pid_ = -1;
  int told_ = -1;
};

class Terminal {
 public:
  Terminal() {
    if (openpty(&person_, &program_, nullptr, nullptr, nullptr) != 0) throw std::runtime_error("openpty");
  }
  ~Terminal() { close_all({person_, program_}); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// For a child: makes this its terminal and its three streams.
  void become_mine() const {
    close(person_);
    if (login_tty(program_) != 0) _exit(2);
  }
  int program() const { return program_; }
  bool types(std::string_view text) const { return put(person_, text); }
  std::string shows(std::string_view until) const { return read_until(person_, until); }
  bool echoes() const {
    termios now{};
    if (tcgetattr(program_, &now) != 0) throw std::runtime_error("tcgetattr");
    return (now.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
  }

 private:
  int person_ = -1;
  int program_ = -1;
};

}  // namespace envlink::source::testing

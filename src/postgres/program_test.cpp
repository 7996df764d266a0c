#include "postgres/program_test.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace envlink::postgres::testing {
namespace {

/// nullptr: the user of the test.
const passwd* other_user() {
  if (geteuid() != 0) return nullptr;
  const passwd* user = getpwnam("postgres");
  if (user == nullptr)
    throw std::runtime_error("there is no user postgres: run scripts/install-dependencies");
  return user;
}

void become(const passwd* user) {
  if (user == nullptr) return;
  if (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) _exit(126);
}

}  // namespace

Program::Program(std::vector<std::string> arguments) {
  if (access(arguments.front().c_str(), X_OK) != 0)
    throw std::runtime_error(arguments.front() + " is missing: run scripts/install-dependencies");
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const passwd* user = other_user();
  pid_ = fork();
  if (pid_ == 0) {
    become(user);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after setuid, which resets it
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    if (chdir("/") != 0) _exit(126);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  pipe_ = ends[0];
  reader_ = std::thread([this] { read_output(); });
}

void Program::read_output() {
  std::array<char, 4096> piece{};
  ssize_t size = 0;
  do {
    size = read(pipe_, piece.data(), piece.size());
    const std::lock_guard guard(mutex_);
    if (size > 0) output_.append(piece.data(), static_cast<std::size_t>(size));
    ended_ = size <= 0;
    changed_.notify_all();
  } while (size > 0);
}

Program::~Program() {
  if (pid_ > 0) {
    kill(pid_, SIGQUIT);
    waitpid(pid_, nullptr, 0);
  }
  if (reader_.joinable()) reader_.join();
  close(pipe_);
}

bool Program::says(std::string_view text) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || output_.find(text) != std::string::npos; });
  return output_.find(text) != std::string::npos;
}

void Program::succeed() {
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  reader_.join();
  if (status != 0) throw std::runtime_error(fmt::format("status {}: {}", status, output()));
}

std::string Program::output() {
  const std::lock_guard guard(mutex_);
  return output_;
}

void give_to_programs(const std::string& path) {
  const passwd* user = other_user();
  if (user != nullptr && chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("chown");
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(socket);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

}  // namespace envlink::postgres::testing

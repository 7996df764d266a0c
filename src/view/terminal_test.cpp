#include "view/terminal.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "view/frame.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

using engine::Ending;
using engine::Event;
using engine::EventKind;
using engine::ServicePhase;

/// What a terminal makes of the bytes that this room writes: rows of ASCII text.
class Screen {
 public:
  void feed(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == '\x1b') {
        const auto end = bytes.find_first_of("ABCDEFGHJKhlm", i + 2);
        REQUIRE(end != std::string_view::npos);
        control(bytes.substr(i + 2, end - i - 2), bytes[end]);
        i = end;
      } else if (bytes[i] == '\r') {
        column_ = 0;
      } else if (bytes[i] == '\n') {
        if (++row_ == rows.size()) rows.emplace_back();
      } else {
        rows[row_].resize(std::max(rows[row_].size(), column_ + 1), ' ');
        rows[row_][column_++] = bytes[i];
      }
    }
  }
  std::string text() const {
    std::string all;
    for (std::size_t i = 0; i < row_; ++i) all += rows[i] + "\n";
    return all;
  }

  std::vector<std::string> rows{1};
  bool cursor = true;
  bool wraps = true;

 private:
  void control(std::string_view parameter, char command) {
    if (command == 'A') {
      const auto up = std::stoul(std::string(parameter));
      REQUIRE(up <= row_);
      row_ -= up;
    } else if (command == 'K') {
      rows[row_].resize(std::min(rows[row_].size(), column_));
    } else if (command == 'J') {
      rows.resize(row_ + 1);
      rows[row_].resize(std::min(rows[row_].size(), column_));
    } else if (parameter == "?25") {
      cursor = command == 'h';
    } else if (parameter == "?7") {
      wraps = command == 'h';
    } else {
      CHECK_MESSAGE(command == 'm', "a control that this screen does not know");
    }
  }
  std::size_t row_ = 0;
  std::size_t column_ = 0;
};

/// A terminal that nobody looks at.
class Terminal {
 public:
  Terminal(unsigned short columns, unsigned short rows) {
    const winsize window{rows, columns, 0, 0};
    REQUIRE(::openpty(&master_, &slave, nullptr, nullptr, &window) == 0);
    REQUIRE(::fcntl(master_, F_SETFL, O_NONBLOCK) == 0);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    ::close(master_);
    ::close(slave);
  }
  /// What was written since the last time.
  std::string read() {
    std::string bytes;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(master_, buffer, sizeof buffer)) > 0;) {
      bytes.append(buffer, static_cast<std::size_t>(got));
    }
    return bytes;
  }
  int slave = -1;

 private:
  int master_ = -1;
};

struct Live {
  plan::Plan plan = sample::guide();
  engine::Progress progress = sample::half_way(plan);
  Style style{false, false, 0};
  Terminal terminal{80, 24};
  Screen screen;

  std::string frame(int seconds) const {
    return sample::joined(render_frame(plan, progress, sample::at(seconds), {false, false, 79}, 23));
  }
  Event fail_backend() {
    auto& backend = progress.services[1];
    backend.phase = ServicePhase::ended;
    backend.ending = Ending::failed;
    backend.status = model::DeployStatus::build_failed;
    backend.ended_at = sample::at(150);
    return sample::service_event(150, EventKind::service_ended, 1);
  }
};

TEST_CASE("repainting leaves one block on the screen, the cursor shown and lines that wrap again") {
  Live live;
  const auto view = live_view(live.plan, live.progress, live.style, live.terminal.slave);
  for (int second = 100; second < 105; ++second) {
    view->repaint(sample::at(second));
    live.screen.feed(live.terminal.read());
    CHECK(live.screen.text() == live.frame(second));
    CHECK(live.screen.cursor);
    CHECK(live.screen.wraps);
  }
}

TEST_CASE("a failure stays above the block, and the last frame stays when the view is gone") {
  Live live;
  {
    const auto view = live_view(live.plan, live.progress, live.style, live.terminal.slave);
    view->repaint(sample::at(140));
    view->notice(live.fail_backend());
    view->repaint(sample::at(150));
    live.screen.feed(live.terminal.read());
    CHECK(live.screen.text() == "[ 150.0s] toolboxai-backend            build failed\n" + live.frame(150));
    live.progress = sample::halted(live.plan);
    view->notice(sample::event(151, EventKind::run_ended, 5));
  }
  live.screen.feed(live.terminal.read());
  CHECK(live.screen.text() == "[ 150.0s] toolboxai-backend            build failed\n" + live.frame(151));
}

TEST_CASE("news is painted at most ten times a second, and the clock goes on once a second") {
  Live live;
  const auto view = live_view(live.plan, live.progress, live.style, live.terminal.slave);
  CHECK(view->repaint(sample::at(100)) == sample::at(101));
  CHECK_FALSE(live.terminal.read().empty());
  const auto soon = sample::at(100) + std::chrono::milliseconds(30);
  CHECK(view->repaint(soon) == sample::at(101));
  view->notice(sample::service_event(100, EventKind::deploy_observed, 1));
  CHECK(view->repaint(soon) == sample::at(100) + std::chrono::milliseconds(100));
  CHECK(live.terminal.read().empty());
  CHECK(view->repaint(sample::at(100) + std::chrono::milliseconds(100)) ==
        sample::at(101) + std::chrono::milliseconds(100));
  CHECK_FALSE(live.terminal.read().empty());
  live.progress = sample::halted(live.plan);
  view->notice(sample::event(100, EventKind::run_ended, 5));
  CHECK(view->repaint(sample::at(100) + std::chrono::milliseconds(101)) == std::nullopt);
  CHECK_FALSE(live.terminal.read().empty());
}

TEST_CASE("the block follows the terminal's size") {
  Live live;
  const auto view = live_view(live.plan, live.progress, live.style, live.terminal.slave);
  view->repaint(sample::at(100));
  live.screen.feed(live.terminal.read());
  const winsize small{6, 40, 0, 0};
  REQUIRE(::ioctl(live.terminal.slave, TIOCSWINSZ, &small) == 0);
  view->repaint(sample::at(101));
  live.screen.feed(live.terminal.read());
  CHECK(live.screen.text() ==
        sample::joined(render_frame(live.plan, live.progress, sample::at(101), {false, false, 39}, 5)));
}

TEST_CASE("a view whose reader is gone says nothing and stops nothing") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  Live live;
  const auto previous = ::signal(SIGPIPE, SIG_IGN);
  {
    const auto view = line_view(live.plan, live.progress, live.style, ends[1]);
    view->notice(sample::event(1, EventKind::run_began));
    view->notice(sample::link_event(2, EventKind::link_proved, 0));
    CHECK(view->repaint(sample::at(3)) == std::nullopt);
  }
  ::signal(SIGPIPE, previous);
  ::close(ends[1]);
}

TEST_CASE("the line view writes each line as it happens") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  Live live;
  const auto view = line_view(live.plan, live.progress, live.style, ends[1]);
  view->notice(sample::link_event(2, EventKind::link_intended, 0));
  view->notice(sample::link_event(2, EventKind::link_proved, 0));
  ::close(ends[1]);
  char buffer[256];
  const auto got = ::read(ends[0], buffer, sizeof buffer);
  ::close(ends[0]);
  REQUIRE(got > 0);
  CHECK(std::string(buffer, static_cast<std::size_t>(got)) ==
        "[   2.0s] toolboxai-monitoring         linked toolboxai-monitoring\n");
}

TEST_CASE("what is no terminal is taken for one of 80 by 24") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto size = terminal_size(ends[1]);
  CHECK(size.columns == 80);
  CHECK(size.rows == 24);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace envlink::view

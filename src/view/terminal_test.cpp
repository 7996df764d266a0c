#include "view/terminal.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "view/live_frame.h"
#include "view/sample_test.h"

namespace envlink::view {
namespace {

using engine::Event;
using engine::ServiceOutcome;
using engine::ServicePhase;

/// A minimal terminal: turns the bytes into rows of ASCII text.
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
  /// The window became narrower: lines that no longer fit are folded.
  void narrow(std::size_t columns) {
    std::vector<std::string> folded;
    std::size_t row = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i == row_) row = folded.size();
      std::size_t from = 0;
      do folded.push_back(rows[i].substr(from, columns));
      while ((from += columns) < rows[i].size());
    }
    rows = folded;
    row_ = row;
  }
  std::string text() const {
    std::string all;
    for (std::size_t i = 0; i < row_; ++i) all += rows[i] + "\n";
    return all;
  }

  std::vector<std::string> rows{1};
  bool cursor = true;
  bool wraps = true;
  bool at_once = false;

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
    } else if (parameter == "?2026") {
      at_once = command == 'h';
    } else {
      CHECK_MESSAGE(command == 'm', "a control that this screen does not know");
    }
  }
  std::size_t row_ = 0;
  std::size_t column_ = 0;
};

/// A pseudoterminal.
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
  /// The output since the last call.
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

/// Reads a pipe whose other end is closed, and closes it.
std::string all_of(int descriptor) {
  std::string text;
  char buffer[1024];
  for (ssize_t got = 0; (got = ::read(descriptor, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(descriptor);
  return text;
}

struct Live {
  plan::Plan plan = sample::guide();
  engine::Progress progress = sample::half_way(plan);
  engine::Budget budget;
  Style style{false, false, 0};

  Event first_link_proved(int seconds) const {
    return sample::event(seconds, engine::LinkProved{.link = engine::event_link(plan, 0)});
  }
  Terminal terminal{80, 24};
  Screen screen;

  std::string frame(int seconds) const {
    return sample::joined(render_live_frame(plan, progress, {}, sample::at(seconds), {false, false, 79}, 23));
  }
  Event fail_backend() {
    auto& backend = progress.services[1];
    backend.phase = ServicePhase::ended;
    backend.outcome = ServiceOutcome::failed;
    backend.status = model::DeployStatus::build_failed;
    backend.ended_at = sample::at(150);
    return sample::event(150, engine::ServiceEnded{.service = engine::event_service(plan, 1),
                                                   .state = ServiceOutcome::failed});
  }
};

TEST_CASE("repainting leaves one block on the screen, the cursor visible and wrapping on") {
  Live live;
  const auto view = live_view(live.plan, live.progress, live.budget, live.style, live.terminal.slave);
  for (int second = 100; second < 105; ++second) {
    view->repaint(sample::at(second));
    live.screen.feed(live.terminal.read());
    CHECK(live.screen.text() == live.frame(second));
    CHECK(live.screen.cursor);
    CHECK(live.screen.wraps);
    CHECK_FALSE(live.screen.at_once);
  }
}

TEST_CASE("a failure stays above the block, and the last frame stays after the view ends") {
  Live live;
  {
    const auto view = live_view(live.plan, live.progress, live.budget, live.style, live.terminal.slave);
    view->repaint(sample::at(140));
    view->notice(live.fail_backend());
    view->repaint(sample::at(150));
    live.screen.feed(live.terminal.read());
    CHECK(live.screen.text() == "no toolboxai-backend: build failed after 53s\n" + live.frame(150));
    live.progress = sample::halted(live.plan);
    view->notice(sample::event(151, engine::RunEnded{model::Outcome::deploy_failed}));
  }
  live.screen.feed(live.terminal.read());
  CHECK(live.screen.text() == "no toolboxai-backend: build failed after 53s\n" + live.frame(151));
}

TEST_CASE("events are painted at most ten times a second, and the clock once a second") {
  Live live;
  const auto view = live_view(live.plan, live.progress, live.budget, live.style, live.terminal.slave);
  CHECK(view->repaint(sample::at(100)) == sample::at(101));
  CHECK_FALSE(live.terminal.read().empty());
  const auto soon = sample::at(100) + std::chrono::milliseconds(30);
  CHECK(view->repaint(soon) == sample::at(101));
  view->notice(sample::event(100, engine::DeployObserved{}));
  CHECK(view->repaint(soon) == sample::at(100) + std::chrono::milliseconds(100));
  CHECK(live.terminal.read().empty());
  CHECK(view->repaint(sample::at(100) + std::chrono::milliseconds(100)) ==
        sample::at(101) + std::chrono::milliseconds(100));
  CHECK_FALSE(live.terminal.read().empty());
  live.progress = sample::halted(live.plan);
  view->notice(sample::event(100, engine::RunEnded{model::Outcome::deploy_failed}));
  CHECK(view->repaint(sample::at(100) + std::chrono::milliseconds(101)) == std::nullopt);
  CHECK_FALSE(live.terminal.read().empty());
}

TEST_CASE("the block follows the terminal's size, and leaves nothing of folded lines") {
  Live live;
  const auto view = live_view(live.plan, live.progress, live.budget, live.style, live.terminal.slave);
  view->repaint(sample::at(100));
  live.screen.feed(live.terminal.read());
  const winsize small{6, 40, 0, 0};
  REQUIRE(::ioctl(live.terminal.slave, TIOCSWINSZ, &small) == 0);
  live.screen.narrow(40);
  view->repaint(sample::at(101));
  live.screen.feed(live.terminal.read());
  CHECK(live.screen.text() == sample::joined(render_live_frame(live.plan, live.progress, {}, sample::at(101),
                                                               {false, false, 39}, 5)));
}

TEST_CASE("a closed reader neither causes output nor stops the run") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  Live live;
  const auto previous = ::signal(SIGPIPE, SIG_IGN);
  {
    const auto view = log_view(live.plan, live.progress, live.style, ends[1]);
    view->notice(sample::event(1, engine::RunBegan{}));
    view->notice(live.first_link_proved(2));
    CHECK(view->repaint(sample::at(3)) == sample::at(62));
  }
  ::signal(SIGPIPE, previous);
  ::close(ends[1]);
}

TEST_CASE("the line view shows a sign of life after each minute without news") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  Live live;
  live.style.width = 80;
  {
    const auto view = log_view(live.plan, live.progress, live.style, ends[1]);
    CHECK(view->repaint(sample::at(1)) == std::nullopt);
    view->notice(live.first_link_proved(100));
    CHECK(view->repaint(sample::at(110)) == sample::at(160));
    CHECK(view->repaint(sample::at(160)) == sample::at(220));
    live.progress.ended_at = sample::at(161);
    CHECK(view->repaint(sample::at(300)) == std::nullopt);
  }
  ::close(ends[1]);
  const auto text = all_of(ends[0]);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(text.find("\n[ 160.0s] 1 of 9 live; toolboxai-backend building 1:03 of ~1:45") != std::string::npos);
}

TEST_CASE("in a GitHub Actions log the lines are a group, and none of them is a command") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  Live live;
  live.plan.links[0].group_name = "##[error]x";
  {
    const auto view = log_view(live.plan, live.progress, live.style, ends[1], Log::github);
    view->notice(live.first_link_proved(2));
  }
  ::close(ends[1]);
  CHECK(all_of(ends[0]) ==
        "::group::Rollout\n[   2.0s] toolboxai-monitoring         linked ## [error]x\n::endgroup::\n");
}

TEST_CASE("the line view writes each line immediately") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  Live live;
  const auto view = log_view(live.plan, live.progress, live.style, ends[1]);
  view->notice(sample::event(2, engine::LinkIntended{engine::event_link(live.plan, 0), 1}));
  view->notice(live.first_link_proved(2));
  ::close(ends[1]);
  CHECK(all_of(ends[0]) == "[   2.0s] toolboxai-monitoring         linked toolboxai-monitoring\n");
}

TEST_CASE("anything but a terminal counts as 80 by 24") {
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

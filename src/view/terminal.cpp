#include "view/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "view/event_text.h"
#include "view/github.h"
#include "view/links.h"
#include "view/live_frame.h"
#include "view/live_region.h"
#include "view/rollout_summary.h"
#include "view/terminal_output.h"

namespace envlink::view {
namespace {

class LiveView final : public engine::Observer {
 public:
  LiveView(const plan::Plan& plan, const engine::Progress& progress, const engine::Budget& budget,
           const Style& style, int descriptor)
      : plan_(plan),
        progress_(progress),
        budget_(budget),
        style_(style),
        output_(descriptor),
        guard_(descriptor) {
    window_.reflows = terminal_reflows();
  }
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  ~LiveView() override {
    try {
      if (news_) paint();
      output_.write(block_.leave());
    } catch (...) {  // out of memory: the previous frame stays, and is complete
    }
  }

  void notice(const engine::Event& event) override {
    measure();
    for (const auto& line : failure_lines(plan_, progress_, event, style_))
      above_.push_back(linked(line, style_));
    latest_ = std::max(latest_, event.at);
    news_ = true;
  }

  std::optional<Time> repaint(Time now) override {
    constexpr auto between_news = std::chrono::milliseconds(100);
    constexpr auto between_ticks = std::chrono::seconds(1);
    latest_ = std::max(latest_, now);
    const bool ended = progress_.ended_at.has_value();
    const auto due =
        painted_at_ ? *painted_at_ + (news_ ? Duration(between_news) : Duration(between_ticks)) : now;
    if (!(ended && news_) && latest_ < due) return due;
    if (ended) {
      if (news_) paint();
      return std::nullopt;
    }
    // A stopped terminal must not stop the rollout, so this frame is skipped.
    if (ours() && output_.ready()) paint();
    painted_at_ = latest_;
    return latest_ + between_ticks;
  }

 private:
  /// False for a background job: another program has the terminal.
  bool ours() {
    const auto foreground = ::tcgetpgrp(output_.descriptor());
    const bool so = foreground < 0 || foreground == ::getpgrp();
    if (!so) block_.forget();
    return so;
  }

  void measure() {
    const auto size = terminal_size(output_.descriptor());
    window_.columns = size.columns;
    window_.rows = size.rows;
    // The last column stays free, because some terminals fold a line that fills it.
    style_.width = std::max<std::size_t>(size.columns, 2) - 1;
  }

  void paint() {
    if (guard_.continued()) block_.forget();
    measure();
    const auto height = std::max<std::size_t>(window_.rows, 2) - 1;
    const auto frame =
        render_live_frame(plan_, progress_, allowance_of(budget_, latest_), latest_, style_, height);
    guard_.painting(true);
    output_.write(block_.paint(above_, frame, window_), [this] { return guard_.has_continued(); });
    guard_.painting(false);
    above_.clear();
    news_ = false;
  }

  const plan::Plan& plan_;
  const engine::Progress& progress_;
  const engine::Budget& budget_;
  Style style_;
  Output output_;
  TerminalGuard guard_;
  Window window_;
  LiveRegion block_;
  std::vector<std::string> above_;
  std::optional<Time> painted_at_;
  Time latest_{};
  bool news_ = false;
};

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

class LogView final : public engine::Observer {
 public:
  LogView(const plan::Plan& plan, const engine::Progress& progress, const Style& style, int descriptor,
          Log log)
      : progress_(progress), style_(style), output_(descriptor), lines_(plan, progress, style_), log_(log) {}
  LogView(const LogView&) = delete;
  LogView& operator=(const LogView&) = delete;

  ~LogView() override {
    if (grouped_) output_.write(github::end_group);
  }

  void notice(const engine::Event& event) override {
    if (const auto line = lines_.line_for(event)) write(*line, event.at);
  }

  std::optional<Time> repaint(Time now) override {
    constexpr auto silence = std::chrono::minutes(1);
    if (!said_at_ || progress_.ended_at) return std::nullopt;
    if (now >= *said_at_ + silence) write(lines_.sign_of_life(now), now);
    return *said_at_ + silence;
  }

 private:
  void write(const std::string& line, Time at) {
    if (log_ == Log::github && !grouped_) {
      output_.write(github::group("Rollout"));
      grouped_ = true;
    }
    output_.write((log_ == Log::github ? github::defused(line) : line) + "\n");
    said_at_ = at;
  }

  const engine::Progress& progress_;
  Style style_;
  Output output_;
  LogLines lines_;
  Log log_;
  bool grouped_ = false;
  std::optional<Time> said_at_;
};

}  // namespace

Size terminal_size(int descriptor) {
  winsize window{};
  if (::ioctl(descriptor, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) return {};
  return {window.ws_col, window.ws_row};
}

bool terminal_reflows() {
  if (!variable("TMUX").empty()) return true;
  const auto kind = variable("TERM");
  const bool cuts = kind.starts_with("linux") || kind.starts_with("rxvt") || kind.starts_with("screen") ||
                    kind.starts_with("st-") || kind.starts_with("vt");
  return !cuts && variable("XTERM_VERSION").empty();
}

std::unique_ptr<engine::Observer> live_view(const plan::Plan& plan, const engine::Progress& progress,
                                            const engine::Budget& budget, const Style& style,
                                            int descriptor) {
  return std::make_unique<LiveView>(plan, progress, budget, style, descriptor);
}

std::unique_ptr<engine::Observer> log_view(const plan::Plan& plan, const engine::Progress& progress,
                                           const Style& style, int descriptor, Log log) {
  return std::make_unique<LogView>(plan, progress, style, descriptor, log);
}

}  // namespace envlink::view

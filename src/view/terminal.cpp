#include "view/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "view/block.h"
#include "view/frame.h"
#include "view/lines.h"

namespace envlink::view {
namespace {

/// Writes until nobody reads any more; a view that cannot be shown is no reason to stop a rollout.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  void write(std::string_view bytes) noexcept {
    while (!broken_ && !bytes.empty()) {
      const auto written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        wait(-1);
      } else {
        broken_ = errno != EINTR;
      }
    }
  }
  /// False while the terminal is stopped (Ctrl-S).
  bool ready() const noexcept { return wait(0) != 0; }
  int descriptor() const { return descriptor_; }

 private:
  int wait(int milliseconds) const noexcept {
    pollfd writable{descriptor_, POLLOUT, 0};
    return ::poll(&writable, 1, milliseconds);
  }

  int descriptor_;
  bool broken_ = false;
};

class LiveView final : public engine::Observer {
 public:
  LiveView(const plan::Plan& plan, const engine::Progress& progress, const Style& style, int descriptor)
      : plan_(plan),
        progress_(progress),
        style_(style),
        output_(descriptor),
        lines_(plan, progress, style_) {}
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  ~LiveView() override {
    try {
      if (news_) paint();
    } catch (...) {  // out of memory: the frame before stays, and it is whole
    }
  }

  void notice(const engine::Event& event) override {
    auto line = lines_.line_for(event);
    if (line && lines_.is_failure(event)) failures_.push_back(std::move(*line));
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
    // A stopped terminal must not stop the rollout: the frame is left out.
    if (output_.ready()) paint();
    painted_at_ = latest_;
    return latest_ + between_ticks;
  }

 private:
  void paint() {
    const auto size = terminal_size(output_.descriptor());
    // The last column stays free: some terminals fold a line that fills it.
    style_.width = std::max<std::size_t>(size.columns, 2) - 1;
    const auto height = std::max<std::size_t>(size.rows, 2) - 1;
    output_.write(block_.paint(failures_, render_frame(plan_, progress_, latest_, style_, height)));
    failures_.clear();
    news_ = false;
  }

  const plan::Plan& plan_;
  const engine::Progress& progress_;
  Style style_;
  Output output_;
  Lines lines_;
  Block block_;
  std::vector<std::string> failures_;
  std::optional<Time> painted_at_;
  Time latest_{};
  bool news_ = false;
};

class LineView final : public engine::Observer {
 public:
  LineView(const plan::Plan& plan, const engine::Progress& progress, const Style& style, int descriptor)
      : style_(style), output_(descriptor), lines_(plan, progress, style_) {}
  LineView(const LineView&) = delete;
  LineView& operator=(const LineView&) = delete;

  void notice(const engine::Event& event) override {
    if (const auto line = lines_.line_for(event)) output_.write(*line + "\n");
  }
  std::optional<Time> repaint(Time) override { return std::nullopt; }

 private:
  Style style_;
  Output output_;
  Lines lines_;
};

}  // namespace

Size terminal_size(int descriptor) {
  winsize window{};
  if (::ioctl(descriptor, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) return {};
  return {window.ws_col, window.ws_row};
}

std::unique_ptr<engine::Observer> live_view(const plan::Plan& plan, const engine::Progress& progress,
                                            const Style& style, int descriptor) {
  return std::make_unique<LiveView>(plan, progress, style, descriptor);
}

std::unique_ptr<engine::Observer> line_view(const plan::Plan& plan, const engine::Progress& progress,
                                            const Style& style, int descriptor) {
  return std::make_unique<LineView>(plan, progress, style, descriptor);
}

}  // namespace envlink::view

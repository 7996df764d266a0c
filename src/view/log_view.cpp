#include <string>

#include "view/event_text.h"
#include "view/github.h"
#include "view/output.h"
#include "view/terminal.h"

namespace envlink::view {
namespace {

class LogView final : public engine::Observer {
 public:
  LogView(const plan::Plan& plan, const engine::Progress& progress, const Style& style, int descriptor,
          Log log)
      : progress_(progress), style_(style), output_(descriptor), lines_(plan, progress, style_), log_(log) {}
  LogView(const LogView&) = delete;
  LogView& operator=(const LogView&) = delete;

  ~LogView() override {
    if (grouped_) output_.write(github::end_group());
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

std::unique_ptr<engine::Observer> log_view(const plan::Plan& plan, const engine::Progress& progress,
                                           const Style& style, int descriptor, Log log) {
  return std::make_unique<LogView>(plan, progress, style, descriptor, log);
}

}  // namespace envlink::view

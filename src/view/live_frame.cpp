#include "view/live_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "api/bucket.h"
#include "base/text.h"
#include "view/layout.h"
#include "view/rollout_status.h"

namespace envlink::view {
namespace {

class Frame {
 public:
  Frame(const plan::Plan& plan, const engine::Progress& progress, const Allowance& allowance, Time now,
        const Style& style)
      : plan_(plan),
        progress_(progress),
        allowance_(allowance),
        now_(progress.ended_at.value_or(now)),
        style_(style),
        board_(plan, progress, style),
        with_wave_(style.width >= 60 && plan.waves.size() > 1),
        waves_(fmt::formatted_size("wave {}", plan.waves.size())) {
    constexpr std::size_t state_width = 26;  // a mark and "building 0:42 of ~1:30"
    const auto beside_state = style.width > state_width ? style.width - state_width : 0;
    names_ = column_width(board_.concerned(),
                          std::min(style.width * 2 / 5, std::max(beside_state, style.width / 3)),
                          [&](std::size_t service) { return board_.name(service); });
  }

  std::vector<std::string> lines(std::size_t height) const {
    constexpr std::size_t roomy = 10;  // lines; from here on a second head line costs no service its line
    auto lines = head();
    auto order = board_.concerned();
    if (lines.size() > 1 && height < roomy && order.size() + lines.size() > height) lines.resize(1);
    if (order.size() + lines.size() <= height) {
      for (const auto service : order) lines.push_back(row(service));
      return lines;
    }
    if (height == 1) return lines;
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return board_.group_of(a) < board_.group_of(b);
    });
    const auto shown = height - lines.size() - 1;
    leave_room_for_running(order, shown);
    for (std::size_t i = 0; i < shown; ++i) lines.push_back(row(order[i]));
    lines.push_back(rest_line(std::span(order).subspan(shown), shown > 0));
    return lines;
  }

 private:
  /// Progress, estimated time left and rate limits: one line, and a second one while the rollout runs.
  std::vector<std::string> head() const {
    auto left = time_left_of_all();
    std::vector<std::string> lines{first_line(left)};
    const bool told = allowance_.reads || allowance_.writes;
    const bool goes_on = progress_.began_at && !progress_.ended_at;
    if (goes_on && (told || board_.redeploying() > 0)) lines.push_back(second_line(left));
    return lines;
  }

  std::string what_goes_on() const {
    if (progress_.ended_at) return is_success(progress_.outcome) ? "done" : "stopped";
    const auto any = [&](engine::HoldPhase phase) {
      return std::ranges::any_of(progress_.services,
                                 [&](const auto& service) { return service.hold.phase == phase; });
    };
    if (any(engine::HoldPhase::restoring)) return "switching auto-deploy back on";
    if (progress_.interrupts > 0) return "stopping: deploys continue on Render";
    if (!progress_.began_at) return "starting";
    if (any(engine::HoldPhase::switching_off)) return "switching auto-deploy off";
    if (progress_.group && progress_.made.empty()) return "creating the group";
    if (!progress_.values_proved()) return "setting values";
    const bool under_way = std::ranges::any_of(progress_.services, [](const auto& service) {
      return service.phase > engine::ServicePhase::linking;
    });
    if (board_.links_proved() < plan_.links.size() && !under_way) return "linking";
    if (board_.wave() > 0) return fmt::format("wave {} of {}", board_.wave(), plan_.waves.size());
    return "finishing";
  }

  Spent spent() const {
    Spent spent;
    if (const auto& reads = allowance_.reads; reads && reads->limit > 0) {
      spent.limits.reads = reads->limit;
      spent.reads = static_cast<std::size_t>(std::max(0, reads->limit - reads->left));
    }
    if (const auto& writes = allowance_.writes; writes && writes->limit > 0) {
      spent.limits.writes = writes->limit;
      spent.writes = static_cast<std::size_t>(std::max(0, writes->limit - writes->left));
    }
    return spent;
  }

  std::string time_left_of_all() const {
    if (board_.redeploying() == 0) return {};
    const auto left = time_left(plan_, progress_, now_, spent());
    if (!left) return {};
    return "  " + time_left_words(*left);
  }

  /// `left` is cleared if it was added.
  std::string first_line(std::string& left) const {
    const auto elapsed = progress_.began_at ? now_ - *progress_.began_at : Duration::zero();
    Line line(style_);
    line.add(fmt::format("{:>5}", clock_text(elapsed)), Colour::strong);
    if (!plan_.links.empty())
      line.add(fmt::format("  links {}/{}", board_.links_proved(), plan_.links.size()));
    if (board_.redeploying() > 0) line.add(fmt::format("  live {}/{}", board_.live(), board_.redeploying()));
    const auto failed = board_.count(ServiceStatusGroup::failed);
    if (failed > 0) line.add(fmt::format("  failed {}", failed), Colour::bad);
    const auto now_doing = what_goes_on();
    const auto notice = progress_.ended_at ? std::string() : safe(progress_.notice, style_);
    const auto both = display_width(now_doing) + display_width(notice) + 4;
    constexpr std::size_t telling = 8;  // columns; shorter words say nothing
    const bool fits = display_width(now_doing) + 2 <= line.room() || line.room() > telling;
    if (notice.empty() ? fits : both <= line.room()) line.add("  ").add(now_doing, Colour::busy);
    if (!notice.empty()) line.add("  ").add(notice, Colour::caution);
    if (display_width(left) <= line.room()) line.add(std::exchange(left, {}));
    return line.text();
  }

  /// Live, failed, in progress, not started: distinguishable without colour.
  void add_bar(Line& line) const {
    constexpr std::size_t width = 20;
    struct Part {
      std::size_t services;
      std::string_view cell;
      std::string_view ascii;
      Colour colour;
    };
    const auto rest =
        board_.count(ServiceStatusGroup::waiting) + board_.count(ServiceStatusGroup::not_started);
    const Part parts[] = {{board_.live(), "█", "#", Colour::good},
                          {board_.count(ServiceStatusGroup::failed), "×", "x", Colour::bad},
                          {board_.count(ServiceStatusGroup::running), "▒", "+", Colour::busy},
                          {rest, "░", ".", Colour::quiet}};
    std::size_t before = 0;
    for (const Part& part : parts) {
      const auto from = before * width / board_.redeploying();
      before += part.services;
      std::string cells;
      for (auto i = from; i < before * width / board_.redeploying(); ++i) {
        cells += style_.unicode ? part.cell : part.ascii;
      }
      line.add(cells, part.colour);
    }
  }

  std::string second_line(const std::string& left) const {
    Line line(style_);
    line.add("     ");
    if (board_.redeploying() > 0) {
      line.add("  ");
      add_bar(line);
    }
    if (display_width(left) <= line.room()) line.add(left);
    std::vector<std::string> parts;
    std::vector<std::string> short_parts;
    const auto add = [&](const std::optional<Allowance::Window>& window, std::string_view what) {
      if (!window) return;
      parts.push_back(fmt::format("{} of {} {}", window->left, window->limit, what));
      short_parts.push_back(fmt::format("{} {}", window->left, what));
    };
    add(allowance_.reads, "reads");
    add(allowance_.writes, "writes");
    if (parts.empty()) return line.text();
    for (const auto& words : {"  budget left: " + join(parts, ", "), "  budget " + join(short_parts, ", ")}) {
      if (display_width(words) > line.room()) continue;
      line.add(words, Colour::quiet);
      break;
    }
    return line.text();
  }

  std::string row(std::size_t index) const {
    const auto& service = plan_.services[index];
    const auto state = board_.state(index, now_);
    Line line(style_);
    line.add(sign(state.mark, style_), state.colour).add(" ");
    line.add(pad(cut_inside(board_.name(index), names_, style_), names_));
    if (with_wave_) {
      const auto wave = service.redeploys() ? fmt::format("wave {}", service.wave) : std::string();
      line.add("  ").add(fmt::format("{:<{}}", wave, waves_), Colour::quiet);
    }
    line.add("  ").add(state.words, state.colour);
    return line.text();
  }

  /// Failures get at most half of the rows while something runs: the summary shows them as well.
  void leave_room_for_running(std::vector<std::size_t>& order, std::size_t shown) const {
    const auto end_of = [&](ServiceStatusGroup group) {
      return std::ranges::find_if(order,
                                  [&](std::size_t service) { return board_.group_of(service) > group; });
    };
    const auto failed = end_of(ServiceStatusGroup::failed);
    const auto half = order.begin() + static_cast<std::ptrdiff_t>((shown + 1) / 2);
    if (half < failed) std::rotate(half, failed, end_of(ServiceStatusGroup::running));
  }

  /// "  and 991 more: 2 running, 900 waiting, 89 done"
  std::string rest_line(std::span<const std::size_t> rest, bool any_shown) const {
    std::array<std::size_t, words_of<ServiceStatusGroup>.size()> counts{};
    for (const std::size_t service : rest) ++counts[static_cast<std::size_t>(board_.group_of(service))];
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) parts.push_back(fmt::format("{} {}", counts[i], words_of<ServiceStatusGroup>[i]));
    }
    Line line(style_);
    line.add(any_shown ? fmt::format("  and {} more: ", rest.size())
                       : fmt::format("  {}: ", count_of(rest.size(), "service")),
             Colour::quiet);
    line.add(join(parts, ", "), counts[0] > 0 ? Colour::bad : Colour::quiet);
    return line.text();
  }

  const plan::Plan& plan_;
  const engine::Progress& progress_;
  const Allowance& allowance_;
  Time now_;  // not later than the end of the run
  const Style& style_;
  RolloutStatus board_;
  bool with_wave_;
  std::size_t waves_;
  std::size_t names_ = 0;
};

}  // namespace

Allowance allowance_of(const engine::Budget& budget, Time now) {
  const auto window = [&](const std::string& bucket) -> std::optional<Allowance::Window> {
    const auto left = budget.remaining(bucket, now);
    const auto limit = budget.limit(bucket);
    if (!left || !limit) return std::nullopt;
    return Allowance::Window{*left, *limit};
  };
  return {window(api::bucket_of({.method = api::Method::get, .target = "/services"})),
          window(api::bucket_of({.method = api::Method::post, .target = "/env-groups"}))};
}

std::vector<std::string> render_live_frame(const plan::Plan& plan, const engine::Progress& progress,
                                           const Allowance& allowance, Time now, const Style& style,
                                           std::size_t height) {
  if (height == 0) return {};
  return Frame(plan, progress, allowance, now, style).lines(height);
}

}  // namespace envlink::view

#include "view/live_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "view/layout.h"
#include "view/live_frame_head.h"
#include "view/rollout_status.h"

namespace envlink::view {
namespace {

class Rows {
 public:
  Rows(const plan::Plan& plan, const RolloutStatus& board, Time now, const Style& style)
      : plan_(plan),
        board_(board),
        now_(now),
        style_(style),
        with_wave_(style.width >= 60 && plan.waves.size() > 1) {
    constexpr std::size_t state_width = 26;  // a mark and "building 0:42 of ~1:30"
    const auto beside_state = style.width > state_width ? style.width - state_width : 0;
    names_ = column_width(board.concerned(),
                          std::min(style.width * 2 / 5, std::max(beside_state, style.width / 3)),
                          [&](std::size_t service) { return board.name(service); });
    waves_ = fmt::formatted_size("wave {}", plan.waves.size());
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

 private:
  const plan::Plan& plan_;
  const RolloutStatus& board_;
  Time now_;
  const Style& style_;
  bool with_wave_;
  std::size_t names_ = 0;
  std::size_t waves_ = 0;
};

/// "   and 991 more: 2 running, 900 waiting, 89 live"
std::string rest_line(const std::array<std::size_t, service_status_groups>& counts, bool any_shown,
                      const Style& style) {
  constexpr std::array<std::string_view, service_status_groups> words = {"failed", "running", "waiting",
                                                                         "not started", "done"};
  std::vector<std::string> parts;
  std::size_t all = 0;
  for (std::size_t i = 0; i < service_status_groups; ++i) {
    all += counts[i];
    if (counts[i] > 0) parts.push_back(fmt::format("{} {}", counts[i], words[i]));
  }
  Line line(style);
  line.add(any_shown ? fmt::format("  and {} more: ", all) : fmt::format("  {}: ", count_of(all, "service")),
           Colour::quiet);
  line.add(join(parts, ", "), counts[0] > 0 ? Colour::bad : Colour::quiet);
  return line.text();
}

/// Of what failed more is told above the block and in the outcome: at most half of the rows are its own while
/// something runs.
void leave_room_for_running(std::vector<std::size_t>& order, const RolloutStatus& board, std::size_t shown) {
  const auto end_of = [&](ServiceStatusGroup group) {
    return std::find_if(order.begin(), order.end(),
                        [&](std::size_t service) { return board.group_of(service) > group; });
  };
  const auto failed = end_of(ServiceStatusGroup::failed);
  const auto half = order.begin() + static_cast<std::ptrdiff_t>((shown + 1) / 2);
  if (half < failed) std::rotate(half, failed, end_of(ServiceStatusGroup::running));
}

}  // namespace

std::vector<std::string> render_live_frame(const plan::Plan& plan, const engine::Progress& progress,
                                           const Allowance& allowance, Time now, const Style& style,
                                           std::size_t height) {
  constexpr std::size_t roomy = 10;  // lines, where the second line of the head costs no service's
  if (height == 0) return {};
  const RolloutStatus board(plan, progress, style);
  const Rows rows(plan, board, progress.ended_at.value_or(now), style);
  auto lines = live_frame_head({plan, progress, board, allowance, now, style});
  auto order = board.concerned();
  if (lines.size() > 1 && height < roomy && order.size() + lines.size() > height) lines.resize(1);
  if (order.size() + lines.size() <= height) {
    for (const auto service : order) lines.push_back(rows.row(service));
    return lines;
  }
  if (height == 1) return lines;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return board.group_of(a) < board.group_of(b); });
  const auto shown = height - lines.size() - 1;
  leave_room_for_running(order, board, shown);
  std::array<std::size_t, service_status_groups> rest{};
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i < shown) {
      lines.push_back(rows.row(order[i]));
    } else {
      ++rest[static_cast<std::size_t>(board.group_of(order[i]))];
    }
  }
  lines.push_back(rest_line(rest, shown > 0, style));
  return lines;
}

}  // namespace envlink::view

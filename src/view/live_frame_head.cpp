#include "view/live_frame_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "api/bucket.h"
#include "base/text.h"
#include "view/layout.h"
#include "view/time_left.h"

namespace envlink::view {
namespace {

std::string what_goes_on(const plan::Plan& plan, const engine::Progress& progress,
                         const RolloutStatus& board) {
  if (progress.ended_at) return is_success(progress.outcome) ? "done" : "stopped";
  if (progress.interrupts > 0) return "stopping: what runs on Render runs on";
  if (!progress.began_at) return "starting";
  const auto& services = progress.services;
  const bool under_way = std::any_of(services.begin(), services.end(), [](const auto& service) {
    return service.phase > engine::ServicePhase::linking;
  });
  if (board.links_proved() < plan.links.size() && !under_way) return "linking";
  if (board.wave() > 0) return fmt::format("wave {} of {}", board.wave(), plan.waves.size());
  return "finishing";
}

/// The links that are still to be made may not all fit into one window of writes, which is a minute.
Duration links_take(const engine::Progress& progress, const Allowance& allowance) {
  if (!allowance.writes || progress.failed()) return {};
  const auto to_make =
      std::ranges::count(progress.links, engine::LinkPhase::waiting, &engine::LinkProgress::phase);
  const auto later = std::max<std::ptrdiff_t>(0, to_make - allowance.writes->left);
  const auto limit = std::max(1, allowance.writes->limit);
  return std::chrono::minutes((later + limit - 1) / limit);
}

std::string time_left_of(const HeadParts& it) {
  if (it.board.redeploying() == 0) return {};
  auto left = time_left(it.plan, it.progress, it.now);
  if (!left) return {};
  left->span = std::max(left->span, links_take(it.progress, it.allowance));
  return "  " + time_left_words(*left);
}

/// `left` is emptied where it found its place.
std::string first_line(const HeadParts& it, std::string& left) {
  const auto& plan = it.plan;
  const auto& progress = it.progress;
  const auto& board = it.board;
  const auto& style = it.style;
  const auto elapsed =
      progress.began_at ? progress.ended_at.value_or(it.now) - *progress.began_at : Duration::zero();
  Line line(style);
  line.add(fmt::format("{:>5}", clock_text(elapsed)), Colour::strong);
  if (!plan.links.empty()) line.add(fmt::format("  links {}/{}", board.links_proved(), plan.links.size()));
  if (board.redeploying() > 0) line.add(fmt::format("  live {}/{}", board.live(), board.redeploying()));
  const auto failed = board.count(ServiceStatusGroup::failed);
  if (failed > 0) line.add(fmt::format("  failed {}", failed), Colour::bad);
  const auto now_doing = what_goes_on(plan, progress, board);
  const auto notice = progress.ended_at ? std::string() : safe(progress.notice, style);
  const auto both = display_width(now_doing) + display_width(notice) + 4;
  constexpr std::size_t telling = 8;  // columns; fewer of its words tell nothing
  const bool fits = display_width(now_doing) + 2 <= line.room() || line.room() > telling;
  if (notice.empty() ? fits : both <= line.room()) {
    line.add("  ").add(now_doing, Colour::busy);
  }
  if (!notice.empty()) line.add("  ").add(notice, Colour::caution);
  if (display_width(left) <= line.room()) line.add(std::exchange(left, {}));
  return line.text();
}

/// Live, failed, under way, still to come: told apart without colour as well.
void add_bar(Line& line, const RolloutStatus& board, const Style& style) {
  constexpr std::size_t width = 20;
  struct Part {
    std::size_t services;
    std::string_view cell;
    std::string_view ascii;
    Colour colour;
  };
  const auto rest = board.count(ServiceStatusGroup::waiting) + board.count(ServiceStatusGroup::not_started);
  const std::array<Part, 4> parts = {{{board.live(), "█", "#", Colour::good},
                                      {board.count(ServiceStatusGroup::failed), "×", "x", Colour::bad},
                                      {board.count(ServiceStatusGroup::running), "▒", "+", Colour::busy},
                                      {rest, "░", ".", Colour::quiet}}};
  std::size_t before = 0;
  for (const auto& part : parts) {
    const auto from = before * width / board.redeploying();
    before += part.services;
    std::string cells;
    for (auto i = from; i < before * width / board.redeploying(); ++i) {
      cells += style.unicode ? part.cell : part.ascii;
    }
    line.add(cells, part.colour);
  }
}

std::string second_line(const HeadParts& it, const std::string& left) {
  Line line(it.style);
  line.add("     ");
  if (it.board.redeploying() > 0) {
    line.add("  ");
    add_bar(line, it.board, it.style);
  }
  if (display_width(left) <= line.room()) line.add(left);
  std::vector<std::string> parts;
  std::vector<std::string> short_parts;
  const auto add = [&](const std::optional<Allowance::Window>& window, std::string_view what) {
    if (!window) return;
    parts.push_back(fmt::format("{} of {} {}", window->left, window->limit, what));
    short_parts.push_back(fmt::format("{} {}", window->left, what));
  };
  add(it.allowance.reads, "reads");
  add(it.allowance.writes, "writes");
  if (parts.empty()) return line.text();
  for (const auto& words : {"  budget left: " + join(parts, ", "), "  budget " + join(short_parts, ", ")}) {
    if (display_width(words) > line.room()) continue;
    line.add(words, Colour::quiet);
    break;
  }
  return line.text();
}

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

std::vector<std::string> live_frame_head(const HeadParts& parts) {
  auto left = time_left_of(parts);
  std::vector<std::string> lines{first_line(parts, left)};
  const bool told = parts.allowance.reads || parts.allowance.writes;
  const bool goes_on = parts.progress.began_at && !parts.progress.ended_at;
  if (goes_on && (told || parts.board.redeploying() > 0)) lines.push_back(second_line(parts, left));
  return lines;
}

}  // namespace envlink::view

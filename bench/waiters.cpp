// How often programs read a deploy while they wait for it, and how late they notice its end: the schedules
// of other programs and envlink's, on the same deploys, in virtual time. Prints figures only.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

#include "engine/polling.h"

using namespace envlink;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr int reads_per_minute = 400;
constexpr Duration answer = milliseconds(80);
constexpr Duration poll_interval = seconds(10);

struct Deploy {
  Duration length{};
  Duration expected{};
};

/// The wait before the next read, after this much time and this many reads.
using Schedule = std::function<Duration(Duration elapsed, int looks)>;

struct Figures {
  std::vector<Duration> late;
  std::size_t looks = 0;
};

/// Waits for each deploy by itself, without a limit on reads.
void wait_each(const std::vector<Deploy>& deploys, const Schedule& schedule, Figures& figures) {
  for (const Deploy& deploy : deploys) {
    Duration elapsed{};
    for (int looks = 0;; ++looks) {
      elapsed += schedule(elapsed, looks);
      ++figures.looks;
      if (elapsed >= deploy.length) break;
    }
    figures.late.push_back(elapsed + answer - deploy.length);
  }
}

/// Waits for all deploys at once, within envlink's budget of reads.
void wait_as_envlink(const std::vector<Deploy>& deploys, bool known, Figures& figures) {
  engine::PollBudget budget;
  std::multimap<Duration, std::size_t> next;
  const auto again = [&](std::size_t index, Duration at) {
    const std::size_t under_way = std::max<std::size_t>(next.size(), 1);
    next.emplace(at + engine::next_poll_delay(
                          {.elapsed = at,
                           .expected = known ? std::optional(deploys[index].expected) : std::nullopt,
                           .most = poll_interval,
                           .turn = engine::turn_of(under_way, reads_per_minute)}),
                 index);
  };
  for (std::size_t i = 0; i < deploys.size(); ++i) again(i, Duration{});
  while (!next.empty()) {
    const auto [at, index] = *next.begin();
    next.erase(next.begin());
    if (const auto later = budget.take(Time{at}, reads_per_minute, index)) {
      next.emplace(later->time_since_epoch(), index);
      continue;
    }
    ++figures.looks;
    if (at >= deploys[index].length) {
      figures.late.push_back(at + answer - deploys[index].length);
    } else {
      again(index, at + answer);
    }
  }
}

void print(std::string_view waiter, Figures figures) {
  std::ranges::sort(figures.late);
  const auto count = figures.late.size();
  fmt::print("    {:34} {:6.1f} looks   {:>5.1f} s late, nine in ten within {:>5.1f} s\n", waiter,
             static_cast<double>(figures.looks) / static_cast<double>(count),
             static_cast<double>(figures.late[count / 2].count()) / 1e6,
             static_cast<double>(figures.late[count * 9 / 10].count()) / 1e6);
}

/// Deploys whose lengths vary around `middle` with a standard deviation of 10%.
std::vector<Deploy> draw(std::mt19937& random, Duration middle, std::size_t count) {
  std::normal_distribution<double> spread(1.0, 0.1);
  std::vector<Deploy> deploys;
  for (std::size_t i = 0; i < count; ++i) {
    const double factor = std::clamp(spread(random), 0.5, 1.5);
    deploys.push_back(
        {Duration(static_cast<Duration::rep>(static_cast<double>(middle.count()) * factor)), middle});
  }
  return deploys;
}

void compare(std::string_view title, const std::function<std::vector<Deploy>(std::mt19937&)>& fleet) {
  constexpr int fleets = 200;
  const Schedule each_5 = [](Duration, int) { return seconds(5); };
  const Schedule each_10 = [](Duration, int) { return seconds(10); };
  const Schedule growing = [](Duration, int looks) {
    Duration wait = seconds(3);
    for (int i = 0; i < looks && wait < seconds(15); ++i) wait = wait * 6 / 5;
    return std::min<Duration>(wait, seconds(15));
  };
  Figures figures[5];
  std::mt19937 random(1);
  for (int i = 0; i < fleets; ++i) {
    const std::vector<Deploy> deploys = fleet(random);
    wait_each(deploys, each_5, figures[0]);
    wait_each(deploys, growing, figures[1]);
    wait_each(deploys, each_10, figures[2]);
    wait_as_envlink(deploys, true, figures[3]);
    wait_as_envlink(deploys, false, figures[4]);
  }
  fmt::print("  {}\n", title);
  print("Render's own program: each 5 s", std::move(figures[0]));
  print("as a Terraform provider: 3 s to 15 s", std::move(figures[1]));
  print("each 10 s", std::move(figures[2]));
  print("envlink, the length is known", std::move(figures[3]));
  print("envlink, it is not", std::move(figures[4]));
}

}  // namespace

int main() {
  for (const std::size_t services : {1U, 9U, 20U}) {
    fmt::print("{} at once\n", services);
    for (const int length : {15, 60, 180, 600}) {
      compare(fmt::format("about {} s each", length),
              [&](std::mt19937& random) { return draw(random, seconds(length), services); });
    }
    if (services == 1) continue;
    compare("of 15 s to 600 s", [&](std::mt19937& random) {
      std::vector<Deploy> all;
      for (std::size_t i = 0; i < services; ++i) {
        constexpr int lengths[] = {15, 30, 45, 60, 90, 120, 180, 300, 600};
        all.push_back(draw(random, seconds(lengths[i % std::size(lengths)]), 1).front());
      }
      return all;
    });
  }
}

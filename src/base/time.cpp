#include "base/time.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace envlink {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes text apart from the front. After the first mismatch everything else fails too.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || !is_digit(rest_.front())) ok_ = false;
      if (!ok_) return 0;
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  void expect(std::string_view literal) {
    if (!rest_.starts_with(literal)) ok_ = false;
    if (ok_) rest_.remove_prefix(literal.size());
  }
  template <std::size_t N>
  unsigned one_of(const std::array<std::string_view, N>& words) {
    for (std::size_t i = 0; ok_ && i < N; ++i) {
      if (!rest_.starts_with(words[i])) continue;
      rest_.remove_prefix(words[i].size());
      return static_cast<unsigned>(i);
    }
    ok_ = false;
    return 0;
  }
  char next() {
    if (rest_.empty()) ok_ = false;
    if (!ok_) return '\0';
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  microseconds fraction() {
    if (rest_.empty() || rest_.front() != '.') return microseconds{0};
    rest_.remove_prefix(1);
    if (rest_.empty() || !is_digit(rest_.front())) ok_ = false;
    std::int64_t value = 0;
    for (std::int64_t weight = 100'000; !rest_.empty() && is_digit(rest_.front()); weight /= 10) {
      value += weight * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return microseconds{value};
  }
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<Time> assemble(int year, unsigned month, int day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  // 60 is a leap second; it is counted as the first second of the next minute.
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return Time{std::chrono::sys_days{date}} + hours{hour} + minutes{minute} + seconds{second};
}

}  // namespace

std::optional<Time> parse_rfc3339(std::string_view text) {
  Reader reader{text};
  const int year = reader.digits(4);
  reader.expect("-");
  const int month = reader.digits(2);
  reader.expect("-");
  const int day = reader.digits(2);
  const char separator = reader.next();
  const int hour = reader.digits(2);
  reader.expect(":");
  const int minute = reader.digits(2);
  reader.expect(":");
  const int second = reader.digits(2);
  const microseconds fraction = reader.fraction();
  const char zone = reader.next();
  minutes offset{0};
  if (zone == '+' || zone == '-') {
    const int offset_hours = reader.digits(2);
    reader.expect(":");
    const int offset_minutes = reader.digits(2);
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = hours{offset_hours} + minutes{offset_minutes};
    if (zone == '-') offset = -offset;
  } else if (zone != 'Z' && zone != 'z') {
    return std::nullopt;
  }
  if (!reader.finished() || (separator != 'T' && separator != 't')) return std::nullopt;
  const auto time = assemble(year, static_cast<unsigned>(month), day, hour, minute, second);
  if (!time) return std::nullopt;
  return *time + fraction - offset;
}

std::string format_rfc3339(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<Time> parse_http_date(std::string_view text) {
  Reader reader{text};
  reader.one_of(day_names);
  reader.expect(", ");
  const int day = reader.digits(2);
  reader.expect(" ");
  const unsigned month = reader.one_of(month_names) + 1;
  reader.expect(" ");
  const int year = reader.digits(4);
  reader.expect(" ");
  const int hour = reader.digits(2);
  reader.expect(":");
  const int minute = reader.digits(2);
  reader.expect(":");
  const int second = reader.digits(2);
  reader.expect(" GMT");
  if (!reader.finished()) return std::nullopt;
  return assemble(year, month, day, hour, minute, second);
}

std::string format_http_date(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(time) - day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     day_names[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                     month_names[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace envlink

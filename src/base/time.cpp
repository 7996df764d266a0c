#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/digits.h"

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

/// Parses text from the front. After the first mismatch everything fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// Reads `literal`, then a number of that many digits.
  int digits(std::size_t count, std::string_view literal = {}) {
    expect(literal);
    ok_ = ok_ && rest_.size() >= count && std::ranges::all_of(rest_.substr(0, count), is_digit);
    int value = 0;
    for (std::size_t i = 0; ok_ && i < count; ++i) value = value * 10 + (rest_[i] - '0');
    if (ok_) rest_.remove_prefix(count);
    return value;
  }
  void expect(std::string_view literal) {
    ok_ = ok_ && rest_.starts_with(literal);
    if (ok_) rest_.remove_prefix(literal.size());
  }
  template <std::size_t N>
  int one_of(const std::array<std::string_view, N>& words) {
    const auto found = std::ranges::find_if(words, [&](auto word) { return rest_.starts_with(word); });
    ok_ = ok_ && found != words.end();
    if (ok_) rest_.remove_prefix(found->size());
    return static_cast<int>(found - words.begin());
  }
  char next() {
    ok_ = ok_ && !rest_.empty();
    if (!ok_) return '\0';
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  /// The fraction of a second after a point; digits past the sixth are ignored.
  microseconds fraction(std::size_t most_digits = std::string_view::npos) {
    if (!rest_.starts_with('.')) return microseconds{0};
    std::size_t end = 1;
    int value = 0;
    int weight = 100'000;
    for (; end < rest_.size() && is_digit(rest_[end]); ++end, weight /= 10)
      value += weight * (rest_[end] - '0');
    ok_ = ok_ && end > 1 && end - 1 <= most_digits;
    rest_.remove_prefix(end);
    return microseconds{value};
  }
  std::string_view rest() const { return ok_ ? rest_ : std::string_view(); }
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<Time> assemble(int year, int month, int day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  // 60 is a leap second; it counts as the first second of the next minute.
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return Time{std::chrono::sys_days{date}} + hours{hour} + minutes{minute} + seconds{second};
}

constexpr std::int64_t a_millisecond = 1'000;
constexpr std::int64_t a_second = 1'000 * a_millisecond;
constexpr std::int64_t a_minute = 60 * a_second;
constexpr std::int64_t an_hour = 60 * a_minute;
constexpr std::int64_t a_day = 24 * an_hour;

std::string format_positive(std::int64_t span) {
  if (span == 0) return "0s";
  if (span < a_millisecond) return "<1ms";
  if (span < a_second / 10) return fmt::format("{}ms", span / a_millisecond);
  if (span < 10 * a_second && span % a_second >= a_second / 10) {
    return fmt::format("{}.{}s", span / a_second, span % a_second / (a_second / 10));
  }
  if (span < a_minute) return fmt::format("{}s", span / a_second);
  if (span < an_hour) {
    const auto rest = span % a_minute / a_second;
    if (rest == 0) return fmt::format("{}m", span / a_minute);
    return fmt::format("{}m{:02}s", span / a_minute, rest);
  }
  const auto rest = span % an_hour / a_minute;
  if (rest == 0) return fmt::format("{}h", span / an_hour);
  return fmt::format("{}h{:02}m", span / an_hour, rest);
}

std::optional<std::int64_t> unit_from(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> units = {
      {{"ms", a_millisecond}, {"s", a_second}, {"m", a_minute}, {"h", an_hour}, {"d", a_day}}};
  for (const auto& [name, size] : units) {
    if (text == name) return size;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Time> parse_rfc3339(std::string_view text) {
  Reader reader{text};
  const int year = reader.digits(4);
  const int month = reader.digits(2, "-");
  const int day = reader.digits(2, "-");
  if (const char between = reader.next(); between != 'T' && between != 't') return std::nullopt;
  const int hour = reader.digits(2);
  const int minute = reader.digits(2, ":");
  const int second = reader.digits(2, ":");
  const microseconds fraction = reader.fraction();
  const char zone = reader.next();
  minutes offset{0};
  if (zone == '+' || zone == '-') {
    const int offset_hours = reader.digits(2);
    const int offset_minutes = reader.digits(2, ":");
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = hours{offset_hours} + minutes{offset_minutes};
    if (zone == '-') offset = -offset;
  } else if (zone != 'Z' && zone != 'z') {
    return std::nullopt;
  }
  if (!reader.finished()) return std::nullopt;
  const auto time = assemble(year, month, day, hour, minute, second);
  if (!time) return std::nullopt;
  return *time + fraction - offset;
}

TimeText rfc3339_text(Time time, Subseconds subseconds) {
  const auto today = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{today};
  const std::chrono::hh_mm_ss clock{time - today};
  TimeText text;
  char* out = text.characters.data();
  const auto put = [&out](auto number, char behind) {
    out = put_digits<2>(out, static_cast<std::uint64_t>(number));
    *out++ = behind;
  };
  // Microseconds reach years that need a sign or a fifth digit.
  const int year{date.year()};
  out = year >= 0 && year <= 9999 ? put_digits<4>(out, static_cast<std::uint64_t>(year))
                                  : fmt::format_to(out, "{:04}", year);
  *out++ = '-';
  put(unsigned{date.month()}, '-');
  put(unsigned{date.day()}, 'T');
  put(clock.hours().count(), ':');
  put(clock.minutes().count(), ':');
  put(clock.seconds().count(), '.');
  out = put_digits<6>(out, static_cast<std::uint64_t>(clock.subseconds().count()));
  while (subseconds == Subseconds::shortest && (out[-1] == '0' || out[-1] == '.')) {
    if (*--out == '.') break;
  }
  *out++ = 'Z';
  text.length = static_cast<std::size_t>(out - text.characters.data());
  return text;
}

std::string format_rfc3339(Time time) {
  return std::string(rfc3339_text(time).view());
}

std::string format_rfc3339_seconds(Time time) {
  return format_rfc3339(time).substr(0, 19) + "Z";
}

std::optional<Time> parse_http_date(std::string_view text) {
  Reader reader{text};
  reader.one_of(day_names);
  const int day = reader.digits(2, ", ");
  reader.expect(" ");
  const int month = reader.one_of(month_names) + 1;
  const int year = reader.digits(4, " ");
  const int hour = reader.digits(2, " ");
  const int minute = reader.digits(2, ":");
  const int second = reader.digits(2, ":");
  reader.expect(" GMT");
  if (!reader.finished()) return std::nullopt;
  return assemble(year, month, day, hour, minute, second);
}

std::string format_http_date(Time time) {
  const auto today = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{today};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(time) - today};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     day_names[std::chrono::weekday{today}.c_encoding()], unsigned{date.day()},
                     month_names[unsigned{date.month()} - 1], int{date.year()}, clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string format_duration(Duration span) {
  if (span < Duration::zero()) {
    return "-" + format_positive(span == Duration::min() ? Duration::max().count() : -span.count());
  }
  return format_positive(span.count());
}

std::optional<Duration> parse_duration(std::string_view text) {
  constexpr std::size_t most_digits = 9;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > most_digits) return std::nullopt;
  Reader reader{text};
  const std::int64_t whole = reader.digits(digits);
  const std::int64_t millionths = reader.fraction(6).count();
  const auto unit = unit_from(reader.rest());
  if (!unit || whole >= Duration::max().count() / *unit) return std::nullopt;
  return Duration{whole * *unit + millionths * *unit / a_second};
}

}  // namespace envlink

#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

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

/// The number that two digits make; 100 where they are none.
int two(std::string_view text, std::size_t at) {
  if (!is_digit(text[at]) || !is_digit(text[at + 1])) return 100;
  return 10 * (text[at] - '0') + (text[at + 1] - '0');
}

/// Takes text apart from the front. After the first mismatch everything else fails too.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    ok_ = ok_ && rest_.size() >= count;
    int value = 0;
    for (std::size_t i = 0; ok_ && i < count; ++i) {
      ok_ = is_digit(rest_[i]);
      value = value * 10 + (rest_[i] - '0');
    }
    if (ok_) rest_.remove_prefix(count);
    return ok_ ? value : 0;
  }
  void expect(char c) {
    ok_ = ok_ && !rest_.empty() && rest_.front() == c;
    if (ok_) rest_.remove_prefix(1);
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
    std::size_t end = 1;
    int value = 0;
    int weight = 100'000;
    for (; end < rest_.size() && is_digit(rest_[end]); ++end, weight /= 10)
      value += weight * (rest_[end] - '0');
    ok_ = ok_ && end > 1;
    rest_.remove_prefix(end);
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

char* put_word(char* out, std::string_view word) {
  return std::copy(word.begin(), word.end(), out);
}

/// Four digits; the years that need a sign or a fifth digit are as far away as microseconds reach.
char* put_year(char* out, int year) {
  if (year >= 0 && year <= 9999) return put_digits<4>(out, static_cast<unsigned>(year));
  return fmt::format_to(out, "{:04}", year);
}

/// "21:17:29" of the seconds since midnight.
char* put_clock(char* out, seconds since_midnight) {
  const auto all = static_cast<std::uint64_t>(since_midnight.count());
  out = put_digits<2>(out, all / 3600);
  *out++ = ':';
  out = put_digits<2>(out, all / 60 % 60);
  *out++ = ':';
  return put_digits<2>(out, all % 60);
}

}  // namespace

std::optional<Time> parse_rfc3339(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  if (text.size() < shape.size() || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const int centuries = two(text, 0);
  const int years = two(text, 2);
  if (centuries > 99 || years > 99) return std::nullopt;
  Reader reader{text.substr(shape.size())};
  const microseconds fraction = reader.fraction();
  const char zone = reader.next();
  minutes offset{0};
  if (zone == '+' || zone == '-') {
    const int offset_hours = reader.digits(2);
    reader.expect(':');
    const int offset_minutes = reader.digits(2);
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = hours{offset_hours} + minutes{offset_minutes};
    if (zone == '-') offset = -offset;
  } else if (zone != 'Z' && zone != 'z') {
    return std::nullopt;
  }
  if (!reader.finished()) return std::nullopt;
  const auto time = assemble(100 * centuries + years, static_cast<unsigned>(two(text, 5)), two(text, 8),
                             two(text, 11), two(text, 14), two(text, 17));
  if (!time) return std::nullopt;
  return *time + fraction - offset;
}

TimeText rfc3339_text(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  TimeText text;
  char* out = text.characters.data();
  out = put_year(out, static_cast<int>(date.year()));
  *out++ = '-';
  out = put_digits<2>(out, static_cast<unsigned>(date.month()));
  *out++ = '-';
  out = put_digits<2>(out, static_cast<unsigned>(date.day()));
  *out++ = 'T';
  out = put_clock(out, std::chrono::floor<seconds>(time) - day);
  *out++ = '.';
  out = put_digits<6>(out, static_cast<std::uint64_t>((time - std::chrono::floor<seconds>(time)).count()));
  *out++ = 'Z';
  text.length = static_cast<std::size_t>(out - text.characters.data());
  return text;
}

std::string format_rfc3339(Time time) {
  return std::string(rfc3339_text(time).view());
}

std::optional<Time> parse_http_date(std::string_view text) {
  Reader reader{text};
  reader.one_of(day_names);
  reader.expect(", ");
  const int day = reader.digits(2);
  reader.expect(' ');
  const unsigned month = reader.one_of(month_names) + 1;
  reader.expect(' ');
  const int year = reader.digits(4);
  reader.expect(' ');
  const int hour = reader.digits(2);
  reader.expect(':');
  const int minute = reader.digits(2);
  reader.expect(':');
  const int second = reader.digits(2);
  reader.expect(" GMT");
  if (!reader.finished()) return std::nullopt;
  return assemble(year, month, day, hour, minute, second);
}

std::string format_http_date(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  std::array<char, 40> text{};
  char* out = put_word(text.data(), day_names[std::chrono::weekday{day}.c_encoding()]);
  out = put_word(out, ", ");
  out = put_digits<2>(out, static_cast<unsigned>(date.day()));
  *out++ = ' ';
  out = put_word(out, month_names[static_cast<unsigned>(date.month()) - 1]);
  *out++ = ' ';
  out = put_year(out, static_cast<int>(date.year()));
  *out++ = ' ';
  out = put_clock(out, std::chrono::floor<seconds>(time) - day);
  out = put_word(out, " GMT");
  return {text.data(), out};
}

}  // namespace envlink

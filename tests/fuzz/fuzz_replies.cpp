// Any bytes as a reply of Render: bodies for each parser, headers, and error messages. The first byte
// chooses the reader, the rest is the body or a header's value.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/error_message.h"
#include "api/failure_reason.h"
#include "api/log_tail.h"
#include "api/rate_limit_headers.h"
#include "api/redaction.h"
#include "api/replies.h"
#include "base/mask_keys.h"
#include "base/text.h"

namespace {

using namespace envlink;

void require(bool holds) {
  if (!holds) std::abort();
}

/// The text is safe for a terminal: cleaning it again changes nothing.
void require_clean(const std::string& text) {
  require(clean(text, text.size() + 1) == text);
}

void check(const Error& error) {
  require_clean(error.what);
  require_clean(error.why);
  require_clean(error.cure);
  require_clean(error.request_id);
}

template <class T>
void check_page(const Result<api::Page<T>>& page) {
  if (!page) return check(page.error());
  require(page->items.size() == page->length);
}

void check_audit_logs(const api::Response& response) {
  const auto page = api::parse_audit_logs(response);
  check_page(page);
  if (!page) return;
  for (const model::AuditEntry& entry : page->items) {
    for (const std::string* text : {&entry.id, &entry.event, &entry.actor}) require_clean(*text);
    for (const std::string& id : entry.ids) require_clean(id);
  }
}

void check_limits(const std::string& value) {
  const Time now{std::chrono::days{20'000}};
  const api::Response response{.status = 429,
                               .headers = {{"ratelimit-limit", "100"},
                                           {"ratelimit-remaining", value},
                                           {"ratelimit-reset", value},
                                           {"retry-after", value},
                                           {"date", value},
                                           {"render-request-id", value}},
                               .body = value};
  if (const auto window = api::rate_limit_of(response, now)) {
    require(window->remaining >= 0 && window->remaining <= window->limit);
    require(window->reset >= Duration::zero());
  }
  if (const auto wait = api::retry_after_of(response, now)) require(*wait >= Duration::zero());
  check(api::explain({}, response, value));
}

void check_times(const std::string& text) {
  if (const auto time = parse_rfc3339(text)) require(parse_rfc3339(format_rfc3339(*time)).has_value());
  if (const auto time = parse_http_date(text)) require(parse_http_date(format_http_date(*time)) == time);
  if (const auto span = parse_duration(text)) require(!format_duration(*span).empty());
}

void check_text(const std::string& text) {
  const std::string cleaned = clean(text, 40);
  require(is_valid_utf8(cleaned));
  require_clean(cleaned);
  require(display_width(fit(cleaned, 20)) == 20);
  require(mask_keys(mask_keys(text)) == mask_keys(text));
}

void check_reason(const api::Response& response) {
  const auto reason = api::parse_failure_reason(response, DeployId("dep-1"), Time{});
  if (!reason) return check(reason.error());
  require_clean(reason->words);
  require_clean(reason->detail);
}

void check_log(const api::Response& response, const api::Redactor& redactor = {}) {
  const auto lines = api::parse_log_tail(response, redactor);
  if (!lines) return check(lines.error());
  require(lines->size() <= api::log_lines_kept);
  for (const std::string& line : *lines) {
    require_clean(line);
    require(!line.empty() && display_width(line) <= api::log_columns_kept);
  }
}

/// The first line is a reply with values, the rest a log that may contain them.
void check_redaction(const std::string& text) {
  const std::string told = text.substr(0, text.find('\n'));
  const std::string rest = text.substr(std::min(told.size() + 1, text.size()));
  api::Redactor redactor;
  if (const auto learnt = redactor.learn_group({.status = 200, .body = told}); !learnt) check(learnt.error());
  if (const auto next = redactor.learn_variables({.status = 200, .body = told}); !next) check(next.error());
  check_log({.status = 200, .body = rest}, redactor);
  for (const std::string& line : api::log_lines_of(rest, redactor)) require_clean(line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(data + 1, data + size);
  const api::Response response{.status = 200, .body = text};
  switch (data[0] % 16) {
    case 0:
      check_page(api::parse_owners(response));
      break;
    case 1:
      check_page(api::parse_services(response));
      break;
    case 2:
      check_page(api::parse_groups(response));
      break;
    case 3:
      check_page(api::parse_deploys(response));
      break;
    case 4:
      check_page(api::parse_variables(response));
      break;
    case 5:
      if (const auto group = api::parse_group(response); !group) check(group.error());
      break;
    case 6:
      if (const auto deploy = api::parse_deploy(response); !deploy) check(deploy.error());
      break;
    case 13:
      if (const auto service = api::parse_service(response); !service) check(service.error());
      break;
    case 14:
      if (const auto one = api::parse_environment(response); !one) check(one.error());
      break;
    case 15:
      check_audit_logs(response);
      break;
    case 7:
      check_limits(text);
      break;
    case 8:
      check_times(text);
      break;
    case 9:
      check_text(text);
      break;
    case 10:
      check_reason(response);
      break;
    case 11:
      check_log(response);
      break;
    default:
      check_redaction(text);
      break;
  }
  return 0;
}

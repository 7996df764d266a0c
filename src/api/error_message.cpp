#include "api/error_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "api/message.h"
#include "api/rate_limit_headers.h"
#include "api/redaction.h"
#include "api/reply_reader.h"
#include "api/written_value.h"
#include "base/mask_keys.h"
#include "base/text.h"

namespace envlink::api {
namespace {

constexpr std::string_view status_page = "https://status.render.com";

/// Foreign text, safe to print.
std::string printable(std::string_view text) {
  return clean(mask_keys(text.substr(0, 4096)), 300);
}

/// Whether Render's words could repeat a value that the request wrote.
bool may_reveal_value(const Request& request, std::string_view words) {
  if (!request.secret) return false;
  Redactor redactor;
  for (const Secret& value : WrittenValue::values_of(request)) {
    if (!redactor.learn_value(value) || WrittenValue::stands_in(words, value)) return true;
  }
  return redactor.mask(words) != words;
}

/// Render's own words: `message` of a JSON error, or a plain text body. Empty for an HTML page.
std::string message_of(const Request& request, const Response& response) {
  if (may_reveal_value(request, response.body)) return {};
  json::Document document;
  if (const auto root = read_body(document, response.body)) {
    const auto node = node_of(**root, **root);
    return node ? printable(node->text("message")) : std::string{};
  }
  std::string_view body = response.body;
  body.remove_prefix(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
  if (body.empty() || body.front() == '<' || body.front() == '{' || body.front() == '[') return {};
  while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
  return printable(body);
}

bool is_link_change(const Request& request) {
  return request.method != Method::get && request.target.starts_with("/env-groups/") &&
         request.target.find("/services/") != std::string::npos;
}

bool asks_for_deploy(const Request& request) {
  return request.method == Method::post &&
         (request.target.ends_with("/deploys") || request.target.ends_with("/rollback"));
}

std::string pointed_to(const Request& request, const Response& response) {
  const std::string* location = response.header("location");
  if (location == nullptr || location->empty() || request.secret) return {};
  return fmt::format(" The redirect points to {}.", clean(mask_keys(location->substr(0, 4096)), 100));
}

struct Reading {
  std::string meaning;  // of the status, if Render gives no message
  std::string cure;
};

Reading read_client_error(const Request& request, int status) {
  switch (status) {
    case 400:
      return {"Render says that the request is invalid.",
              is_link_change(request)
                  ? "A group in a project environment can only be linked to services in that environment. "
                    "Check both in the Dashboard."
              : request.secret ? "Render does not accept this value or this name. Check both."
              : asks_for_deploy(request)
                  ? "Check in the Dashboard whether the service is suspended. If not, please report it."
                  : "Check the names and ids in envlink.yaml. If they are right, please report it."};
    case 401:
      return {
          "The API key is wrong or was deleted.",
          "Create a key at https://dashboard.render.com/u/settings#api-keys and set RENDER_API_KEY to it."};
    case 402:
      return {"Render requires payment information.", "Add it in the Dashboard, under Billing."};
    case 403:
      return {"The owner of this key is not allowed to do this.",
              "Use the key of a member who is. In a protected environment only admins can change groups "
              "and services."};
    case 404:
      return {"It does not exist, or this key has no access to it.",
              "Check whether it was deleted and whether the key has access to its workspace. `envlink plan` "
              "reads everything again."};
    case 406:
      return {"Render cannot answer in JSON.", "Check whether a proxy changes requests."};
    case 409:
      return {"Its current state does not allow this.",
              "Check in the Dashboard whether it is suspended or being changed, then try again."};
    case 410:
      return {"It was deleted permanently.", "Remove it from envlink.yaml, or use its replacement."};
    default:
      return {"Render refused the request.", "If the request is right, please report it."};
  }
}

/// How long Render asks to wait, if the reply says so.
std::optional<Duration> wait_asked_by(const Response& response) {
  // A date needs a clock: compared with the far future it means no wait.
  constexpr Time far_future{std::chrono::days{1'000'000}};
  const auto wait = retry_after_of(response, far_future);
  return wait && *wait > Duration::zero() ? wait : std::nullopt;
}

Reading read_status(const Request& request, const Response& response) {
  const int status = response.status;
  if (status == 429) {
    const auto wait = wait_asked_by(response);
    return {"There were more requests than Render allows. Other tools that use the API count too.",
            fmt::format("Try again in {}. `api: min_interval: 1s` in envlink.yaml slows envlink down.",
                        wait ? format_duration(*wait) : "a minute")};
  }
  if (status >= 500 || status == 408 || status == 425) {
    return {"The problem is at Render or on the network.",
            fmt::format("Try again later. See {} for known incidents.", status_page)};
  }
  if (status >= 400) return read_client_error(request, status);
  if (status >= 300) {
    return {"Render's API does not redirect, so envlink does not follow." + pointed_to(request, response),
            "Check RENDER_HOST, and whether a proxy or a login page intercepts requests."};
  }
  return {"This answer was not expected.", "Please report it."};
}

/// A success with an unexpected body.
Error explain_unreadable(const Response& response, const std::string& doing) {
  json::Document document;
  const auto root = read_body(document, response.body);
  Error error = root ? unreadable("the reply", "is not what was requested") : root.error();
  error.what = fmt::format("could not {}: {}", doing, error.what);
  error.request_id = request_id_of(response);
  return error;
}

Error explain_response(const Request& request, const Response& response, const std::string& doing) {
  if (verdict_of(response) == Verdict::ok) return explain_unreadable(response, doing);
  Reading reading = read_status(request, response);
  if (response.status == 401 && response.from_other_host)
    reading.cure =
        "RENDER_HOST is not Render. If it is an emulator, set RENDER_API_KEY to the `api_key` of its "
        "workspace file.";
  const std::string message = message_of(request, response);
  Error error{.what = fmt::format("could not {}: Render answered {}", doing, response.status),
              .why = reading.meaning,
              .cure = reading.cure,
              .request_id = request_id_of(response)};
  if (!message.empty()) error.why += fmt::format(" Render says: \"{}\"", message);
  if (response.status == 401 || response.status == 403) error.kind = ErrorKind::authentication;
  return error;
}

bool mentions(std::string_view text, std::initializer_list<std::string_view> words) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::any_of(words,
                             [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

Error explain_not_sent(const NotSent& outcome, const std::string& doing) {
  Error error{.what = fmt::format("could not {}: no connection to Render", doing),
              .why = printable(outcome.why)};
  if (!outcome.local_host.empty()) {
    error.cure = fmt::format(
        "Nothing listens on {}, which RENDER_HOST names. Is `envlink emulate` running? To use Render: unset "
        "RENDER_HOST",
        printable(outcome.local_host));
  } else if (outcome.no_authorities) {
    error.cure =
        "Nothing was sent. Install the package ca-certificates, or name a list of authorities: "
        "SSL_CERT_FILE=/path/to/ca.pem";
  } else if (mentions(outcome.why, {"certificate", "tls", "ssl"})) {
    error.cure =
        "Nothing was sent. Check this machine's clock and CA certificates. If a proxy intercepts TLS, its "
        "certificate must be among them.";
  } else if (mentions(outcome.why, {"resolve"})) {
    error.cure = "Nothing was sent. Check the network, the name in RENDER_HOST and the proxy settings.";
  } else {
    error.cure = fmt::format(
        "Nothing was sent. Check the network, a firewall and HTTPS_PROXY. See {} for known incidents.",
        status_page);
  }
  return error;
}

std::string_view no_answer_words(const NoAnswer& outcome) {
  if (outcome.too_large) return "Render's answer is larger than envlink accepts";
  return outcome.timed_out ? "Render did not answer in time" : "the connection was cut before the answer";
}

Error explain_no_answer(const Request& request, const NoAnswer& outcome, const std::string& doing) {
  Error error{.what = fmt::format("could not {}: {}", doing, no_answer_words(outcome)),
              .why = printable(outcome.why)};
  if (request.method == Method::get && outcome.too_large) {
    error.cure = "Check RENDER_HOST, and whether a proxy changes answers.";
  } else if (request.method == Method::get) {
    error.cure = fmt::format("Try again. See {} for known incidents.", status_page);
  } else {
    error.cure = "It may have taken effect. Run `envlink plan` to see.";
  }
  return error;
}

/// A service's health check. Not Render's API, so nothing of the above applies.
Error explain_foreign(const Request& request, const Outcome& outcome, const std::string& doing) {
  Error error{.what = fmt::format("could not {}", doing),
              .cure = fmt::format("Open {} yourself, and check the service's logs in the Dashboard.",
                                  printable(request.target))};
  if (const auto* response = std::get_if<Response>(&outcome)) {
    error.what += fmt::format(": the service answered {}", response->status);
  } else if (const auto* not_sent = std::get_if<NotSent>(&outcome)) {
    error.what += ": no connection to the service";
    error.why = printable(not_sent->why);
  } else {
    error.what += ": the service did not answer";
    error.why = printable(std::get<NoAnswer>(outcome).why);
  }
  return error;
}

}  // namespace

Error explain(const Request& request, const Outcome& outcome, const std::string& doing) {
  const std::string task = clean(mask_keys(doing), 400);
  if (request.foreign) return explain_foreign(request, outcome, task);
  if (const auto* not_sent = std::get_if<NotSent>(&outcome)) return explain_not_sent(*not_sent, task);
  if (const auto* no_answer = std::get_if<NoAnswer>(&outcome))
    return explain_no_answer(request, *no_answer, task);
  return explain_response(request, std::get<Response>(outcome), task);
}

std::string explain_briefly(const Outcome& outcome) {
  if (const auto* response = std::get_if<Response>(&outcome))
    return fmt::format("Render answered {}", response->status);
  if (const auto* no_answer = std::get_if<NoAnswer>(&outcome))
    return std::string(no_answer_words(*no_answer));
  return "cannot reach Render";
}

}  // namespace envlink::api

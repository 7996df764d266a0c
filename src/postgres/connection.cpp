#include "postgres/connection.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/digits.h"

namespace envlink::postgres {

/// The number of a type in every server (pg_type.dat).
enum class Parameter::Type : unsigned {
  int8 = 20,
  text = 25,
  bytea_list = 1001,
  text_list = 1009,
  int8_list = 1016
};

namespace {

using std::chrono::steady_clock;
using Kind = Complaint::Kind;

constexpr std::size_t most_bytes = std::size_t{64} << 20U;

/// {"a","b"}
std::string list_text(const std::vector<std::string>& all) {
  std::string text = "{";
  for (const std::string& one : all) {
    text += text.size() == 1 ? "\"" : ",\"";
    for (const char c : one) (c == '"' || c == '\\' ? text += '\\' : text) += c;
    text += '"';
  }
  return text += '}';
}

/// Until the socket is ready; false: the deadline came first.
bool wait_for(int socket, short events, Deadline deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd one{.fd = socket, .events = events, .revents = 0};
    if (poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max()))) > 0)
      return true;
  }
}

bool needs_lookup(const Host& host) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return host.address.empty() && !host.name.empty() && !host.name.starts_with('/') &&
         inet_pton(AF_INET, host.name.c_str(), ignored.data()) != 1 &&
         inet_pton(AF_INET6, host.name.c_str(), ignored.data()) != 1;
}

Complaint refusal(const PGresult* result) {
  const auto field = [&](int which) {
    const char* text = PQresultErrorField(result, which);
    return std::string(text == nullptr ? "" : text);
  };
  return {.kind = Kind::refused, .sqlstate = field(PG_DIAG_SQLSTATE), .text = field(PG_DIAG_MESSAGE_PRIMARY)};
}

}  // namespace

Parameter::Parameter(std::int64_t number) : type_(Type::int8), bytes_(std::to_string(number)) {}

Parameter::Parameter(std::optional<std::int64_t> number) : type_(Type::int8) {
  if (number) bytes_ = std::to_string(*number);
}

// Binary text has its length: the server refuses a NUL in it, and does not cut it there.
Parameter::Parameter(std::string_view text) : type_(Type::text), binary_(true), bytes_(text) {}

Parameter::Parameter(const std::optional<std::string>& text)
    : type_(Type::text), binary_(true), bytes_(text) {}

Parameter Parameter::list(const std::vector<std::string>& texts) {
  Parameter parameter(Type::text_list);
  parameter.bytes_ = list_text(texts);
  return parameter;
}

Parameter Parameter::list(const std::vector<std::int64_t>& numbers) {
  Parameter parameter(Type::int8_list);
  parameter.bytes_ = fmt::format("{{{}}}", fmt::join(numbers, ","));
  return parameter;
}

Parameter Parameter::list_of_bytes(const std::vector<std::string>& all) {
  std::vector<std::string> digits;
  for (const std::string& one : all) {
    std::string text = "\\x";
    for (const char c : one) {
      std::array<char, 2> pair{};
      put_hex<2>(pair.data(), static_cast<unsigned char>(c));
      text.append(pair.data(), pair.size());
    }
    digits.push_back(std::move(text));
  }
  Parameter parameter(Type::bytea_list);
  parameter.bytes_ = list_text(digits);
  return parameter;
}

std::int64_t number_in(const std::optional<std::string>& cell) {
  std::int64_t number = 0;
  if (cell) std::from_chars(cell->data(), cell->data() + cell->size(), number);
  return number;
}

Connection::Connection(Address address, Limits limits)
    : address_(std::move(address)), limits_(limits), handle_(nullptr, &PQfinish) {}

bool Connection::encrypted() const {
  return handle_ != nullptr && PQsslInUse(handle_.get()) != 0;
}

Connection::Outcome<void> Connection::connect_to(const Host& host, Deadline deadline) {
  const Address::Parameters parameters = address_.parameters(host);
  handle_.reset(PQconnectStartParams(parameters.keywords.data(), parameters.values.data(), 0));
  PGconn* const handle = handle_.get();
  if (handle == nullptr) throw std::bad_alloc();
  PQsetErrorVerbosity(handle, PQERRORS_VERBOSE);
  PQsetNoticeProcessor(handle, [](void*, const char*) {}, nullptr);
  auto next = PQstatus(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
    const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_for(PQsocket(handle), events, deadline)) {
      handle_.reset();
      return tl::unexpected(Complaint{.kind = Kind::unreachable, .text = "no connection in time"});
    }
    next = PQconnectPoll(handle);
  }
  if (next == PGRES_POLLING_OK && PQsetnonblocking(handle, 1) == 0) return {};
  Complaint complaint = complaint_in(PQerrorMessage(handle), Kind::unreachable);
  handle_.reset();
  return tl::unexpected(std::move(complaint));
}

/// Tries every address of every host, each for its share of the time: libpq would spend all of it on the
/// first one that does not answer.
Connection::Outcome<void> Connection::connect() {
  const Deadline deadline = steady_clock::now() + address_.connect_limit().value_or(limits_.connect);
  std::vector<Host> all;
  Complaint last{.kind = Kind::unreachable};
  for (const Host& host : address_.hosts()) {
    if (!needs_lookup(host)) {
      all.push_back(host);
      continue;
    }
    auto found = look_up(host.name, deadline);
    if (!found) last.text = std::move(found.error());
    for (const std::string& address : found.value_or(std::vector<std::string>{}))
      all.push_back({.name = host.name, .address = address, .port = host.port});
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto now = steady_clock::now();
    const auto share = (deadline - now) / static_cast<std::int64_t>(all.size() - i);
    auto connected = connect_to(all[i], now + share);
    if (connected) return {};
    last = std::move(connected.error());
    if (!explain(address_.shown(), last).passing) break;  // a wrong password is as wrong at the next one
  }
  return tl::unexpected(std::move(last));
}

/// False also if anything arrived unasked: most likely the server closed the connection. No statement is lost
/// to that.
bool Connection::is_usable() const {
  if (handle_ == nullptr || PQstatus(handle_.get()) != CONNECTION_OK) return false;
  pollfd one{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
  return poll(&one, 1, 0) == 0;
}

Complaint Connection::lost() {
  Complaint complaint = complaint_in(PQerrorMessage(handle_.get()), Kind::unanswered);
  handle_.reset();
  return complaint;
}

Connection::Outcome<void> Connection::send_all(Deadline deadline) {
  PGconn* const handle = handle_.get();
  int left = 0;
  while ((left = PQflush(handle)) == 1) {
    if (!wait_for(PQsocket(handle), POLLIN | POLLOUT, deadline)) {
      handle_.reset();
      return tl::unexpected(Complaint{.text = "the statement could not be sent in time"});
    }
    if (PQconsumeInput(handle) == 0) return tl::unexpected(lost());
  }
  if (left < 0) return tl::unexpected(lost());
  return {};
}

Connection::Outcome<Rows> Connection::receive(Deadline deadline) {
  PGconn* const handle = handle_.get();
  Rows rows;
  std::size_t bytes = 0;
  std::optional<Complaint> complaint;
  for (;;) {
    while (PQisBusy(handle) != 0) {
      if (!wait_for(PQsocket(handle), POLLIN, deadline)) {
        handle_.reset();
        return tl::unexpected(
            Complaint{.text = fmt::format("no answer within {}", format_duration(limits_.statement))});
      }
      if (PQconsumeInput(handle) == 0) return tl::unexpected(lost());
    }
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(handle), &PQclear);
    if (!result) break;
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      if (PQstatus(handle) != CONNECTION_OK) return tl::unexpected(lost());
      complaint = refusal(result.get());
    }
    for (int i = 0; i < PQntuples(result.get()); ++i) {
      Row& row = rows.emplace_back();
      for (int column = 0; column < PQnfields(result.get()); ++column) {
        const auto size = static_cast<std::size_t>(PQgetlength(result.get(), i, column));
        bytes += size + sizeof(Row::value_type);
        row.emplace_back();
        if (PQgetisnull(result.get(), i, column) == 0)
          row.back().emplace(PQgetvalue(result.get(), i, column), size);
      }
    }
    if (bytes > most_bytes) {
      handle_.reset();
      return tl::unexpected(Complaint{.kind = Kind::too_large,
                                      .text = fmt::format("it has more than {} MiB", most_bytes >> 20U)});
    }
  }
  if (!complaint) return rows;
  return tl::unexpected(std::move(*complaint));
}

Connection::Outcome<Rows> Connection::converse(const std::string& sql,
                                               const std::vector<Parameter>* parameters) {
  if (!is_usable()) {
    if (auto connected = connect(); !connected) return tl::unexpected(std::move(connected.error()));
  }
  PGconn* const handle = handle_.get();
  bool sent = false;
  if (parameters == nullptr) {
    sent = PQsendQuery(handle, sql.c_str()) == 1;
  } else {
    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
    for (const Parameter& one : *parameters) {
      types.push_back(static_cast<Oid>(one.type_));
      values.push_back(one.bytes_ ? one.bytes_->c_str() : nullptr);
      lengths.push_back(one.bytes_ ? static_cast<int>(one.bytes_->size()) : 0);
      formats.push_back(one.binary_ ? 1 : 0);
    }
    sent = PQsendQueryParams(handle, sql.c_str(), static_cast<int>(types.size()), types.data(), values.data(),
                             lengths.data(), formats.data(), 0) == 1;
  }
  if (!sent) return tl::unexpected(lost());
  PQsetSingleRowMode(handle);
  const Deadline deadline = steady_clock::now() + limits_.statement;
  return send_all(deadline).and_then([&] { return receive(deadline); });
}

team::Failure Connection::failure_of(Complaint complaint) {
  if (complaint.sqlstate == "25006") {
    const auto answer = converse("SELECT pg_is_in_recovery()", nullptr);
    complaint.on_standby = answer && !answer->empty() && answer->front().front() == "t";
    if (complaint.on_standby) handle_.reset();  // the next statement may find the new primary
  }
  return explain(address_.shown(), complaint);
}

team::Answer<Rows> Connection::ask(const std::string& sql, const std::vector<Parameter>& parameters) {
  auto outcome = converse(sql, &parameters);
  if (outcome) return std::move(*outcome);
  return tl::unexpected(failure_of(std::move(outcome.error())));
}

team::Answer<void> Connection::run(const std::string& sql) {
  auto outcome = converse(sql, nullptr);
  if (outcome) return {};
  return tl::unexpected(failure_of(std::move(outcome.error())));
}

}  // namespace envlink::postgres

#pragma once
// What went wrong between envlink and the server, in words for people.

#include <string>

#include "team/database.h"

namespace envlink::postgres {

/// As libpq or the server reports it. It may contain values: show only what `explain` makes of it.
struct Complaint {
  enum class Kind {
    unreachable,  // no connection: refused by the network, by TLS or at the login
    unanswered,   // the statement was sent, and may have taken effect or may do so later
    refused,      // the server rolled the statement back
    too_large,    // the answer
  };
  Kind kind = Kind::unanswered;
  std::string sqlstate{};  // empty: the text is not from a server
  std::string text{};
  bool on_standby = false;
};

/// `message`: what PQerrorMessage says of a connection that failed or was lost, with PQERRORS_VERBOSE.
Complaint complaint_in(const std::string& message, Complaint::Kind kind);

/// `store`: Address::shown.
team::Failure explain(const std::string& store, const Complaint& complaint);

}  // namespace envlink::postgres

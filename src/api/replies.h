#pragma once
// Parses replies into domain values. Tolerant where Render differs from its document: both list shapes, null
// or missing fields, unknown words. Strict where a guess could mislead: ids are required.

#include <string>
#include <vector>

#include "api/fingerprint.h"
#include "api/message.h"
#include "base/error.h"
#include "model/audit_entry.h"
#include "model/workspace.h"

namespace envlink::api {

template <class T>
struct Page {
  std::vector<T> items;    // each id once
  std::string cursor;      // of the last item; empty if the list has none
  std::size_t length = 0;  // number of elements in the reply, including dropped ones
};

Result<Page<model::Owner>> parse_owners(const Response& response);
Result<Page<model::Service>> parse_services(const Response& response);
Result<model::Service> parse_service(const Response& response);
Result<Page<model::Group>> parse_groups(const Response& response);  // without variables
/// With variables. Of each value only facts are kept, and a fingerprint and digest if functions for them are
/// given.
Result<model::Group> parse_group(const Response& response, const Fingerprinter* fingerprinter = nullptr,
                                 const model::DigestValue& digest = {});
/// Without variables, for callers that only need links.
Result<model::Group> parse_group_links(const Response& response);
Result<Page<model::Deploy>> parse_deploys(const Response& response);
Result<model::Deploy> parse_deploy(const Response& response);
/// A service's own variables; for values see parse_group.
Result<Page<model::Variable>> parse_variables(const Response& response,
                                              const Fingerprinter* fingerprinter = nullptr,
                                              const model::DigestValue& digest = {});

/// The names of a service's own secret files.
Result<Page<std::string>> parse_secret_files(const Response& response);
Result<model::Environment> parse_environment(const Response& response);

Result<Page<model::AuditEntry>> parse_audit_logs(const Response& response);
/// Whether the workspace's Render plan has no audit log, or the key's owner may not read it.
bool has_no_audit_log(const Response& response);

}  // namespace envlink::api

// The domains of web services and static sites.

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/text.h"
#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

using Domains = std::vector<CustomDomain>;

/// Labels of letters, digits and hyphens, the first possibly "*". At least two.
bool is_domain(std::string_view name) {
  if (name.size() > 253 || name.find('.') == std::string_view::npos) return false;
  if (name.starts_with("*.")) name.remove_prefix(2);
  return std::ranges::all_of(std::views::split(name, '.'), [](auto&& part) {
    const std::string_view label(part.begin(), part.end());
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(
               label, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  });
}

Domains::iterator find_domain(Domains& domains, std::string_view id_or_name) {
  return std::ranges::find_if(domains, [&](const CustomDomain& domain) {
    return domain.id == id_or_name || domain.name == id_or_name;
  });
}

bool is_taken(WorldState& world, std::string_view name) {
  return std::ranges::any_of(world.services, [&](Service& service) {
    return !service.deleted && find_domain(service.domains, name) != service.domains.end();
  });
}

/// The public suffix is taken to be the last label.
CustomDomain new_domain(WorldState& world, std::string name, std::string redirects_to = {}) {
  const std::size_t dot = name.rfind('.');
  const bool apex = name.find('.') == dot;
  std::string suffix = name.substr(dot + 1);
  return {world.now,
          apex ? DomainType::apex : DomainType::subdomain,
          world.new_id("cdm-"),
          std::move(name),
          std::move(suffix),
          std::move(redirects_to)};
}

/// Of "example.com" and "www.example.com" each redirects to the other, whichever was added. Empty: no such
/// counterpart.
std::string counterpart_of(std::string_view name) {
  constexpr std::string_view www = "www.";
  const bool has_www = name.starts_with(www);
  const std::string_view apex = has_www ? name.substr(www.size()) : name;
  if (std::ranges::count(apex, '.') != 1) return {};
  return has_www ? std::string(apex) : std::string(www).append(apex);
}

Reply list_domains(WorldState& world, const Call& call, std::size_t index) {
  const Query& query = call.query();
  const auto wanted = [&](const CustomDomain& domain) {
    return query.wants("name", domain.name) && query.wants("domainType", word(domain.type)) &&
           query.wants("verificationStatus", word(domain.verification)) &&
           query.in_range("created", domain.created);
  };
  return answer_page(call, "customDomain", world.services[index].domains, wanted,
                     [](json::Writer& out, const CustomDomain& domain) { fields(out, domain); });
}

struct NewDomain {
  std::string name;
};
void fields(auto& visit, json::Like<NewDomain> auto& domain) {
  visit("name", domain.name);
}

// The words of these refusals are unknown; 409 is documented.
Reply add_domain(WorldState& world, const Call& call, std::size_t index) {
  const auto body = read_body<NewDomain>(call);
  if (!body) return body.error();
  Service& service = world.services[index];
  const std::string name = lower(body->name);
  if (!service.is_public()) return refuse(400, "service cannot have custom domains");
  if (!is_domain(name)) return refuse(400, "invalid name");
  if (is_taken(world, name)) return refuse(409, "custom domain already exists");
  const std::size_t before = service.domains.size();
  service.domains.push_back(new_domain(world, name));
  const std::string counterpart = counterpart_of(name);
  if (!counterpart.empty() && !is_taken(world, counterpart))
    service.domains.push_back(new_domain(world, counterpart, name));
  Reply reply = answer_list([&](json::Writer& out) {
    for (std::size_t i = before; i < service.domains.size(); ++i) out.value(service.domains[i]);
  });
  reply.status = 201;
  return reply;
}

/// Handles a call of one of the service's domains, which the path names by its id or name.
template <Reply (*handle)(Domains&, CustomDomain&)>
Reply of_domain(WorldState& world, const Call& call, std::size_t index) {
  Domains& domains = world.services[index].domains;
  const auto found = find_domain(domains, call.at(4));
  return found != domains.end() ? handle(domains, *found) : not_found(call.at(4));
}

Reply get_domain(Domains&, CustomDomain& domain) {
  return answer_object([&](json::Writer& out) { fields(out, domain); });
}

/// With those that redirect to it; whether Render keeps them is unknown.
Reply remove_domain(Domains& domains, CustomDomain& domain) {
  const std::string name = domain.name;
  std::erase_if(domains,
                [&](const CustomDomain& one) { return one.name == name || one.redirects_to == name; });
  return {204};
}

Reply verify_domain(Domains&, CustomDomain& domain) {
  domain.verification = Verification::verified;
  return {202};
}

constexpr Parameter filters[] = {cursor_parameter,
                                 limit_parameter,
                                 {"name"},
                                 {"domainType", ParameterKind::word, false, words_of<DomainType>},
                                 {"verificationStatus", ParameterKind::word, false, words_of<Verification>},
                                 time_parameter("createdBefore"),
                                 time_parameter("createdAfter")};

}  // namespace

std::span<const Operation> domain_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/services/{serviceId}/custom-domains", of_service<list_domains>, filters},
      {post,
       "/services/{serviceId}/custom-domains",
       of_service<add_domain>,
       {},
       true,
       BucketKind::domains,
       "takes the last label as the public suffix, so not `co.uk`"},
      {get, "/services/{serviceId}/custom-domains/{customDomainIdOrName}", of_service<of_domain<get_domain>>},
      {delete_, "/services/{serviceId}/custom-domains/{customDomainIdOrName}",
       of_service<of_domain<remove_domain>>},
      {post,
       "/services/{serviceId}/custom-domains/{customDomainIdOrName}/verify",
       of_service<of_domain<verify_domain>>,
       {},
       false,
       {},
       "every domain is verified at once"}};
  return all;
}

}  // namespace envlink::emulator

// Previews of services that deploy an image.

#include <fmt/format.h>

#include <algorithm>

#include "emulator/deploys.h"
#include "emulator/operation.h"
#include "emulator/services.h"

namespace envlink::emulator {
namespace {

struct NewPreview {
  std::string image;
  std::string name;
  std::optional<InstancePlan> plan{};
};
void fields(auto& visit, json::Like<NewPreview> auto& preview) {
  visit("imagePath", preview.image);
  visit.later("name", preview.name);
  visit("plan", preview.plan);
}

/// "docker.io/library/nginx" of "docker.io/library/nginx:latest".
std::string_view path_of(std::string_view image) {
  const std::size_t slash = image.rfind('/');
  return image.substr(0, image.find_first_of(":@", slash == std::string_view::npos ? 0 : slash));
}

/// The whole reference. Only the tag or digest differs from the base's, and a path may be relative, as
/// documented. Empty: not of the base's image.
std::string whole_image(std::string_view base, std::string_view image) {
  const std::string_view root = path_of(base);
  const std::string_view path = path_of(image);
  const bool same = path == root || (root.ends_with(path) && root[root.size() - path.size() - 1] == '/');
  return same && !path.empty() ? std::string(root).append(image.substr(path.size())) : std::string();
}

/// From the base's name and the tag or digest, as documented; Render's exact form is unknown.
std::string preview_name(std::string_view base, std::string_view image) {
  std::string_view tag = image.substr(path_of(image).size());
  if (tag.starts_with("@sha256:")) tag.remove_prefix(std::string_view("@sha256").size());
  return fmt::format("{}-{}", base, tag.empty() ? "latest" : tag.substr(1, 12));
}

/// Why there can be no such preview, in unknown words. Cron jobs show no parent, so they have none.
std::optional<Reply> refused_preview(const WorldState& world, const Service& base,
                                     const NewPreview& preview) {
  if (!base.seed.image) return refuse(400, "service does not deploy an image");
  if (!has_instances(base)) return refuse(400, "service cannot have previews");
  if (!base.seed.preview_of.empty()) return refuse(400, "service is a preview");
  if (whole_image(base.source.image, preview.image).empty()) return refuse(400, "invalid imagePath");
  if (is_name_taken(world, preview.name, base.seed.environment)) return refuse(400, "name is already in use");
  return std::nullopt;
}

/// What a preview takes over from its base.
SeedService seed_of(const SeedService& base) {
  SeedService seed = base;
  seed.preview_of = base.id;
  seed.suspended = seed.stale = seed.never_live = false;
  seed.live_deploy.clear();
  seed.under_way.clear();
  return seed;
}

/// It has the settings, values and links of its base.
Reply create_preview(WorldState& world, const Call& call, std::size_t index) {
  auto body = read_body<NewPreview>(call);
  if (!body) return body.error();
  const Service base = world.services[index];
  if (body->name.empty()) body->name = preview_name(base.seed.name, body->image);
  if (auto refusal = refused_preview(world, base, *body)) return *refusal;
  SeedService seed = seed_of(base.seed);
  seed.id = world.new_id("srv-");
  seed.name = std::move(body->name);
  const std::size_t made = world.add_service(std::move(seed), world.now);
  Service& preview = world.services[made];
  preview.details = base.details;
  preview.details.plan = body->plan.value_or(base.details.plan);
  preview.source = base.source;
  preview.source.image = whole_image(base.source.image, body->image);
  for (Group& group : world.groups) {
    if (std::ranges::find(group.links, index) != group.links.end()) group.links.push_back(made);
  }
  const std::size_t deploy = create_deploy(world, made, DeployOrder("api"));
  return answer_object([&](json::Writer& out) {
    out("deployId", world.deploys[deploy].id);
    out("service", [&](json::Writer& one) { write_service(one, world, world.services[made]); });
  });
}

}  // namespace

std::span<const Operation> preview_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {post, "/services/{serviceId}/preview", of_service<create_preview>, {}, true}};
  return all;
}

}  // namespace envlink::emulator

// Persistent disks. A service has at most one.

#include "emulator/deploys.h"
#include "emulator/events.h"
#include "emulator/operation.h"
#include "emulator/services.h"

namespace envlink::emulator {
namespace {

void write_disk(json::Writer& out, const WorldState& world, const Disk& disk) {
  out("createdAt", disk.created);
  out("id", disk.id);
  out("mountPath", disk.mount_path);
  out("name", disk.name);
  out("serviceId", world.services[disk.service].seed.id);
  out("sizeGB", disk.size_gb);
  out("updatedAt", disk.updated);
}

Reply show_disk(const WorldState& world, const Disk& disk, int status = 200) {
  return answer_object([&](json::Writer& out) { write_disk(out, world, disk); }, status);
}

template <Reply (*handle)(WorldState&, const Call&, Disk&)>
Reply of_disk(WorldState& world, const Call& call) {
  for (Disk& disk : world.disks) {
    if (disk.id == call.at(2) && !disk.deleted) return handle(world, call, disk);
  }
  return not_found(call.at(2));
}

Reply list_disks(WorldState& world, const Call& call) {
  const Query& query = call.query();
  const auto wanted = [&](const Disk& disk) {
    return !disk.deleted && query.wants("ownerId", world.owner_id) && query.wants("diskId", disk.id) &&
           query.wants("name", disk.name) && query.wants("serviceId", world.services[disk.service].seed.id) &&
           query.in_range("created", disk.created) && query.in_range("updated", disk.updated);
  };
  return answer_page(call, "disk", world.disks, wanted,
                     [&](json::Writer& out, const Disk& disk) { write_disk(out, world, disk); });
}

struct DiskOrder {
  std::string service;
  NewDisk disk;
};
void fields(auto& visit, json::Like<DiskOrder> auto& order) {
  visit("serviceId", order.service);
  visit("sizeGB", order.disk.size_gb);
  fields(visit, order.disk);
}

Reply create_disk(WorldState& world, const Call& call) {
  const auto body = read_body<DiskOrder>(call);
  if (!body) return body.error();
  if (auto refusal = refused_disk(body->disk)) return *refusal;
  const auto service = world.find_service(body->service);
  if (!service) return not_found(body->service);
  if (!has_instances(world.services[*service])) return refuse(400, "service cannot have a disk");
  if (world.disk_of(world.services[*service]) != nullptr) return refuse(400, "service already has a disk");
  const std::size_t index = world.add_disk(*service, body->disk);
  record_event(world, *service, DiskCreated{world.disks[index].id, body->disk.size_gb});
  return show_disk(world, world.disks[index], 201);
}

Reply get_disk(WorldState& world, const Call&, Disk& disk) {
  return show_disk(world, disk);
}

struct DiskPatch {
  NewDisk disk;
};
void fields(auto& visit, json::Like<DiskPatch> auto& patch) {
  visit.later("name", patch.disk.name);
  visit.later("mountPath", patch.disk.mount_path);
  visit.later("sizeGB", patch.disk.size_gb);
}

/// A disk can grow but not shrink, as documented; its own size is accepted, as recorded.
Reply patch_disk(WorldState& world, const Call& call, Disk& disk) {
  auto body = read_body<DiskPatch>(call, {{disk.name, disk.mount_path, disk.size_gb}});
  if (!body) return body.error();
  if (auto refusal = refused_disk(body->disk)) return *refusal;
  if (body->disk.size_gb < disk.size_gb) return refuse(400, "sizeGB must be greater than the current size");
  disk.name = std::move(body->disk.name);
  disk.mount_path = std::move(body->disk.mount_path);
  if (body->disk.size_gb != disk.size_gb)
    record_event(world, disk.service, DiskUpdated{disk.id, disk.size_gb, body->disk.size_gb});
  disk.size_gb = body->disk.size_gb;
  disk.updated = world.now;
  return show_disk(world, disk);
}

Reply remove_disk(WorldState& world, const Call&, Disk& disk) {
  record_event(world, disk.service, DiskDeleted{disk.id});
  disk.deleted = true;
  return {204};
}

/// 201, as documented.
Reply list_snapshots(WorldState&, const Call&, Disk&) {
  return {201, "[]\n"};
}

struct Restore {
  std::string snapshot;
};
void fields(auto& visit, json::Like<Restore> auto& restore) {
  visit("snapshotKey", restore.snapshot);
}

Reply restore_snapshot(WorldState&, const Call& call, Disk&) {
  const auto body = read_body<Restore>(call);
  return body ? not_found(body->snapshot) : body.error();
}

constexpr auto filters =
    joined(std::to_array<Parameter>({{"ownerId"}, {"diskId"}, {"name"}}), change_parameters,
           std::to_array<Parameter>({{"serviceId"}}), page_parameters);
constexpr std::string_view no_snapshots = "no snapshots are made";

}  // namespace

std::optional<Reply> refused_disk(const NewDisk& disk) {
  if (disk.name.empty()) return refuse(400, "invalid name");
  if (!disk.mount_path.starts_with('/')) return refuse(400, "invalid mountPath");
  if (disk.size_gb < 1 || disk.size_gb > largest_disk) return refuse(400, "invalid sizeGB");
  return std::nullopt;
}

std::span<const Operation> disk_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/disks", list_disks, filters},
      {post, "/disks", create_disk, {}, true},
      {get, "/disks/{diskId}", of_disk<get_disk>},
      {patch, "/disks/{diskId}", of_disk<patch_disk>, {}, true},
      {delete_, "/disks/{diskId}", of_disk<remove_disk>},
      {get, "/disks/{diskId}/snapshots", of_disk<list_snapshots>, {}, false, {}, no_snapshots},
      {post, "/disks/{diskId}/snapshots/restore", of_disk<restore_snapshot>, {}, true, {}, no_snapshots}};
  return all;
}

}  // namespace envlink::emulator

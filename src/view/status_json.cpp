#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/json.h"
#include "view/json_printer.h"

namespace envlink::view {

namespace json = boost::json;

std::string status_json(const plan::Status& status) {
  json::array services;
  for (const plan::StatusRow& row : status.rows) {
    json::array groups;
    for (const plan::StatusCell& cell : row.cells) {
      groups.push_back({{"group", json_text(status.groups[cell.group])},
                        {"freshness", to_string(cell.freshness)},
                        {"because", json_text(cell.because)}});
    }
    services.push_back({{"id", json_text(row.id.text())},
                        {"name", json_text(row.name)},
                        {"freshness", to_string(row.freshness)},
                        {"because", json_text(row.because)},
                        {"groups", std::move(groups)}});
  }
  return pretty(json::object{{"version", 1},
                             {"stale", status.stale()},
                             {"workspace", named(status.owner.id.text(), status.owner.name)},
                             {"services", std::move(services)}});
}

}  // namespace envlink::view

// The published schema and the parser must agree on the structure of a file.

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "config/file.h"
#include "plan/finding.h"
#include "yaml/document.h"

namespace envlink::config {
namespace {

std::string read(const std::string& name) {
  std::ifstream file(ENVLINK_SOURCE_DIR "/" + name);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

boost::json::value to_json(const yaml::Node& node) {
  if (node.kind == yaml::Kind::sequence) {
    boost::json::array array;
    for (const auto& item : node.items) array.push_back(to_json(*item));
    return array;
  }
  if (node.kind == yaml::Kind::mapping) {
    boost::json::object object;
    for (const auto& entry : node.entries) object[entry.key] = to_json(*entry.value);
    return object;
  }
  if (yaml::is_null(node)) return nullptr;
  if (const auto value = yaml::as_bool(node)) return *value;
  if (const auto value = yaml::as_integer(node)) return *value;
  if (yaml::is_number(node)) return std::stod(node.text);
  return boost::json::value(boost::json::string(node.text));
}

class Schema {
 public:
  Schema() {
    const boost::json::value text = boost::json::parse(read("schema/envlink.schema.json"));
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::BoostJsonAdapter(text), schema_);
  }
  bool accepts(std::string_view text) {
    const yaml::Document document = yaml::parse(text, yaml::max_file_size);
    REQUIRE(document.root);
    const boost::json::value value = to_json(*document.root);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    return validator.validate(schema_, valijson::adapters::BoostJsonAdapter(value), nullptr);
  }

 private:
  valijson::Schema schema_;
};

TEST_CASE("the schema and the parser accept the same files") {
  Schema schema;
  const char* const documents[] = {
      "version: 1\n",
      "version: 1\nworkspace: toolboxai\n",
      "version: 1\nstore: postgres://envlink@db.example.com:5432/envlink?sslmode=verify-full\n",
      "version: 1\nstore: postgresql:///envlink\n",
      "version: 1\ngroups:\nservices:\nlinks:\nrollout:\napi:\n",
      "version: 1\ngroups: {g: , h: {id: evg-d479opq4d50c73813bu0, variables: 0, require: [A, B]}}\n",
      "version: 1\ngroups: {g: {variables: {min: 39, x-a: 1}}}\n",
      "version: 1\ngroups: {g: {x-owner: [1]}, x-h: 5}\nservices: {404: {link: ['g']}, x-s: text}\nx-any: "
      "{a: {b: c}}\n",
      "version: 1\nservices: {a: {id: crn-1, type: cron_job, link: [], after: [], require: []}}\n",
      "version: 1\nlinks: {unmanaged: keep}\n",
      "version: 1\ngroups: {g: {require: [A, B: url, {C: json}]}}\n",
      "version: 1\nservices: {a: {require: [A: nonempty], require_from: .env.example}}\n",
      "version: 1\ngroups: {g: {require: [file:ca.pem]}}\n",
      "version: 1\nbuild_time: [KEY, PREFIX_*]\n",
      "version: 1\npolicy:\n",
      "version: 1\npolicy: []\n",
      "version: 1\ngroups: {g: }\npolicy: [{id: group-scope, severity: ignore, subject: g, variable: A, "
      "reason: r, "
      "x-a: 1}]\n",
      "version: 1\nrollout: {order: listed, gate: started, max_parallel: 1, on_failure: continue, "
      "suspended: skip, deploy: rebuild, "
      "poll_interval: 1.5s, timeout: 1h}\n",
      "version: 1\ngroups: {g: {values: }, h: {values: []}}\nundo:\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: .env}, keys: [A, B], prune: true, x-a: 1}}}\n",
      "version: 1\ngroups: {g: {values: [{from: {env: P_}}, {from: {command: [sops, -d, '']}}, {from: "
      "{command: "
      "[op]}, key: A}, {from: {command: [op]}, keys: [B]}]}}\n",
      "version: 1\ngroups: {g: {values: [{from: {file: a}, key: A}, {from: {file: a, x-b: 1}, key: "
      "'file:a.pem'}]}}\n",
      "version: 1\nundo: {keep: 90d, x-a: 1}\n",
      "version: 1\napi: {link_method: service-patch, min_interval: 0s, retries: 10, backoff: 500ms}\n",
  };
  for (const char* document : documents) {
    INFO(document);
    CHECK(schema.accepts(document));
    CHECK(parse_file(document, "f"));
  }
  CHECK(schema.accepts(read("examples/toolboxai/envlink.yaml")));
}

TEST_CASE("the schema offers every finding that a policy may change") {
  const auto schema = boost::json::parse(read("schema/envlink.schema.json"));
  const auto& ids = schema.at_pointer("/definitions/policy/items/properties/id/enum").as_array();
  std::set<std::string> offered;
  for (const auto& id : ids) offered.emplace(id.as_string());
  std::set<std::string> known;
  for (const plan::FindingKind& kind : plan::finding_kinds()) {
    if (kind.policy_may_change()) known.emplace(kind.id);
  }
  CHECK(offered == known);
}

TEST_CASE("the schema and the parser refuse the same files") {
  Schema schema;
  const char* const documents[] = {
      "version: 1\nstore: postgres://ada:hunter2@db/envlink\n",
      "version: 1\nstore: postgres://db/envlink?password=hunter2\n",
      "version: 1\nstore: sqlite:///tmp/a\n",
      "version: 1\nstore: 5\n",
      "version: 1\nstore:\n",
      "version: 1\ngroups: {g: {require: ['file:']}}\n",
      "version: 1\ngroups: {g: {require: [{'file:ca.pem': json}]}}\n",
      "version: 1\nbuild_time: KEY\n",
      "version: 1\nbuild_time: ['*']\n",
      "version: 1\nbuild_time: ['*_KEY']\n",
      "version: 1\nbuild_time: [A*_B*]\n",
      "version: 1\nbuild_time: [A, A]\n",
      "version: 1\nbuild_time: [{A: url}]\n",
      "- version\n",
      "groups: {}\n",
      "version: 2\n",
      "version: \"1\"\n",
      "version: 1.5\n",
      "version: 1\nservcies: {}\n",
      "version: 1\nworkspace: 5\n",
      "version: 1\nworkspace: ''\n",
      "version: 1\nworkspace: ' a'\n",
      "version: 1\nworkspace: \"a\\tb\"\n",
      "version: 1\nworkspace:\n",
      "version: 1\ngroups: [g]\n",
      "version: 1\ngroups: {g: 5}\n",
      "version: 1\ngroups: {'': {}}\n",
      "version: 1\ngroups: {g: {id: srv-1}}\n",
      "version: 1\ngroups: {g: {id: evg-}}\n",
      "version: 1\ngroups: {g: {id: evg-A}}\n",
      "version: 1\ngroups: {g: {variables: -1}}\n",
      "version: 1\ngroups: {g: {variables: '39'}}\n",
      "version: 1\ngroups: {g: {variables: {}}}\n",
      "version: 1\ngroups: {g: {variables: {min: 1, max: 2}}}\n",
      "version: 1\ngroups: {g: {require: A}}\n",
      "version: 1\ngroups: {g: {require: [1]}}\n",
      "version: 1\ngroups: {g: {require: [A, A]}}\n",
      "version: 1\ngroups: {g: {links: [a]}}\n",
      "version: 1\nservices: {a: {type: web}}\n",
      "version: 1\nservices: {a: {link: }}\n",
      "version: 1\nservices: {a: {after: {b: c}}}\n",
      "version: 1\nservices: {a: [b]}\n",
      "version: 1\nlinks: report\n",
      "version: 1\ngroups: {g: {require: [A: urll]}}\n",
      "version: 1\ngroups: {g: {require: [A: ]}}\n",
      "version: 1\ngroups: {g: {require: [{}]}}\n",
      "version: 1\ngroups: {g: {require: [{A: url, B: url}]}}\n",
      "version: 1\ngroups: {g: {require: [[A]]}}\n",
      "version: 1\ngroups: {g: {require_from: .env}}\n",
      "version: 1\nservices: {a: {require_from: [.env]}}\n",
      "version: 1\npolicy: {}\n",
      "version: 1\npolicy: [group-scope]\n",
      "version: 1\npolicy: [{id: group-scop, severity: ignore, reason: r}]\n",
      "version: 1\npolicy: [{id: group-missing, severity: ignore, reason: r}]\n",
      "version: 1\npolicy: [{id: group-scope, severity: off, reason: r}]\n",
      "version: 1\npolicy: [{id: group-scope, severity: note}]\n",
      "version: 1\npolicy: [{id: group-scope, severity: note, reason: ''}]\n",
      "version: 1\npolicy: [{id: group-scope, severity: note, reason: r, subjct: a}]\n",
      "version: 1\nlinks: {unmanaged: delete}\n",
      "version: 1\nrollout: {order: random}\n",
      "version: 1\nrollout: {gate: true}\n",
      "version: 1\nrollout: {max_parallel: 0}\n",
      "version: 1\nrollout: {max_parallel: 1001}\n",
      "version: 1\nrollout: {on_failure: undo}\n",
      "version: 1\nrollout: {deploy: never}\n",
      "version: 1\nrollout: {poll_interval: 10}\n",
      "version: 1\nrollout: {poll_interval: 0s}\n",
      "version: 1\nrollout: {timeout: 0.0m}\n",
      "version: 1\nrollout: {timeout: 10 m}\n",
      "version: 1\nrollout: {timeout: -1s}\n",
      "version: 1\nrollout: {timeout: 1w}\n",
      "version: 1\napi: {link_method: patch}\n",
      "version: 1\napi: {min_interval: 1}\n",
      "version: 1\napi: {retries: 11}\n",
      "version: 1\napi: {retries: '3'}\n",
      "version: 1\napi: {backoff: .5s}\n",
      "version: 1\napi: {timeout: 5s}\n",
      "version: 1\nundo: {keep: 7}\n",
      "version: 1\nundo: {keep: 0d}\n",
      "version: 1\nundo: {kept: 7d}\n",
      "version: 1\ngroups: {g: {values: .env}}\n",
      "version: 1\ngroups: {g: {values: {}}}\n",
      "version: 1\ngroups: {g: {values: [.env]}}\n",
      "version: 1\ngroups: {g: {values: {from: .env}}}\n",
      "version: 1\ngroups: {g: {values: {from: {}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: .env, env: P_}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotnev: .env}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: ''}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: .env}, key: A}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: .env}, keys: A}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: .env}, keys: []}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: .env}, keys: [A, A]}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: .env}, keys: ['file:a']}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: .env}, prune: maybe}}}\n",
      "version: 1\ngroups: {g: {values: {from: {dotenv: .env}, kees: [A]}}}\n",
      "version: 1\ngroups: {g: {values: {from: {env: 9_}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {command: sops}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {command: []}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {command: ['']}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {command: [head, 5]}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {command: [sops]}, key: A, keys: [B]}}}\n",
      "version: 1\ngroups: {g: {values: {from: {command: [sops]}, key: 9A}}}\n",
      "version: 1\ngroups: {g: {values: {from: {file: ca.pem}}}}\n",
      "version: 1\ngroups: {g: {values: {from: {file: ca.pem}, keys: [A]}}}\n",
      "version: 1\ngroups: {g: {values: {from: {file: ca.pem}, key: 'file:a/b'}}}\n",
  };
  for (const char* document : documents) {
    INFO(document);
    CHECK_FALSE(schema.accepts(document));
    CHECK_FALSE(parse_file(document, "f"));
  }
}

}  // namespace
}  // namespace envlink::config

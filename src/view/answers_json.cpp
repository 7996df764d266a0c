#include "view/answers_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/json_printer.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& all) {
  json::array array;
  for (const std::string& text : all) array.emplace_back(json_text(text));
  return array;
}

template <class Number>
json::value number_or_null(const std::optional<Number>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

}  // namespace

std::string runs_json(const std::vector<ListedRun>& runs) {
  json::array all;
  for (const ListedRun& run : runs) {
    all.push_back(
        {{"run", run.number},
         {"workspace", json_text(run.workspace)},
         {"file", json_text(run.file)},
         {"user", json_text(run.user)},
         {"host", json_text(run.host)},
         {"began", json_text(format_rfc3339(run.began))},
         {"ended", run.ended ? json::value(json_text(format_rfc3339(*run.ended))) : json::value(nullptr)},
         {"exit_code", number_or_null(run.exit_code)},
         {"outcome", json_text(run.outcome)},
         {"undoes", number_or_null(run.undoes)}});
  }
  return pretty(json::object{{"version", 1}, {"runs", std::move(all)}});
}

std::string validation_json(const Validation& validation) {
  json::array problems;
  for (const FileProblem& problem : validation.problems) {
    const auto number = [](int value) { return value > 0 ? json::value(value) : json::value(nullptr); };
    problems.push_back({{"line", number(problem.place.line)},
                        {"column", number(problem.place.column)},
                        {"what", json_text(problem.what)},
                        {"cure", optional_text(problem.cure)}});
  }
  return pretty(json::object{{"version", 1},
                             {"file", json_text(validation.file)},
                             {"valid", validation.problems.empty()},
                             {"services", validation.services},
                             {"groups", validation.groups},
                             {"problems", std::move(problems)}});
}

std::string init_json(const WrittenFile& written) {
  return pretty(json::object{{"version", 1},
                             {"file", json_text(written.file)},
                             {"groups", texts(written.groups)},
                             {"services", texts(written.services)},
                             {"unlinked", texts(written.unlinked)},
                             {"left_out", texts(written.left_out)}});
}

}  // namespace envlink::view

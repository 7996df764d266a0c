#include "view/answers_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/json_printer.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

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
                             {"groups", json_texts(written.groups)},
                             {"services", json_texts(written.services)},
                             {"unlinked", json_texts(written.unlinked)},
                             {"left_out", json_texts(written.left_out)}});
}

}  // namespace envlink::view

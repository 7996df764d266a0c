#include "view/answers_json.h"

#include "json/writer.h"
#include "view/progress_json.h"

namespace envlink::view {

std::string runs_json(const std::vector<ListedRun>& runs) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    out.list("runs", runs, [](json::Writer& one, const ListedRun& run) {
      one("run", run.number);
      one("workspace", run.workspace);
      one("file", run.file);
      one("user", run.user);
      one("host", run.host);
      one("began", run.began);
      one.or_null("ended", run.ended);
      write_outcome(one, run.outcome);
      one.or_null("undoes", run.undoes);
    });
  });
}

std::string validation_json(const Validation& validation) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    out("file", validation.file);
    out("valid", validation.problems.empty());
    out("services", validation.services);
    out("groups", validation.groups);
    out.list("problems", validation.problems, [](json::Writer& one, const FileProblem& problem) {
      one.or_null("line", problem.place.line);
      one.or_null("column", problem.place.column);
      one("what", problem.what);
      one.or_null("cure", problem.cure);
    });
  });
}

std::string init_json(const WrittenFile& written) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    out("file", written.file);
    out("groups", written.groups);
    out("services", written.services);
    out("unlinked", written.unlinked);
    out("left_out", written.left_out);
  });
}

}  // namespace envlink::view

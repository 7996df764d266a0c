#include "cli/command_entries.h"

#include "cli/help.h"

namespace envlink::cli {

const std::vector<CommandEntry>& command_entries() {
  static const std::vector<CommandEntry> all = {
      {Command::init, "init", "Write a first envlink.yaml, from the workspace or from a Blueprint.",
       help::init},
      {Command::validate, "validate", "Check envlink.yaml, offline.", help::validate},
      {Command::plan, "plan",
       "Show what differs from the live workspace and what apply would do; writes nothing.", help::plan},
      {Command::rehearse, "rehearse",
       "Carry the plan out on a model of the workspace, in virtual time; writes nothing.", help::rehearse},
      {Command::apply, "apply", "Link, prove, deploy, watch and verify.", help::apply},
      {Command::verify, "verify",
       "Prove that the workspace is as the file says: connection, groups, links, deploys.", help::verify},
      {Command::explain, "explain",
       "Tell where the variables of a service come from, and which of several wins.", help::explain},
      {Command::status, "status", "Show for each service and group whether what runs carries it.",
       help::status},
      {Command::groups, "groups", "List and show groups; link and unlink single services.", help::groups},
      {Command::resume, "resume",
       "Go on with a run that was broken off: killed, interrupted, without a network.", help::resume},
      {Command::rollback, "rollback", "Undo what a run did: its links, and what its services run.",
       help::rollback},
      {Command::runs, "runs", "List the last runs of this machine.", help::runs},
      {Command::report, "report", "Tell what a run did, as text or as a page.", help::report},
      {Command::emulate, "emulate", "Serve a model of the Render API on this machine, to try everything out.",
       help::emulate},
      {Command::doctor, "doctor",
       "Look at the key, the host, the clock, the journal, with a cure for each trouble.", help::doctor},
      {Command::completion, "completion", "Print a script with which bash, zsh or fish completes envlink.",
       help::completion},
      {Command::version, "version", "Print the version.", help::version},
  };
  return all;
}

bool has_output(Command command) {
  return command != Command::emulate && command != Command::completion;
}

bool has_stream(Command command) {
  return command == Command::apply || command == Command::resume || command == Command::rollback ||
         command == Command::rehearse;
}

bool reads_file(Command command) {
  return command == Command::plan || command == Command::apply || command == Command::verify ||
         command == Command::status || command == Command::explain || command == Command::rehearse ||
         command == Command::validate || command == Command::doctor;
}

bool writes(Command command) {
  return command == Command::apply || command == Command::resume || command == Command::rollback ||
         command == Command::groups;
}

bool uses_api(Command command) {
  return writes(command) || command == Command::plan || command == Command::verify ||
         command == Command::status || command == Command::explain || command == Command::init ||
         command == Command::rehearse || command == Command::doctor;
}

bool talks(Command command) {
  return uses_api(command) || command == Command::validate;
}

}  // namespace envlink::cli

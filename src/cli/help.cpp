#include "cli/help.h"

namespace envlink::cli::help {

const std::string_view overview_head =
    R"(envlink links Render environment groups to services, redeploys the services that need it in
dependency order, and proves by reading back that it took effect.

Usage: envlink COMMAND [FLAGS]

Commands:
)";

const std::string_view overview_tail = R"(
Examples:
  envlink plan                       # compare envlink.yaml with the workspace
  envlink apply                      # carry the plan out, after a question
  envlink apply --yes                # the same in a script or in CI
  envlink apply --redeploy backend   # redeploy a service that nothing else reaches
  envlink verify -o json             # the proof, for a program

A first run takes three steps:
  1. Create an API key in the Render Dashboard (Account Settings, API Keys), then
     export RENDER_API_KEY=… or write RENDER_API_KEY=… into a .env beside the file.
  2. envlink init writes envlink.yaml as the workspace is linked now. Correct it: which groups each service
     is linked to, and what it comes after.
  3. envlink plan

Each command has its own help: envlink COMMAND --help
)";

const std::string_view init =
    R"(Writes envlink.yaml as the workspace is linked now: its groups with their ids and the number of their
variables, the services that are linked with their ids and types. What Render does not tell, such as the
order, is left to you in comments. envlink plan shows no link to change right after it. From a Blueprint: its
groups, what is linked with fromGroup, and the order of fromService; no key is needed.
No value of a variable is written, no file is written over, and nothing on Render is changed.

Examples:
  envlink init
  envlink init --from-blueprint render.yaml
  envlink init -f -          # to stdout

Exit codes: 0 written, 1 error or the file is there, 3 authentication, 4 the workspace is not clear,
  64 usage, 130 interrupted)";

const std::string_view plan =
    R"(The plan lists the links to add and to remove, the services that redeploy and why, the waves in
which they do, and what would go wrong. Nothing is written.

Examples:
  envlink plan
  envlink plan --detailed-exitcode   # exits 2 when something differs
  envlink plan --redeploy all        # as if every service had to redeploy
  envlink plan --out plan.json       # for: envlink apply plan.json

Exit codes: 0 done, 1 error, 2 differences (--detailed-exitcode), 3 authentication,
  4 refused: the plan has errors, 64 usage)";

const std::string_view apply =
    R"(Shows the plan, asks, links what is missing and reads each link back, redeploys in dependency order,
watches until the services are live, and verifies. Where there is no terminal, --yes is needed.
Ctrl-C stops starting things; press it twice to leave at once. What runs on Render runs on, and
envlink resume goes on with it. After a run that was broken off, apply says so and writes nothing.

Examples:
  envlink apply
  envlink apply --yes
  envlink apply --yes --redeploy my-backend my-worker
  envlink apply plan.json        # that plan and no other; refused when the workspace has moved since

Exit codes: 0 done or nothing to do, 1 error, 3 authentication, 4 refused: nothing was written,
  5 a deploy failed, 6 a deploy failed and all was rolled back, 7 still running when the timeout came,
  8 another run holds the lock or was broken off, or the plan is stale, 64 usage, 130 interrupted)";

const std::string_view status =
    R"(A service a line, a group a column:
  live       the running deploy began after the group last changed, as far as the API tells
  stale      it began before: the service runs with older values
  staged     the file links the group, and it is not linked yet
  deploying  a deploy is under way
  unknown    nothing tells
Nothing is written.

Examples:
  envlink status
  envlink status -o json | jq '.services[] | select(.freshness == "stale")'

Exit codes: 0 nothing is stale, 1 error, 2 something is stale or not linked, 3 authentication, 64 usage)";

const std::string_view groups =
    R"(Single operations on environment groups, without a file. Links are proved by reading back, journalled
and can be rolled back like those of apply. Nothing is deployed: what runs stays as it is until the
service's next deploy. Values are never shown.

Examples:
  envlink groups list
  envlink groups show my-secrets
  envlink groups link my-secrets my-backend my-worker
  envlink groups unlink my-secrets my-worker --yes

Exit codes: 0 done or nothing to do, 1 error, 3 authentication, 4 refused: nothing was written,
  8 another run holds the lock, 64 usage, 130 interrupted)";

const std::string_view rehearse =
    R"(Reads the workspace, makes the plan and carries it out on a model of the workspace, in virtual time: what
happens when, with how many requests, and what is left after a failure. Nothing is written to Render or to
the journal; values of variables are made up. What the model assumes is printed. PLAN, which plan --out
wrote, is refused as by apply when the workspace has moved since.

Examples:
  envlink rehearse
  envlink rehearse plan.json                  # that plan and no other
  envlink rehearse --fail my-backend          # what would stop, what would go back
  envlink rehearse --seed 7                   # lost answers, errors and delays
  envlink rehearse --faults faults.yaml       # those of an emulator's file

Exit codes: those of apply)";

const std::string_view resume =
    R"(Goes on where a run stopped: after kill -9, a power cut, Ctrl-C, a closed terminal, a lost network.
What the journal tells stands. A request of which nobody knows what came of it is settled by reading,
never by sending it again blindly; deploys under way are watched again. It says what the run had done,
and asks.

Examples:
  envlink resume
  envlink resume --yes     # in a script; exits 0 when there is nothing to resume
  envlink resume 7         # a certain run; envlink runs lists them

Exit codes: those of apply)";

const std::string_view rollback =
    R"(Undoes a run in reverse order: links that it added are removed, links that it removed are restored,
and services go back to what they ran before. Each link is read back, each deploy is watched. It shows
what it would do, and asks. Refused where the workspace has moved on since.
Render's rollback restores no values of groups, and automatic deploys stay on: the next push deploys
the branch again.

Examples:
  envlink rollback         # the last run
  envlink rollback 7

Exit codes: 0 done or nothing to undo, 1 error, 3 authentication, 4 refused: nothing was written,
  5 a deploy failed, 7 still running when the timeout came, 8 another run holds the lock,
  64 usage, 130 interrupted)";

const std::string_view runs = R"(The newest first. The journal is kept on this machine.

Examples:
  envlink runs
  envlink runs -o json

Exit codes: 0 done, 1 error, 64 usage)";

const std::string_view report =
    R"(Tells what a run did: each service and how long it took, what failed and why, what is left. With --html, one
page that loads nothing: the order, the services over time, links before and after, findings and events,
with a filter. Everything comes from the journal on this machine; no key is needed and Render is not asked.

Examples:
  envlink report                              # the newest run
  envlink report 7 --html --out run-7.html
  envlink report 7 -o json

Exit codes: 0 done, 1 error or no such run, 64 usage)";

const std::string_view verify =
    R"(Reads the workspace and prints a tick or a cross for each of four steps: the connection, the groups,
the links and the deploys. With --health, a fifth: the health path of each web service, asked from here and
without the key. Nothing is written.

Examples:
  envlink verify
  envlink verify --health
  envlink verify --junit verify.xml   # for a CI

Exit codes: 0 all steps pass, 1 error, 2 at least one does not, 3 authentication, 64 usage)";

const std::string_view explain =
    R"(Tells of each variable of a service whether it is the service's own or comes from a linked group. Where
several hold the same key: which wins, by which rule, whether Render guarantees it, and whether the values
are the same. No value is shown. Works for every service of the workspace, also without envlink.yaml.

Examples:
  envlink explain my-backend
  envlink explain my-backend LOG_LEVEL
  envlink explain srv-d479opq4d50c73813bu0 -o json

Exit codes: 0 done, 1 error or no such service, 3 authentication, 64 usage)";

const std::string_view validate = R"(Checks the file without a connection and reports every problem in one go.

Examples:
  envlink validate
  envlink validate -f staging.yaml

Exit codes: 0 no problems, 1 problems, 64 usage)";

const std::string_view emulate =
    R"(Serves a model of the Render API on 127.0.0.1 until Ctrl-C. When it is ready it prints one line:
listening on http://127.0.0.1:PORT/v1

Examples:
  envlink emulate examples/toolboxai/workspace.yaml --port 8080 --speed 30
  RENDER_HOST=http://127.0.0.1:8080/v1 envlink plan   # RENDER_API_KEY: the api_key of the file)";

const std::string_view doctor =
    R"(Looks at what envlink needs: the file, the key and whether Render accepts it, the host, the proxy, TLS, the
clock, the workspace, the rate limits, the folder of the journal and the journal. A cure stands below each
trouble. One request is made, and nothing is written. Works without a file and without a key.
  ✓ good   ! to look at   ✗ wrong   – not looked at

Examples:
  envlink doctor
  envlink doctor -o json

Exit codes: 0 nothing is wrong, 1 something is, 3 the key is missing or refused, 64 usage)";

const std::string_view completion =
    R"(Prints the script with which a shell completes commands, flags, files, and the services and groups of
envlink.yaml. Packages install it; without one, load it where the shell starts.

Examples:
  envlink completion bash   # in ~/.bashrc: source <(envlink completion bash)
  envlink completion zsh    # in ~/.zshrc, behind compinit: source <(envlink completion zsh)
  envlink completion fish   # in config.fish: envlink completion fish | source)";

const std::string_view version = R"(Examples:
  envlink version
  envlink version -o json)";

const std::string_view exit_codes = R"(0    done, or nothing to do
1    error: network, server, file; or a link that could not be proved
2    differences: plan --detailed-exitcode, verify, status
3    Render refused the key, or there is none
4    refused by the preflight, or the plan is for another workspace: nothing was written
5    a deploy failed or was canceled
6    a deploy failed, and on_failure: rollback put everything back
7    still running when the timeout came
8    another run holds the lock or was broken off; or the plan is stale
64   usage
130  interrupted; the journal is whole)";

const std::string_view environment = R"(RENDER_API_KEY    the key; never taken from the command line
RENDER_HOST       another host than https://api.render.com/v1
RENDER_WORKSPACE  the workspace, where the key reaches several
RENDER_OUTPUT     text, json or jsonl, as -o
HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR, NO_COLOR, CI  as elsewhere)";

const std::string_view files = R"(envlink.yaml            the file
.env                    beside the file: what is not in the environment
$XDG_STATE_HOME/envlink or ~/.local/state/envlink: the journal)";

}  // namespace envlink::cli::help

#!/usr/bin/env python3
"""mutants.py BUILD_FOLDER [WORDS]: breaks the engine and the runs on purpose, one fault at a time, and demands that the simulation's
oracles notice each. An oracle that cannot fail proves nothing. WORDS: only the faults whose names hold them.

A mutant is compiled alone and linked in front of the library that holds the original."""

import json
import pathlib
import re
import shlex
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]

# name, file, what stands there, what the mutant says instead (or a list of both), the words of the oracle that
# must notice; "cases", "scale", "plan", "engine", "api" and "run": what named tests must notice and random schedules
# cannot.
MUTANTS = [
    # Links
    ("deploys before the links are proved", "engine/rollout_links.cpp",
     "settled(links[link]) && progress.links[link].phase == LinkPhase::proved",
     "progress.links[link].phase != LinkPhase::failed", "invariant 1"),
    ("believes the answer to a link", "engine/rollout_links.cpp",
     "if (*shown == (change.action == plan::LinkAction::add)) {",
     "if (api::verdict_of(*run.answer) == api::Verdict::ok) {", "invariant 1|invariant 5"),
    ("reads a link back for ever", "engine/rollout_links.cpp",
     "if (may_lag && read.sent_at < shows_by(run)) return read_again(link);", "if (may_lag) return read_again(link);", "invariant 8|waits"),
    ("says at one reading that a link was not made", "engine/rollout_links.cpp",
     "if (may_lag && read.sent_at < shows_by(run)) return read_again(link);", "", "engine: every replica would have to show it"),
    ("believes a link that a reading did not show as soon as one does", "engine/rollout_links.cpp",
     "run.rest_until = shows_by(run);", "run.rest_until = run.answered_at + gather;", "engine: comes and goes"),
    ("gives a proved link up at one reading", "engine/rollout_links.cpp",
     "const bool may_lag = sent_at < shows_by(run);", "const bool may_lag = sent_at < run.answered_at;",
     "engine: that one reading does not show"),
    ("deploys although a proved link is in doubt", "engine/rollout_links.cpp",
     "    if (proved && may_lag) read_again(link);\n", "", "engine: no deploy is asked for in doubt"),
    ("takes a refusal for the last word where it may be so already", "engine/rollout_links.cpp",
     "run.made_by || was_proved || may_be_so_already(link)", "run.made_by || was_proved",
     "engine: every replica would have to show it"),
    ("sends a link without telling the journal", "engine/rollout_links.cpp",
     "record(now, LinkIntended{event_link(plan, one), progress.links[one].attempts + 1});",
     "progress.apply({now, LinkIntended{event_link(plan, one), progress.links[one].attempts + 1}});", "invariant 6"),
    # Order
    ("starts without waiting for dependencies", "engine/rollout.cpp",
     "return std::all_of(before.begin(), before.end(), [this](std::size_t one) { return gate_passed(one); });",
     "return before.size() < 100;", "invariant 2"),
    ("starts what comes after a failure", "engine/rollout.cpp",
     [("if (one.phase == ServicePhase::ended) return succeeded(one.outcome);",
       "if (one.phase == ServicePhase::ended) return true;"),
      ("    if (!services[dependant].begun) {", "    if (unauthorized) {")], "invariant 2"),
    ("opens the gate live when a deploy has only started", "engine/rollout.cpp",
     "if (plan.rollout.gate != model::Gate::started || one.phase", "if (one.phase", "invariant 2"),
    ("opens the gate while a deploy is queued", "engine/rollout.cpp",
     "const bool queued = one.status == model::DeployStatus::created || one.status == "
     "model::DeployStatus::queued;", "const bool queued = false;", "invariant 2"),
    ("goes on where it should halt", "engine/rollout.cpp",
     "if (plan.rollout.on_failure != model::OnFailure::continue_) {", "if (unauthorized) {",
     "was begun although"),
    ("begins one service too many at a time", "engine/rollout.cpp",
     "if (active >= plan.rollout.max_parallel) return false;",
     "if (active > plan.rollout.max_parallel) return false;", "as number"),
    ("begins services after an interrupt", "engine/rollout.cpp",
     '  s.stop_waiting(now, "the run was interrupted");', "", "after an interrupt"),
    # Deploys
    ("takes an older deploy for the one that took over", "engine/attribution.cpp",
     "newer != own; ++newer", "newer != deploys.end(); ++newer", "success was reported"),
    ("repeats a deploy request whose answer was lost", "engine/request_scheduler.cpp",
     "!(passing && queued.repeat == Repeat::safely)", "!passing", "invariant 3|invariant 6"),
    ("asks again before reading had time to tell", "engine/rollout_deploys.cpp",
     "if (!run.settle_until || delivery.sent_at < *run.settle_until) {", "if (!run.settle_until) {",
     "invariant 3"),
    ("asks again before every list must show what was made", "engine/rollout_deploys.cpp",
     "now + arrival + list_lag", "now + arrival", "invariant 3"),
    ("believes an answer that names an older deploy", "engine/rollout_deploys.cpp",
     "const bool older = named && was_there(*named, known_before(service));",
     "const bool older = named && was_there(*named, known_before(service)) && plan.services.empty();",
     "runs with|success was reported|rollback|invariant"),
    ("takes an older push that shows late for its own", "engine/attribution.cpp",
     "return trigger != \"rollback\" && before.time && since && *since >= *before.time + whole_second;",
     "return trigger != \"rollback\";", "runs with|a rollback was refused"),
    ("takes a push from the second of the request for a later one", "engine/attribution.cpp",
     "*since >= *before.time + whole_second", "*since >= *before.time", "runs with|a rollback was refused"),
    ("judges by the clock of the machine where Render tells none", "engine/rollout_deploys.cpp",
     "taken.server_time = std::max(read_back, run.snapshot_at);",
     "taken.server_time = now;", "invariant 3"),
    ("takes a deploy that was there before for its own", "engine/attribution.cpp",
     "if (contains(before.deploys, deploy.id) || !may_come_of", "if (!may_come_of", "invariant|success was reported|runs with"),
    ("takes any deploy since the plan for one that carries the link", "engine/attribution.cpp",
     "*since >= read_back + whole_second", "*since >= read_back - std::chrono::hours(1)",
     "invariant 2|success was reported|runs with"),
    ("takes Render's own deploy from the second of the link for one that carries it", "engine/attribution.cpp",
     "if (since && *since >= read_back + whole_second) return &deploy;",
     'if (since && (*since >= read_back + whole_second ||\n'
     '                  (deploy.trigger == "service_updated" && *since >= read_back - whole_second)))\n'
     "      return &deploy;", "runs with"),
    ("takes what began within the second of the reading for what began after it", "engine/attribution.cpp",
     "*since >= read_back + whole_second", "*since >= read_back", "runs with"),
    ("sends a deploy request without telling the journal", "engine/rollout_deploys.cpp",
     [("record(now, DeployIntended{", "progress.apply({now, DeployIntended{"),
      ("DeployMode::rollback : mode, planned.rollback_to});", "DeployMode::rollback : mode, planned.rollback_to}});")],
     "invariant 6"),
    ("watches a deploy for ever", "engine/rollout_watch.cpp",
     "if (now >= deadline) {", "if (false) {", "invariant 8"),
    ("takes a failed deploy for a success", "engine/rollout_watch.cpp",
     "      return end_service(now, service, ServiceOutcome::failed, failure_of(deploy),\n"
     "                         read_log(planned, deploy.id));",
     '      return end_service(now, service, ServiceOutcome::live, "");', "invariant 2|success was reported"),
    ("takes up no deploy that carries the link already", "engine/rollout_deploys.cpp",
     "= already_carries(*run.snapshot, planned.known_deploys, *read_back)) {",
     "= already_carries({}, planned.known_deploys, *read_back)) {", "cases: no other is asked for"),
    ("gives up a deploy that Render does not know at once", "engine/rollout_watch.cpp",
     "most_misses_not_found = 5", "most_misses_not_found = 1", "cases: a fresh id"),
    ("compares this machine's clock with Render's times", "engine/rollout_watch.cpp",
     "  const model::Deploy& ours = *services[service].seen;\n",
     "  model::Deploy ours = *services[service].seen;\n  ours.created = state.requested_at;\n",
     "cases: by Render's times"),
    ("takes one list for the word on what took over", "engine/rollout_watch.cpp",
     "if (successor == nullptr && may_show_later(service, delivery)) {", "if (false) {",
     "cases: what took over"),
    ("takes the first snapshot of a deploy for the last", "model/deploy.cpp",
     "return how_far(one) > how_far(other);", "return false;", "api: as it was told last"),
    ("takes a person's rollback for a success", "engine/rollout_watch.cpp",
     'if (successor->trigger == "rollback") {', "if (false) {", "cases: somebody rolls ours back"),
    # Requests
    ("sends before the journal holds the events", "engine/run_loop.cpp",
     [("    recorder.record(step.events);\n", ""),
      ("transport.send(call);\n", "transport.send(call);\n    recorder.record(step.events);\n")], "invariant 6"),
    ("ignores an empty budget", "engine/budget.cpp", "return window.left() > 0;", "return true;", "invariant 4"),
    ("takes one more than a window allows", "engine/budget.cpp",
     "return window.left() > 0;", "return window.left() >= 0;", "invariant 4"),
    ("sends many before a window is known", "engine/budget.cpp",
     "if (!window.known) return window.in_flight == 0;", "if (!window.known) return true;", "invariant 4"),
    ("forgets what is under way", "engine/budget.cpp",
     "return window.left() > 0;", "return window.told - window.unseen > 0;", "invariant 4"),
    ("forgets requests whose answer was lost", "engine/budget.cpp", "  ++window.unseen;\n", "", "invariant 4"),
    ("opens a window a second early", "engine/budget.cpp",
     "const Time resets = now + told->reset + rounding;", "const Time resets = sent_at + told->reset;",
     "invariant 4"),
    ("counts each cron job by itself", "api/bucket.cpp",
     'id.starts_with("crn-") ? std::string("crn") : std::string(id)', "std::string(id)", "invariant 4"),
    ("ignores Render's Retry-After", "engine/request_scheduler.cpp",
     "budget_.block(queued.bucket, now + std::min(*wait, longest_wait));", "static_cast<void>(*wait);",
     "Retry-After"),
    ("forgets the pause between two requests", "engine/request_scheduler.cpp",
     "} else if (!hold && last_start_ && now < *last_start_ + settings_.min_interval) {",
     "} else if (!hold && last_start_ && now < *last_start_) {", "the file asks for"),
    ("takes a late second answer for that to another request", "engine/request_scheduler.cpp",
     "const auto found = std::ranges::find(under_way_, reply.id, &QueuedRequest::call);",
     "auto found = std::ranges::find(under_way_, reply.id, &QueuedRequest::call);\n"
     "  if (found == under_way_.end() && !under_way_.empty()) found = under_way_.begin();",
     "invariant|a rollback was refused"),
    ("lets one service take every place", "engine/request_scheduler.cpp",
     "constexpr std::size_t most_about_one = 4;", "constexpr std::size_t most_about_one = 400;",
     "scale: leaves places to the others"),
    ("leaves nothing to another client", "engine/budget.cpp",
     "return std::max(1, limit / 2);", "return limit;", "scale: beside a client"),
    ("waits for a window's first answer for ever", "engine/budget.cpp",
     "if (!window.known && now >= window.sent_at + waited_for) return true;", "", "scale: does not hold up"),
    ("looks as often as it likes", "engine/polling.cpp",
     "if (tokens_ >= 0) return std::nullopt;", "if (tokens_ >= -1e9) return std::nullopt;", "scale: within half"),
    # Going on
    ("forgets that a deploy was asked for", "engine/rollout_resume.cpp",
     "  if (progress.services[service].phase != ServicePhase::settling) return;",
     "  if (progress.services[service].phase == ServicePhase::settling)\n"
     "    progress.services[service].phase = ServicePhase::linking;\n  else", "invariant 3"),
    ("counts a link as made whose answer it does not know", "engine/rollout_resume.cpp",
     [("record(now, LinkAnswered{.link = event_link(plan, link), .why = std::string(no_answer)});",
       "record(now, LinkProved{event_link(plan, link), {}});"),
      ("carried && state.phase", "state.phase")], "invariant 1"),
    ("does not read proved links once more", "engine/rollout_resume.cpp",
     "carried && state.phase", "state.phase", "invariant 1"),
    ("makes a link again that somebody took away", "engine/rollout_links.cpp",
     "  if (progress.links[link].phase == LinkPhase::proved) {", "  if (false) {",
     "cases: is not made again"),
    ("goes on without the snapshot", "engine/rollout_resume.cpp",
     "  run.request = deploy_request(service);",
     "  run.request = deploy_request(service);\n  progress.services[service].before.clear();",
     "invariant 2|success was reported|rollback"),
    ("believes an old refusal of a link", "engine/rollout_resume.cpp",
     "return success(answer) != nullptr ? answer : answer_of(0);", "return answer;", "invariant 8"),
    ("begins anew what is under way", "engine/rollout_resume.cpp",
     "phase == ServicePhase::waiting || phase == ServicePhase::ended)",
     "phase == ServicePhase::waiting || phase == ServicePhase::ended ||\n"
     "        phase == ServicePhase::watching)", "invariant|was begun as number"),
    ("does not take up what ended without a verdict", "engine/progress.cpp",
     "if (!service.open()) continue;", "if (!service.open() || service.outcome == ServiceOutcome::unsettled) continue;",
     "invariant"),
    ("says too early that nothing is left", "engine/progress.cpp",
     "if (!without_verdict) return false;", "if (outcome != Outcome::authentication) return false;", "invariant 5"),
    ("counts a withdrawn link as made", "engine/rollout.cpp",
     "LinkAnswered{.link = event_link(plan, purpose.index), .why = why}",
     "LinkAnswered{.link = event_link(plan, purpose.index), .http_status = 200, .why = why}", "invariant 5"),
    ("stays interrupted when it goes on", "engine/progress.cpp",
     "                      interrupts = 0;\n", "", "invariant"),
    ("loses the deploys of a snapshot in the journal", "engine/event_json.cpp",
     "  std::visit([&](auto& what) { fields(visit, what); }, event.what);\n",
     "  std::visit([&](auto& what) { fields(visit, what); }, event.what);\n"
     "  if (auto* taken = std::get_if<SnapshotTaken>(&event.what)) taken->deploys.clear();\n", "invariant 6"),
    # Going back
    ("never goes back", "engine/rollback.cpp",
     "plan.undoes == 0 && done.ended_at &&", "plan.undoes != 0 && done.ended_at &&", "invariant 5"),
    ("takes its own deploys for a colleague's", "engine/rollback.cpp",
     'return deploy.trigger == "api";', "return false;", "a rollback was refused"),
    ("goes back over a colleague's push", "engine/rollback.cpp",
     "if (live != nullptr && !runs_as_before && !is_ours(index, *live)) return moved_on(index, *live);", "",
     "undoes a colleague's push"),
    ("removes links that the run did not make", "engine/rollback.cpp",
     "    if (progress.attempts == 0) return;\n    const bool added",
     "    const bool added", "which the run did not"),
    ("leaves a link that the run made", "engine/rollback.cpp",
     "if (group->links_to(service.id) != added) return;", "if (added) return;", "a rollback was reported"),
    ("goes back in forward order", "engine/rollback.cpp",
     "after[before].push_back(service);", "after[service].push_back(before);", "invariant 2"),
    ("goes back to another deploy", "engine/rollback.cpp",
     "service.rollback_to = service.live_deploy;", "service.rollback_to = newest.id;",
     "is not what ran before"),
    ("makes a new deploy where it should go back", "engine/rollout_deploys.cpp",
     "return planned.rollback_to.empty() ? api::create_deploy", "return true ? api::create_deploy", "invariant 3"),
    ("believes that it went back when somebody pushed", "engine/attribution.cpp",
     'return trigger != "rollback" && before.time &&', "return before.time &&",
     "cases: pushed over"),
    ("leaves a link that arrived after its removal", "engine/rollout_links.cpp",
     "plan.undoes != 0 && run.tries == 1", "plan.undoes != 0 && run.tries == 0", "cases: is taken back as well"),
    ("goes back over what was pushed while it lay interrupted", "engine/rollout_deploys.cpp",
     "if (!plan.services[service].rollback_to.empty() && give_way", "if (false && give_way", "cases: does not undo what was pushed"),
    # Runs
    ("goes on with an open run before its rollback", "run/store.cpp",
     "  const RunSummary& newest = runs->front();\n",
     "  const RunSummary& newest = runs->front();\n"
     "  for (const RunSummary& run : *runs) {\n    if (!run.ended) return load_run(store, run.number);\n  }\n",
     "a rollback was refused|success was reported"),
    ("overlooks a run that is open", "run/store.cpp",
     "if (open == runs->end()) return std::nullopt;", "if (open == runs->end() || !runs->empty()) return std::nullopt;",
     "is open, and nothing says"),
    ("goes on with a run that has come to its end", "run/store.cpp",
     "if (last && last->progress.unfinished()) return std::move(*last);", "if (last) return std::move(*last);",
     "invariant 8"),
    ("never goes back by itself", "run/execute.cpp",
     "    if (engine::calls_for_rollback(rollout.plan(), rollout.progress()))\n",
     "    if (rollout.plan().links.size() > 1000)\n", "invariant 5"),
    ("closes a rollback before the run that it undoes", "run/execute.cpp",
     "  void close_with_undone(std::int64_t run, const engine::Rollout& rollout, Outcome outcome) {\n",
     "  void close_with_undone(std::int64_t run, const engine::Rollout& rollout, Outcome outcome) {\n"
     "    close(run, context_.clock.now(), outcome);\n", "was closed before run"),
    ("leaves a run open that was rolled back", "run/execute.cpp",
     "if (outcome == Outcome::done && !close(undone, at, Outcome::rolled_back)) return;", "static_cast<void>(at);",
     "was closed before run"),
    ("leaves a run open whose rollback failed", "run/execute.cpp",
     "if (outcome != Outcome::done && open && !close(undone, at, Outcome::deploy_failed)) return;",
     "static_cast<void>(open);", "and its rollback has come to its end"),
    ("closes a run whose rollback is unfinished", "run/execute.cpp",
     "if (undone != 0 && !rollout.progress().unfinished()) {", "if (undone != 0) {", "whose rollback is unfinished"),
    ("leaves a run open that came to its end", "run/execute.cpp",
     "    close(run, context_.clock.now(), rolled.outcome);\n", "", "invariant|ended with"),
    ("calls a failure that was rolled back a success", "run/execute.cpp",
     "    return outcome == Outcome::done ? Outcome::rolled_back : outcome;\n", "    return outcome;\n",
     "that failed and was rolled back"),
    ("calls a failure whose rollback was resumed a success", "run/execute.cpp",
     "return after_failure ? Outcome::rolled_back : Outcome::done;",
     "return after_failure ? Outcome::done : Outcome::done;", "that failed and was rolled back"),
    ("reports success without reading", "run/execute.cpp",
     "return rolled.outcome == Outcome::done ? prove(wanted, rollout) : rolled.outcome;",
     "if (rolled.outcome == Outcome::usage) return prove(wanted, rollout);\n    return rolled.outcome;",
     "nothing was read since"),
    ("reports success over a link that is not there", "run/execute.cpp",
     "if (verification.passed()) return Outcome::done;", "if (!verification.services.empty()) return Outcome::done;",
     "does not show the link"),
    ("goes on when the store cannot be written", "run/execute.cpp",
     "if (auto appended = store_.append(run_, events); !appended) throw StoreFailed(appended.error());",
     "static_cast<void>(store_.append(run_, events));", "invariant 6|after the store could not"),
    ("does not know the deploys of an earlier rollback", "run/execute.cpp",
     "if (!service.deploy.empty()) gone_back.push_back(service.deploy);", "static_cast<void>(service);",
     "a rollback was refused"),
    ("does not say which run a rollback undoes", "run/execute.cpp",
     "if (plan.undoes != 0) summary.undoes = plan.undoes;", "",
     "rollback|nothing was read"),
    ("applies over a run that is open", "run/apply.cpp", "if (open->empty()) {", "if (!open->empty() || open->empty()) {",
     "which is open"),
    ("carries out a plan that another run has overtaken", "run/apply.cpp", "  if (same) return {};\n",
     "  if (same || !same) return {};\n", "was planned before"),
    ("writes before anybody has agreed", "run/apply.cpp",
     "if (const auto agreed = context.frontend.confirm(Question::apply); !agreed)",
     "if (const Result<void> agreed; !agreed)", "before anybody has agreed"),
    ("leaves runs open with --anew", "run/apply.cpp",
     "  for (const std::int64_t run : runs) {\n", "  for (const std::int64_t run : runs) {\n    if (run > 0) continue;\n",
     "invariant|was begun over|success|open|a rollback was reported"),
    ("applies a plan file that the workspace has moved away from", "run/plan_source.cpp",
     "if (moved.empty()) return actual;", "if (moved.empty() || !moved.empty()) return actual;",
     "has moved away from"),
    ("goes on with a run from what it read before it had the lock", "run/resume.cpp",
     "  auto run = load_run(context.store, chosen.number());\n",
     "  Result<StoredRun> run = chosen;\n", "nothing of it was left|invariant|success"),
    ("goes on with a run whose rollback another process has begun", "run/resume.cpp",
     "  if (goes_back) run = std::move(**newest);\n", "  static_cast<void>(goes_back);\n",
     "while a rollback of it is open"),
    ("goes on with a run that another process has finished", "run/resume.cpp",
     "  if (!run->unfinished()) {\n", "  if (!run->unfinished() && run->plan.links.size() > 1000) {\n",
     "nothing of it was left"),
    ("goes on with a run under another lock", "run/resume.cpp",
     "take_lock(context, chosen.plan.owner.id.text(), wait)", 'take_lock(context, "another", wait)',
     "two processes hold the lock"),
    ("rolls back a run beside an open rollback of it", "run/rollback.cpp",
     "if (run.plan.undoes == 0 || !run.unfinished()) return {};", "if (run.number() > 0) return {};",
     "while a rollback of it is open|a rollback was refused"),
    ("rolls back a run beneath a later one that is open", "run/rollback.cpp",
     "if (unfinished.plan.undoes != 0 || unfinished.number() <= number) return {};",
     "if (unfinished.number() > 0 || number > 0) return {};", "which is open"),
    ("takes links away from what a later run deployed", "engine/rollback.cpp",
     "if (!asked && !may_run_with_links) return;", "if (!asked || (!asked && !may_run_with_links)) return;",
     "a rollback was reported, but"),
    ("goes back before a lost link request has arrived", "engine/rollback.cpp",
     "return link ? latest_arrival : Duration{0};", "return Duration{link ? 0 : 0};",
     "still linked|a rollback was reported|invariant|runs with|success was reported"),
    # Evidence
    ("takes a link for carried that a reading did not show meanwhile", "plan/history.cpp",
     "    if (gone.contains(service)) {\n      groups.erase(carried);\n      return;\n    }\n", "", "truth:"),
    ("takes a link for gone that a reading does not show yet", "plan/history.cpp",
     "      if (may_lag_behind(when, link.first)) continue;\n", "", "plan: neither gone nor new"),
    ("takes readings of links right after a deploy for evidence", "plan/history.cpp",
     "return reading.after(time + model::link_lag);", "return reading.after(time);",
     "plan: neither gone nor new|not one after it"),
    ("keeps a link that only readings that may lag showed after the deploy", "plan/history.cpp",
     "  if (read_by && shows_links_after(last_shown, *read_by)) return;\n", "  if (read_by) return;\n",
     "plan: may have been gone before it"),
    ("lets a link go on that a reading showed absent", "plan/history.cpp",
     "    if (link.linked) {\n      link = LinkSeen{group.id, link.service, false",
     "    if (link.group.empty()) {\n      link = LinkSeen{group.id, link.service, false", "plan: between two readings"),
    ("compares no value with what was read before the deploy", "plan/history.cpp",
     "    carried->values = merged(carried->values, values);", "    carried->values = values;", "truth:"),
    ("compares no value with what was read after the deploy", "plan/history.cpp",
     "    carried->values = merged(carried->values, values);", "", "truth:"),
    ("settles a deploy before it has read its environment", "plan/history.cpp",
     "    carried->settled = ended;", "    carried->settled = true;", "plan: settled by a reading after it ended"),
    ("takes what began for what has read its environment", "plan/history.cpp",
     "    if (!seen.linked || !seen.first.before(*began) || !shows_links_after(seen.last, *read_by)) continue;",
     "    if (!seen.linked || !seen.first.before(*began) || !seen.last.after(*began)) continue;", "plan: not one after it"),
    ("takes a reading while a deploy was made for one before it", "plan/history.cpp",
     "    if (!seen.linked || !seen.first.before(*began) || !shows_links_after(seen.last, *read_by)) continue;",
     "    if (!seen.linked || !seen.first.before(*read_by) || !seen.last.after(*read_by)) continue;", "plan: in which a deploy began is not one before it"),
    ("takes one reading after a deploy for a proof", "plan/history.cpp",
     "    if (!seen.linked || !seen.first.before(*began) || !shows_links_after(seen.last, *read_by)) continue;",
     "    if (!seen.linked || !shows_links_after(seen.last, *read_by)) continue;", "truth:"),
    ("takes two different values for the one before", "plan/history.cpp",
     "b->name, same ? a->digest : std::string()});", "b->name, a != nullptr ? a->digest : std::string()});", "truth:"),
    ("compares digests of two keys", "plan/history.cpp",
     "workspace.digest_key != state_.key)", "state_.key.empty())",
     "plan: of another key"),
    ("leaves a link to a deploy under way that a run takes away", "plan/history.cpp",
     "      if (deploy.ended) continue;\n", "      if (deploy.ended || !deploy.ended) continue;\n",
     "plan: an earlier deploy under way"),
    ("goes on with what an earlier run began with", "plan/history.cpp",
     "  if (!is_new && draft->second.run == run) return;", "  if (!is_new) return;", "plan: an earlier run began with"),
    ("knows nothing of links that a run did not change", "plan/history.cpp",
     "  draft->second = Draft{run, linked_groups(service)};", "  draft->second = Draft{run, {}};", "plan: was linked to before is carried"),
    ("calls a link new that was absent before the deploy", "plan/history.cpp",
     "  return read_by && link != state_.links.end() && link->second.linked && link->second.absent &&\n"
     "         shows_links_after(*link->second.absent, *read_by);",
     "  return read_by && link != state_.links.end() && link->second.linked && link->second.absent;", "truth:"),
    ("calls a value changed that only may have", "plan/history.cpp",
     "             const bool certain = carried->settled && (then == nullptr || !then->digest.empty());",
     "             const bool certain = true;", "truth:"),
    ("calls values equal of which one is not known", "plan/history.cpp",
     "then->digest == current->digest &&\n                               !then->digest.empty();",
     "(then->digest == current->digest || then->digest.empty());", "truth:"),
    ("adopts what is known to be newer", "plan/history.cpp",
     "                  [&](const CarriedGroup& group) { return newer_link(service, group.group, *live); });",
     "                  [&](const CarriedGroup& group) { return newer_link(service, group.group, *live) && group.settled; });",
     "plan: newer than the deploy is not adopted"),
    ("tells what is adopted as proved by the run", "plan/history.cpp",
     "      result.source = carried->adopted ? EvidenceSource::adopted : known->source;",
     "      result.source = known->source;", "plan: not told as proved by it"),
    ("learns what it read while a run wrote", "run/history.cpp",
     "        read = !overtaken(context, kept.taken);", "        read = true;", "run: judged by, and not kept"),
    ("judges by the reading before its own", "run/history.cpp",
     "    if (!read) known->read(reading);\n", "", "run: judged by, and not kept"),
    ("forgets what runs wrote", "run/history.cpp",
     "      take(run, (*events)[i], kept->history);", "      static_cast<void>(take);", "nobody interfered|truth:"),
    ("takes a deploy that nobody saw live for one that has read its environment", "run/history.cpp",
     "history.service_ended(it.service.id, serves ? it.deploy : DeployId());",
     "history.service_ended(it.service.id, serves || !serves ? it.deploy : DeployId());",
     "run: may still read its environment"),
    ("takes a deploy under way for one that has read its environment", "plan/history.cpp",
     "    if (model::is_running(deploy.status) || !read_by", "    if (!read_by", "plan: has not read its environment for certain"),
    ("takes a reading before a deploy has ended for one after it", "plan/history.cpp",
     "!read_by || !workspace.reading.after(*read_by)) continue;", "!read_by) continue;", "plan: in which a deploy ended does not settle it"),
    ("says nothing of a journal that cannot be read", "run/history.cpp",
     "  alone.unreadable = true;\n", "", "is not said as it is"),
    ("does not tell why a journal cannot be read", "run/history.cpp",
     "  context.frontend.report(known.error());\n", "", "nobody is told why"),
    ("leaves a history that cannot be read as it is", "run/history.cpp",
     "  if (!context.history.unreadable || ", "  if (!context.history.unreadable || context.keeps_history || ",
     "what it will come to cannot be kept"),
    ("goes by a history that was loaded before a run wrote", "run/history.cpp",
     "    if (!now || *now != loaded->taken) loaded.reset();", "    static_cast<void>(now);",
     "run: is loaded again"),
    ("judges a run by a list that lags", "run/execute.cpp",
     "    if (!until) return actual;", "    if (until || !until) return actual;", "nobody interfered"),
    ("holds against a run what nobody asked for", "run/plan_source.cpp",
     "return !links[i].contains(group.text);", "return links[i].size() > 1000 && group.text.empty();", "nobody interfered"),
    ("takes what is linked for live", "plan/status.cpp",
     "  if (carries.same()) {", "  if (carries.link != Carries::Link::no) {", "truth:"),
    ("lets a known link prove the values", "plan/status.cpp",
     "  if (carries.same()) {", "  if (carries.link == Carries::Link::yes) {", "truth:"),
    ("looks at one group of several", "plan/status.cpp",
     "    if (std::exchange(first, false) || weaker) worst = std::move(one);",
     "    if (std::exchange(first, false)) worst = std::move(one);", "truth:"),
    ("calls what nobody knows stale", "plan/status.cpp",
     "live != &newest && newest.trigger == \"api\"", "newest.trigger != \"\"", "truth:"),
    # Exit codes
    ("ends with a code of its own", "engine/rollout.cpp", "if (timed_out) return Outcome::timed_out;",
     "if (timed_out) return Outcome::held;", "invariant 8"),
    ("calls a failed deploy an error", "engine/rollout.cpp", "if (failed) return Outcome::deploy_failed;",
     "if (failed) return Outcome::error;", "invariant"),
    ("reports success over a failure", "engine/rollout.cpp", "if (failed) return Outcome::deploy_failed;",
     "if (failed) return Outcome::done;", "success was reported"),
    # Secrets
    ("shows a log although a value in it is not known", "engine/rollout_failure.cpp",
     [("if (report.log_asked || !report.mask_trouble.empty())", "if (report.log_asked)"),
      ("if (report.mask_trouble.empty()) event.log", "event.log")], "invariant 7"),
    ("shows a log before its values are known", "engine/rollout_failure.cpp",
     "if (!report.open.empty()) return;", "if (report.open.size() > 1) return;", "invariant 7"),
    ("masks nothing", "api/redaction.cpp",
     "    std::string next = mask_once(masked);", "    std::string next = masked;", "invariant 7"),
    ("overlooks a group that a colleague linked", "engine/rollout_failure.cpp",
     "        if (!report.to_mask.insert(group.id).second) continue;\n",
     "        if (std::ranges::find(plan.services[report.service].final_groups, group.id) ==\n"
     "            plan.services[report.service].final_groups.end())\n          continue;\n"
     "        if (!report.to_mask.insert(group.id).second) continue;\n",
     "cases: not linked to any more"),
]
SCHEDULES = 300000
PROGRAMS = {"cases": "tests/simulation/test_rollout_cases", "scale": "tests/simulation/test_rollout_scale",
            "plan": "src/test_plan", "engine": "src/test_engine", "api": "src/test_api", "run": "src/test_run"}


def run(command, cwd, patience=None):
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=patience)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, -1, f"nothing after {patience} s", "")


def compile_command(build, source):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if pathlib.Path(entry["file"]) == source:
            # Nobody debugs a mutant, and its warnings are meant.
            return shlex.split(entry["command"]) + ["-g0", "-w"]
    sys.exit(f"{source} is not in compile_commands.json")


def link_command(build, program):
    commands = run(["ninja", "-t", "commands", program], build).stdout.splitlines()
    # CMake wraps the link in ": && … && :".
    return shlex.split(commands[-1].removeprefix(": && ").removesuffix(" && :"))


def build_mutant(build, scratch, program, file, edits):
    source = SOURCE / "src" / file
    text = source.read_text()
    for original, replacement in edits:
        if text.count(original) != 1:
            return None, f"«{original}» stands {text.count(original)} times in {file}, not once"
        text = text.replace(original, replacement)
    mutated = scratch / source.name
    mutated.write_text(text)
    compile_it = compile_command(build, source)
    compile_it[compile_it.index("-o") + 1] = str(scratch / "mutant.o")
    compile_it[compile_it.index("-c") + 1] = str(mutated)
    done = run(compile_it, build)
    if done.returncode != 0:
        return None, done.stderr
    link = link_command(build, program)
    at = link.index("-o")
    link[at + 1] = str(scratch / "mutant")
    link.insert(at, str(scratch / "mutant.o"))
    done = run(link, build)
    return (scratch / "mutant", "") if done.returncode == 0 else (None, done.stderr)


def told_by_simulation(done):
    """What it says of its first violation: seed, words."""
    line = done.stdout.splitlines()[0] if done.stdout else f"no output, exit {done.returncode}"
    seed, _, words = line.partition(": ")
    return (seed, words) if done.returncode == 1 else ("", line)


def told_by_cases(done):
    """The names of the cases that failed."""
    if done.returncode != 1:
        return f"exit {done.returncode}"
    parts = re.split(r"^=+$", done.stdout, flags=re.MULTILINE)
    failed = [part for part in parts if "ERROR:" in part]
    return "; ".join(name for part in failed for name in re.findall(r"^TEST CASE:  (.*)$", part, re.MULTILINE))


def try_mutant(build, scratch, name, file, edits, oracle):
    kind, named, words = oracle.partition(": ")
    named = named and kind in PROGRAMS
    program = PROGRAMS[kind] if named else "tests/simulation/simulate"
    mutant, trouble = build_mutant(build, scratch, program, file, edits)
    if mutant is None:
        return False, "", f"cannot be built: {trouble}"
    if named:
        where, said = kind, told_by_cases(run([str(mutant), "--no-colors"], build, 60))
    else:
        where, said = told_by_simulation(
            run([str(mutant), "--from", "1", "--count", str(SCHEDULES)], build, 300))
    awaited = (words if named else oracle).split("|")
    return where != "" and any(one in said for one in awaited), where, said


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    asked = sys.argv[2] if len(sys.argv) > 2 else ""
    scratch = build / "mutants"
    scratch.mkdir(exist_ok=True)
    tried = [mutant for mutant in MUTANTS if asked in mutant[0]]
    escaped = 0
    for name, file, *edits, oracle in tried:
        edits = edits[0] if isinstance(edits[0], list) else [tuple(edits)]
        caught, where, words = try_mutant(build, scratch, name, file, edits, oracle)
        escaped += not caught
        print(f"{'caught ' if caught else 'ESCAPED'} | {name:62} | {where:10} | {words[:400]}", flush=True)
    print(f"{len(tried) - escaped} of {len(tried)} mutants caught")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())

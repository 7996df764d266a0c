#include "view/report_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "assets/pages.h"
#include "base/text.h"
#include "view/event_text.h"
#include "view/findings_text.h"
#include "view/layout.h"
#include "view/only_text.h"

namespace envlink::view {

namespace page {
namespace {

std::string when(Time time) {
  return fmt::format(R"(<time datetime="{}">{}</time>)", format_rfc3339(time), day_and_time(time));
}

std::string tile(std::string_view term, const std::string& figure, const std::string& more = {},
                 std::string_view colour = "") {
  return fmt::format(R"(<div class="tile"><dt>{}</dt><dd class="{}">{}</dd>{}</div>)", term, colour, figure,
                     more.empty() ? "" : "<dd class=\"soft small\">" + more + "</dd>");
}

/// A part of a whole; bad unless complete.
std::string part_tile(std::string_view term, std::size_t part, std::size_t all, const std::string& more) {
  return tile(term, std::to_string(part) + html::soft(fmt::format(" of {}", all)), more,
              part == all ? "good" : "bad");
}

std::string tiles(const Page& page) {
  const plan::Plan& plan = page.plan();
  const RolloutStatus& board = page.board;
  std::string out = "<dl class=\"tiles\">";
  if (!plan.values.empty())
    out += part_tile("Values confirmed", page.timeline.progress.values_read_back(), plan.values.size(),
                     "from Render");
  if (!plan.links.empty())
    out += part_tile("Links confirmed", board.links_proved(), plan.links.size(), "by reading them back");
  if (board.redeploying() > 0)
    out += part_tile("Services live", board.live(), board.redeploying(),
                     "in " + count_of(plan.waves.size(), "wave"));
  const std::string pauses = page.timeline.pauses.empty()
                                 ? ""
                                 : fmt::format("{} left out", count_of(page.timeline.pauses.size(), "pause"));
  out += tile("Took", format_duration(page.timeline.taken()), pauses);
  if (const auto& slowest = page.timeline.slowest; !slowest.empty()) {
    const auto length = [&](std::size_t one) {
      const ServiceTimeline& timeline = page.timeline.services[one];
      return page.timeline.since_began(*timeline.ended) - page.timeline.since_began(*timeline.began);
    };
    const std::size_t longest = *std::ranges::max_element(slowest, {}, length);
    out += tile("Slowest on the critical path", format_duration(length(longest)), page.name(longest));
  }
  if (page.timeline.waited() > Duration{0})
    out += tile("Held back", format_duration(page.timeline.waited()), "by limits, retries and lag", "busy");
  return out + "</dl>";
}

std::string option(std::string_view value, std::string_view words, std::size_t count) {
  return fmt::format(R"(<option value="{}">{} ({})</option>)", value, words, count);
}

std::string cell(std::string_view label, std::string_view html) {
  return fmt::format(R"(<td data-label="{}" class="">{}</td>)", label, html);
}

std::string table(std::string_view id, std::string_view classes,
                  std::initializer_list<std::string_view> columns, const std::string& rows) {
  std::string out = fmt::format(R"(<table class="{}" id="{}"><thead><tr>)", classes, id);
  for (const std::string_view column : columns) out += fmt::format(R"(<th scope="col">{}</th>)", column);
  return out + "</tr></thead><tbody>\n" + rows + "</tbody></table>";
}

using Proofs = std::vector<std::optional<Time>>;

/// When each change was read back. `position`: the change's index in the event.
template <class Proved>
Proofs proofs(const Page& page, std::size_t count, auto position) {
  Proofs all(count);
  for (const engine::Event& event : page.report.events) {
    const auto* proved = event.as<Proved>();
    if (proved != nullptr && position(*proved) < count) all[position(*proved)] = event.at;
  }
  return all;
}

std::string marked(Symbol mark, Colour colour, std::string_view words) {
  return fmt::format("{}<span class=\"{}\">{}</span>", html::icon(mark, colour), html::class_of(colour),
                     words);
}

std::string after(const Page& page, const engine::WriteProgress& progress, std::string_view wanted,
                  const std::optional<Time>& proved) {
  switch (progress.phase) {
    case engine::WritePhase::proved:
      return marked(Symbol::good, Colour::good, wanted) + " " +
             html::soft("read back at " + (proved ? page.since(*proved) : ""));
    case engine::WritePhase::failed:
      return marked(Symbol::bad, Colour::bad, "failed") + " " + html::text(progress.trouble, 500);
    case engine::WritePhase::waiting:
      return marked(Symbol::skipped, Colour::quiet, "not started");
    default:
      return marked(Symbol::caution, Colour::caution, "requested, not read back");
  }
}

std::string link_row(const std::string& group, const std::string& service, std::string_view state,
                     std::string_view before, std::string_view planned, const std::string& after_html) {
  return fmt::format(R"(<tr data-name="{} {}" data-state="{}">)", group, service, state) +
         cell("Group", group) + cell("Service", service) + cell("Before", before) + cell("Planned", planned) +
         cell("After", after_html) + "</tr>\n";
}

std::string finding_item(const plan::Plan& plan, const plan::Finding& finding, bool ignored) {
  const bool plain = ignored || finding.severity == plan::Severity::note;
  std::string place;
  if (finding.place.line > 0)
    place = " " + html::soft(fmt::format("{}:{}", html::text(plan.file), finding.place.line));
  std::string out = fmt::format(
      R"(<li data-name="{} {}"><span class="badge {}">{}</span> <strong>{}</strong>{} <code class="soft">{}</code><p>{}</p>)",
      html::text(finding.subject), html::text(finding.variable),
      plain ? "" : html::class_of(look_of(finding.severity).colour),
      ignored ? "ignored" : to_string(finding.severity), html::text(finding.subject), place,
      html::text(finding.id), html::text(finding.what, 2000));
  if (!finding.cure.empty()) out += "<p class=\"soft\">→ " + html::text(finding.cure, 1000) + "</p>";
  if (!finding.policy.empty())
    out += "<p class=\"soft\">Policy: " + html::text(finding.policy, 1000) + "</p>";
  return out + "</li>\n";
}

std::string request_id_of(const engine::Event& event) {
  return std::visit(
      [](const auto& what) {
        if constexpr (requires { what.request_id; }) return what.request_id;
        return std::string();
      },
      event.what);
}

std::string event_row(const Page& page, const engine::Event& event) {
  const auto service = service_of(page.plan(), event);
  const Colour colour = event_colour(event);
  std::string words = fmt::format("<span class=\"{}\">{}</span>", html::class_of(colour),
                                  html::text(event_words(event, page.style), 1200));
  const std::string request_id = request_id_of(event);
  if (!request_id.empty() && is_news(event))
    words += " <span class=\"soft mono\">request " + html::text(request_id) + "</span>";
  const engine::EventLink* link = engine::link_of(event);
  std::string name = service ? page.name(*service) : std::string();
  std::string search = name;
  if (link != nullptr) search += " " + html::text(link->group.name);
  return fmt::format(
      R"(<tr data-kind="{}" data-name="{}" data-state="{}"{}><td class="at" data-label="After"><time datetime="{}" title="{}">{:.1f}s <span class="clock">{}</span></time></td>)"
      R"(<td data-label="Service">{}</td><td data-label="What">{}</td></tr>)"
      "\n",
      kind_of(event), search, service ? page.state_word(*service) : "", is_news(event) ? "" : " data-step",
      format_rfc3339(event.at), format_rfc3339(event.at),
      std::chrono::duration<double>(page.timeline.since_began(event.at)).count(),
      format_rfc3339(event.at).substr(11, 8),
      service ? fmt::format("<a href=\"#s{}\">{}</a>", *service, name) : html::soft("the run"), words);
}

std::string header(const Page& page) {
  const Report& report = page.report;
  const plan::Plan& plan = page.plan();
  const Verdict verdict = verdict_of(report);
  using html::fact;
  std::string out = fmt::format(
      R"(<header><p class="brand">envlink report</p><div class="title"><h1>Run {} on {}</h1><span class="badge {}">{}</span></div>)",
      report.run, html::text(plan.owner.name), html::class_of(verdict.look.colour), verdict.words);
  out += tiles(page);
  out += "<dl class=\"facts\">";
  out += fact("Began", when(report.began));
  if (report.ended) out += fact("Ended", when(*report.ended));
  out += fact("By", html::text(report.user + " on " + report.host));
  out += fact("File", html::text(plan.file));
  out += fact("Workspace", html::code(plan.owner.id.text()));
  out +=
      fact("Exit code", report.outcome ? fmt::format("{}", exit_code(*report.outcome)) : "none: unfinished");
  if (plan.only) out += fact("Selection", html::text(only_text(plan, true)));
  if (plan.undoes != 0) out += fact("Rolls back", fmt::format("run {}", plan.undoes));
  if (report.undone_by) out += fact("Rolled back by", fmt::format("run {}", *report.undone_by));
  if (const GroupId& made = page.timeline.progress.made; !made.empty())
    out += fact("New group", html::text(plan.new_group->name) + " " + html::code(made.text()));
  for (const Pause& pause : page.timeline.pauses)
    out +=
        fact("Resumed", fmt::format("{}, after {}", when(pause.to), format_duration(pause.to - pause.from)));
  out += "</dl></header>\n";
  return out;
}

std::string failures(const Page& page) {
  std::string out;
  for (const std::size_t service : page.board.failed()) {
    const engine::ServiceProgress& told = page.timeline.progress.services[service];
    const ServiceLabel state = page.state(service);
    out += fmt::format(
        R"(<article class="card trouble{}"><h3>{}<a href="#s{}">{}</a> <span class="{}">{}</span></h3>)",
        state.colour == Colour::bad ? " failed" : "", html::icon(state.mark, state.colour), service,
        page.name(service), html::class_of(state.colour), html::text(outcome_words(told, page.style)));
    const std::string why = failure_reason(told);
    if (!why.empty()) out += "<p>" + html::text(why, 2000) + "</p>";
    if (!told.log.empty()) {
      out += R"(<h4>Last lines of its log</h4><pre class="log" tabindex="0">)";
      for (const std::string& line : told.log) out += html::text(line, 400) + "\n";
      out += "</pre>";
    }
    const std::string& cure = failure_cure(told);
    if (!cure.empty()) out += "<p class=\"soft\">→ " + html::text(cure, 1000) + "</p>";
    out += "</article>\n";
  }
  return out.empty() ? out : html::section("failed", "What failed", out);
}

std::string what_is_left(const Page& page) {
  std::string items;
  for (const std::string& one : left_of(page.report, page.timeline))
    items += "<li>" + html::text(one, 2000) + "</li>";
  if (items.empty()) return items;
  return html::section("left", "What is left", R"(<ul class="card plain">)" + items + "</ul>");
}

std::string filter(const Page& page) {
  std::map<std::string_view, std::size_t> states;
  for (const std::size_t service : page.board.concerned()) ++states[page.state_word(service)];
  std::map<std::size_t, std::pair<std::string_view, std::size_t>> kinds;  // in the order of their declaration
  for (const engine::Event& event : page.report.events) {
    auto& [kind, count] = kinds[event.what.index()];
    kind = kind_of(event);
    ++count;
  }
  std::string out =
      R"(<form id="filter" role="search" aria-label="Filter" hidden><label>Service or group<input type="search" id="word" placeholder="part of a name" autocomplete="off" spellcheck="false"></label>)"
      R"(<label>State<select id="state"><option value="">all states</option>)";
  for (const auto& [word, count] : states) out += option(word, word, count);
  out += R"(</select></label><label>Events<select id="kind"><option value="">all kinds</option>)";
  for (const auto& [index, kind] : kinds) out += option(kind.first, spaced(kind.first), kind.second);
  out +=
      R"(</select></label><label class="check"><input type="checkbox" id="steps">every step</label>)"
      R"(<button type="button" id="clear">Clear</button><span id="count" role="status" class="soft"></span></form>)"
      "\n";
  return out;
}

std::string values(const Page& page) {
  const plan::Plan& plan = page.plan();
  if (plan.values.empty()) return {};
  const Proofs proved = proofs<engine::ValueProved>(
      page, plan.values.size(), [](const engine::ValueProved& one) { return one.value.position; });
  std::string rows;
  for (std::size_t i = 0; i < plan.values.size(); ++i) {
    const plan::ValueChange& value = plan.values[i];
    const bool set = value.action == plan::ValueAction::set;
    const std::string group = html::text(value.group_name);
    rows += fmt::format(R"(<tr data-name="{} {}">)", group, html::text(value.key)) + cell("Group", group) +
            cell("Key", html::code(value.key)) + cell("Before", value.exists ? "there" : "not there") +
            cell("Planned", !set           ? "unset"
                            : value.exists ? "change"
                                           : "add") +
            cell("After",
                 after(page, page.timeline.progress.values[i], set ? "as planned" : "unset", proved[i])) +
            "</tr>\n";
  }
  return html::section(
      "values", "Values",
      R"(<div class="card">)" +
          table("values-table", "stack", {"Group", "Key", "Before", "Planned", "After"}, rows) + "</div>");
}

std::string links(const Page& page) {
  const plan::Plan& plan = page.plan();
  std::string rows;
  const Proofs proved = proofs<engine::LinkProved>(
      page, plan.links.size(), [](const engine::LinkProved& one) { return one.link.position; });
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    const bool add = plan.links[i].action == plan::LinkAction::add;
    rows += link_row(html::text(plan.links[i].group_name), page.name(plan.links[i].service),
                     page.state_word(plan.links[i].service), add ? "not linked" : "linked",
                     add ? "link" : "unlink",
                     after(page, page.timeline.progress.links[i], add ? "linked" : "not linked", proved[i]));
  }
  std::size_t stay = 0;
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    for (const std::string& group : plan.services[i].linked_now) {
      if (++stay <= most_services_in_full)
        rows += link_row(html::text(group), page.name(i), page.state_word(i), "linked", "stays",
                         html::soft("linked"));
    }
  }
  for (const plan::UnmanagedLink& link : plan.unmanaged)
    rows += link_row(html::text(link.group_name), html::text(link.service_name), "", "linked",
                     "not in the file", html::soft("unchanged"));
  if (rows.empty()) return {};
  std::string out = R"(<div class="card">)" +
                    table("links", "stack", {"Group", "Service", "Before", "Planned", "After"}, rows) +
                    "</div>";
  if (stay > most_services_in_full)
    out += fmt::format("<p class=\"note\">{} more did not change.</p>", stay - most_services_in_full);
  return html::section("links", "Links before and after", out);
}

std::string findings(const Page& page) {
  const plan::Plan& plan = page.plan();
  if (plan.findings.empty() && plan.ignored.empty() && plan.stale_consumers.empty()) return {};
  std::string out = "<ul class=\"card plain\" id=\"findings\">\n";
  for (const plan::Finding& finding : plan.findings) out += finding_item(plan, finding, false);
  for (const plan::Finding& finding : plan.ignored) out += finding_item(plan, finding, true);
  for (const plan::StaleConsumer& one : plan.stale_consumers) {
    out += fmt::format(
        R"(<li data-name="{0} {1}"><span class="badge">note</span> <strong>{0}</strong><p>It is not in the file, is linked to {1} and was not redeployed: it still runs with the old values.</p></li>)",
        html::text(one.service_name), html::text(one.group_name));
  }
  return html::section("findings", "Findings of the preflight", out + "</ul>");
}

std::string events(const Page& page) {
  const auto& all = page.report.events;
  if (all.empty()) return {};
  const bool whole = all.size() <= most_events_in_full;
  std::string rows;
  std::size_t shown = 0;
  for (const engine::Event& event : all) {
    const bool matters =
        is_news(event) && !event.is<engine::DeployObserved>() && !event.is<engine::DeployAttributed>();
    if (!whole && !matters) continue;
    ++shown;
    rows += event_row(page, event);
  }
  std::string out = R"(<div class="card">)" +
                    table("events", "stack tight", {"After, at (UTC)", "Service", "What"}, rows) +
                    R"(<p class="none soft" hidden>Nothing matches the filter.</p></div>)";
  if (!whole)
    out += fmt::format(
        "<p class=\"note\">{} of {} events: routine steps are left out. "
        "envlink report {} -o json has them all.</p>",
        shown, all.size(), page.report.run);
  return html::section("events", "Events", out);
}

}  // namespace

std::string spaced(std::string_view word) {
  std::string words(word);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string_view Page::state_word(std::size_t service) const {
  if (timeline.progress.services[service].phase == engine::ServicePhase::unchanged) return "unchanged";
  switch (board.group_of(service)) {
    case ServiceStatusGroup::failed:
      return timeline.progress.services[service].open() ? "unsettled" : "failed";
    case ServiceStatusGroup::running:
      return "under way";
    case ServiceStatusGroup::waiting:
    case ServiceStatusGroup::not_started:
      return "not started";
    case ServiceStatusGroup::done:
      break;
  }
  return plan().services[service].redeploys() ? "live" : "linked";
}

std::string Page::state_words(std::size_t service) const {
  const std::string words = state(service).words;
  return words.empty() ? std::string(state_word(service)) : words;
}

}  // namespace page

std::string report_page(const Report& report) {
  const Style style;
  const RunTimeline timeline = timeline_of(report);
  const RolloutStatus board(report.plan, timeline.progress, style);
  const page::Page page{report, timeline, board, style};
  std::string out;
  std::string_view rest = assets::report_page;
  const auto put = [&](std::string_view place, const std::string& text) {
    const std::size_t at = rest.find(place);
    out.append(rest.substr(0, at)).append(text);
    rest.remove_prefix(at + place.size());
  };
  put("<!-- policy -->", fmt::format(R"(<meta http-equiv="Content-Security-Policy" content="{}">)",
                                     assets::page_policy(assets::report_page)));
  put("{title}", fmt::format("Run {} on {}: {}", report.run, html::text(report.plan.owner.name),
                             verdict_of(report).words));
  put("<!-- run -->\n", page::header(page) + page::failures(page) + page::what_is_left(page) +
                            page::filter(page) + page::graph(page) + page::timeline(page) +
                            page::values(page) + page::links(page) + page::findings(page) +
                            page::events(page));
  put("{host}", html::text(report.host));
  return out.append(rest);
}

}  // namespace envlink::view

// Links before and after, findings, events.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/page.h"

namespace envlink::view::page {
namespace {

std::string cell(std::string_view label, const std::string& html, std::string_view classes = "") {
  return fmt::format(R"(<td data-label="{}" class="{}">{}</td>)", label, classes, html);
}

/// When each link was proved.
std::vector<std::optional<Time>> proofs(const Page& page) {
  std::vector<std::optional<Time>> all(page.plan().links.size());
  for (const engine::Event& event : page.report.events) {
    const auto link = link_of(page.plan(), event);
    if (link && event.is<engine::LinkProved>()) all[*link] = event.at;
  }
  return all;
}

std::string after(const Page& page, std::size_t index, const std::optional<Time>& proved) {
  const plan::LinkChange& link = page.plan().links[index];
  const engine::LinkProgress& progress = page.timeline.progress.links[index];
  const auto* wanted = link.action == plan::LinkAction::add ? "linked" : "not linked";
  switch (progress.phase) {
    case engine::LinkPhase::proved:
      return fmt::format("{}<span class=\"good\">{}</span> <span class=\"soft\">proved at {}</span>",
                         html::icon(Symbol::good, Colour::good), wanted, proved ? page.since(*proved) : "");
    case engine::LinkPhase::failed:
      return fmt::format("{}<span class=\"bad\">not proved</span> {}", html::icon(Symbol::bad, Colour::bad),
                         html::text(progress.trouble, 500));
    case engine::LinkPhase::waiting:
      return html::icon(Symbol::skipped, Colour::quiet) + "<span class=\"off\">not begun</span>";
    default:
      return html::icon(Symbol::caution, Colour::caution) +
             "<span class=\"busy\">asked for, not proved</span>";
  }
}

std::string link_row(const std::string& group, const std::string& service, std::string_view state,
                     std::string_view before, std::string_view planned, const std::string& after_html) {
  return fmt::format(R"(<tr data-name="{} {}" data-state="{}">)", group, service, state) +
         cell("Group", group) + cell("Service", service) + cell("Before", std::string(before)) +
         cell("Planned", std::string(planned)) + cell("After", after_html) + "</tr>\n";
}

std::string_view colour_of(plan::Severity severity) {
  return severity == plan::Severity::error ? "bad" : severity == plan::Severity::warning ? "busy" : "";
}

std::string finding_item(const plan::Plan& plan, const plan::Finding& finding, bool ignored) {
  std::string place;
  if (finding.place.line > 0)
    place = fmt::format(" <span class=\"soft\">{}:{}</span>", html::text(plan.file), finding.place.line);
  std::string out = fmt::format(
      R"(<li data-name="{} {}"><span class="badge {}">{}</span> <strong>{}</strong>{} <code class="soft">{}</code><p>{}</p>)",
      html::text(finding.subject), html::text(finding.variable), ignored ? "" : colour_of(finding.severity),
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
  const auto link = link_of(page.plan(), event);
  std::string name = service ? page.name(*service) : std::string();
  std::string search = name;
  if (link) search += " " + html::text(page.plan().links[*link].group_name);
  return fmt::format(
      R"(<tr data-kind="{}" data-name="{}" data-state="{}"{}><td class="at" data-label="After"><time datetime="{}" title="{}">{:.1f}s <span class="clock">{}</span></time></td>)"
      R"(<td data-label="Service">{}</td><td data-label="What">{}</td></tr>)"
      "\n",
      kind_of(event), search, service ? page.state_word(*service) : "", is_news(event) ? "" : " data-step",
      format_rfc3339(event.at), format_rfc3339(event.at),
      std::chrono::duration<double>(page.timeline.since_began(event.at)).count(),
      format_rfc3339(event.at).substr(11, 8),
      service ? fmt::format("<a href=\"#s{}\">{}</a>", *service, name)
              : "<span class=\"soft\">the run</span>",
      words);
}

}  // namespace

std::string links(const Page& page) {
  const plan::Plan& plan = page.plan();
  std::string rows;
  const auto proved = proofs(page);
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    const bool add = plan.links[i].action == plan::LinkAction::add;
    rows += link_row(html::text(plan.links[i].group_name), page.name(plan.links[i].service),
                     page.state_word(plan.links[i].service), add ? "not linked" : "linked",
                     add ? "link" : "unlink", after(page, i, proved[i]));
  }
  std::size_t stay = 0;
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    for (const std::string& group : plan.services[i].linked_now) {
      if (++stay <= most_services_in_full)
        rows += link_row(html::text(group), page.name(i), page.state_word(i), "linked", "stays",
                         "<span class=\"soft\">linked</span>");
    }
  }
  for (const plan::UnmanagedLink& link : plan.unmanaged)
    rows += link_row(html::text(link.group_name), html::text(link.service_name), "", "linked",
                     "not in the file", "<span class=\"soft\">left as it is</span>");
  if (rows.empty()) return {};
  std::string out =
      R"(<section aria-labelledby="h-links"><h2 id="h-links">Links before and after</h2><div class="card"><table class="stack" id="links"><thead><tr><th scope="col">Group</th><th scope="col">Service</th><th scope="col">Before</th><th scope="col">Planned</th><th scope="col">After</th></tr></thead><tbody>)"
      "\n" +
      rows + "</tbody></table></div>";
  if (stay > most_services_in_full)
    out += fmt::format("<p class=\"note\">{} more stayed as they were.</p>", stay - most_services_in_full);
  return out + "</section>\n";
}

std::string findings(const Page& page) {
  const plan::Plan& plan = page.plan();
  if (plan.findings.empty() && plan.ignored.empty() && plan.left_behind.empty()) return {};
  std::string out =
      R"(<section aria-labelledby="h-findings"><h2 id="h-findings">Findings of the preflight</h2><ul class="card plain" id="findings">)"
      "\n";
  for (const plan::Finding& finding : plan.findings) out += finding_item(plan, finding, false);
  for (const plan::Finding& finding : plan.ignored) out += finding_item(plan, finding, true);
  for (const plan::LeftBehind& one : plan.left_behind) {
    out += fmt::format(
        R"(<li data-name="{0} {1}"><span class="badge">note</span> <strong>{0}</strong><p>It is not in the file, is linked to {1} and was not redeployed: it keeps the values that it started with.</p></li>)",
        html::text(one.service_name), html::text(one.group_name));
  }
  return out + "</ul></section>\n";
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
  std::string out =
      R"(<section aria-labelledby="h-events"><h2 id="h-events">Events</h2><div class="card"><table class="stack tight" id="events"><thead><tr><th scope="col">After, at (UTC)</th><th scope="col">Service</th><th scope="col">What</th></tr></thead><tbody>)"
      "\n" +
      rows + "</tbody></table><p class=\"none soft\" hidden>Nothing matches the filter.</p></div>";
  if (!whole)
    out += fmt::format(
        "<p class=\"note\">{} of {} events: steps that go without saying are left out. "
        "envlink report {} -o json has them all.</p>",
        shown, all.size(), page.report.run);
  return out + "</section>\n";
}

}  // namespace envlink::view::page

// The services in their waves, with their dependencies.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "view/dag_layout.h"
#include "view/layout.h"
#include "view/report_page.h"

namespace envlink::view::page {
namespace {

constexpr double box_width = 232;
constexpr double column_gap = 42;
constexpr double head = 30;
constexpr double edge = 6;  // around everything

double left_of_column(std::size_t column) {
  return edge + static_cast<double>(column) * (box_width + column_gap);
}

constexpr std::size_t most_columns = 16;
constexpr std::size_t most_boxes = 16;           // a column
constexpr std::size_t most_singled_out = 11;     // in a column with more boxes
constexpr std::ptrdiff_t most_long_lines = 150;  // above this, only lines to the next column are drawn
constexpr std::size_t name_columns = 24;
constexpr auto nowhere = static_cast<std::size_t>(-1);  // a service without a wave

struct Box {
  std::size_t column = 0;
  std::vector<std::size_t> services;  // more than one: drawn as one
};

using Edge = std::pair<std::size_t, std::size_t>;

struct Graph {
  std::vector<Box> boxes;
  std::vector<std::vector<std::size_t>> columns;
  std::vector<Edge> edges;
  std::size_t waves_a_column = 1;
  bool lines_left_out = false;
};

/// By importance: failures, then running services, then those that determined the duration.
constexpr int least = 3;
int rank(const Page& page, const std::vector<bool>& slow, std::size_t service) {
  if (page.board.group_of(service) == ServiceStatusGroup::failed) return 0;
  if (page.board.group_of(service) == ServiceStatusGroup::running) return 1;
  return slow[service] && page.plan().waves.size() <= most_columns ? 2 : least;
}

Graph boxes_of(const Page& page, std::vector<std::size_t>& box_of) {
  const auto& waves = page.plan().waves;
  std::vector<bool> slow(page.plan().services.size());
  for (const std::size_t service : page.timeline.slowest) slow[service] = true;
  Graph graph;
  graph.waves_a_column = (waves.size() + most_columns - 1) / most_columns;
  for (std::size_t first = 0; first < waves.size(); first += graph.waves_a_column) {
    std::vector<std::size_t> services;
    for (std::size_t w = first; w < std::min(waves.size(), first + graph.waves_a_column); ++w)
      services.insert(services.end(), waves[w].begin(), waves[w].end());
    // In a crowded column the important services get boxes, and the rest shares one.
    const bool crowded = services.size() > most_boxes || graph.waves_a_column > 1;
    if (crowded) {
      std::stable_sort(services.begin(), services.end(), [&](std::size_t a, std::size_t b) {
        return rank(page, slow, a) < rank(page, slow, b);
      });
    }
    graph.columns.emplace_back();
    for (std::size_t i = 0; i < services.size(); ++i) {
      const auto matters = [&](std::size_t place) {
        return !crowded || (place < most_singled_out && rank(page, slow, services[place]) < least);
      };
      if (i == 0 || matters(i) || matters(i - 1)) {
        graph.columns.back().push_back(graph.boxes.size());
        graph.boxes.push_back({graph.columns.size() - 1, {}});
      }
      graph.boxes.back().services.push_back(services[i]);
      box_of[services[i]] = graph.boxes.size() - 1;
    }
  }
  return graph;
}

/// Leaves out lines implied by others: a → b → c implies that c comes after a.
void add_edges(const Page& page, const std::vector<std::size_t>& box_of, Graph& graph) {
  const auto column = [&](std::size_t box) { return graph.boxes[box].column; };
  std::vector<std::set<std::size_t>> before(graph.boxes.size());
  for (std::size_t i = 0; i < page.plan().services.size(); ++i) {
    if (box_of[i] == nowhere) continue;
    for (const std::size_t other : page.plan().services[i].waits_for) {
      const std::size_t from = box_of[other];
      if (from != nowhere && column(from) < column(box_of[i])) before[box_of[i]].insert(from);
    }
  }
  // Boxes are numbered from left to right, so all predecessors are known when a box is reached.
  std::vector<std::vector<bool>> reached(graph.boxes.size(), std::vector<bool>(graph.boxes.size()));
  std::vector<Edge> all;
  for (std::size_t to = 0; to < graph.boxes.size(); ++to) {
    for (const std::size_t from : before[to]) {
      const bool follows =
          std::ranges::any_of(before[to], [&](std::size_t other) { return reached[other][from]; });
      if (!follows) all.emplace_back(from, to);
    }
    for (const std::size_t from : before[to]) {
      reached[to][from] = true;
      for (std::size_t i = 0; i < graph.boxes.size(); ++i) {
        if (reached[from][i]) reached[to][i] = true;
      }
    }
  }
  const auto is_long = [&](const auto& one) { return column(one.first) + 1 < column(one.second); };
  graph.lines_left_out = std::ranges::count_if(all, is_long) > most_long_lines;
  for (const auto& one : all) {
    if (!graph.lines_left_out || !is_long(one)) graph.edges.push_back(one);
  }
}

struct Point {
  double x = 0;
  double y = 0;
};

std::string curve(Point from, Point to) {
  const double middle = (from.x + to.x) / 2;
  return fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", middle, from.y, middle, to.y, to.x, to.y);
}

/// Draws the lines, strong ones on top.
class EdgePainter {
 public:
  EdgePainter(const Graph& graph, const DagLayout& layout, const std::set<Edge>& strong)
      : graph_(graph), layout_(layout), marked_(strong) {}

  std::string text() {
    std::map<std::size_t, std::vector<std::size_t>> before;
    for (const DagLayout::Line& line : layout_.lines) {
      if (line.via.empty()) {
        before[line.to].push_back(line.from);
      } else {
        along(line);
      }
    }
    std::map<std::vector<std::size_t>, std::vector<std::size_t>> alike;
    for (auto& [to, from] : before) alike[from].push_back(to);
    for (const auto& [from, to] : alike) {
      if (from.size() >= 3 && to.size() >= 2) {
        knot(from, to);
        continue;
      }
      for (const std::size_t one : from) {
        for (const std::size_t other : to) along({one, other, {}});
      }
    }
    return out_ + strong_;
  }

 private:
  static std::string at(Point point) { return fmt::format("{:.1f} {:.1f}", point.x, point.y); }
  Point start(std::size_t box) const {
    return {left_of_column(graph_.boxes[box].column) + box_width, layout_.middle[box] + head + edge};
  }
  Point end(std::size_t box) const {
    return {left_of_column(graph_.boxes[box].column) - 3, layout_.middle[box] + head + edge};
  }

  void draw(const std::string& d, bool is_strong, bool has_tip) {
    (is_strong ? strong_ : out_) +=
        fmt::format(R"svg(<path class="line{}" d="{}"{}/>)svg", is_strong ? " slow" : "", d,
                    has_tip ? " marker-end=\"url(#tip)\"" : "");
  }

  void along(const DagLayout::Line& line) {
    Point last = start(line.from);
    std::string d = "M" + at(last);
    for (std::size_t i = 0; i < line.via.size(); ++i) {
      const Point next{left_of_column(graph_.boxes[line.from].column + 1 + i), line.via[i] + head + edge};
      d += curve(last, next) + fmt::format("H{:.1f}", next.x + box_width);
      last = {next.x + box_width, next.y};
    }
    draw(d + curve(last, end(line.to)), marked_.contains({line.from, line.to}), true);
  }

  /// If several boxes all wait for the same boxes, all lines run through one point.
  void knot(const std::vector<std::size_t>& from, const std::vector<std::size_t>& to) {
    double sum = 0;
    for (const std::size_t box : from) sum += start(box).y;
    for (const std::size_t box : to) sum += end(box).y;
    const Point middle{start(from.front()).x + column_gap / 2,
                       sum / static_cast<double>(from.size() + to.size())};
    std::set<std::size_t> strong;  // boxes at either end of a strong line
    for (const std::size_t one : from) {
      for (const std::size_t other : to) {
        if (marked_.contains({one, other})) strong.insert({one, other});
      }
    }
    for (const std::size_t one : from)
      draw("M" + at(start(one)) + curve(start(one), middle), strong.contains(one), false);
    for (const std::size_t other : to)
      draw("M" + at(middle) + curve(middle, end(other)), strong.contains(other), true);
  }

  const Graph& graph_;
  const DagLayout& layout_;
  const std::set<Edge>& marked_;
  std::string out_;
  std::string strong_;
};

/// "after a and b"; empty if it waits for none.
std::string after_words(const Page& page, std::size_t service) {
  const auto names = names_of(page.plan(), page.plan().services[service].waits_for, page.style);
  return names.empty() ? std::string() : "after " + html::text(join_and(names, 5), 500);
}

/// The state of several services drawn as one: the worst counts.
std::string many_words(const Page& page, const Box& box, Colour& colour) {
  std::map<std::string_view, std::size_t> counts;
  for (const std::size_t service : box.services) ++counts[page.state_word(service)];
  const bool good = counts.size() == 1 && counts.count("live") == 1;
  colour = counts.count("failed") == 1 ? Colour::bad : good ? Colour::good : Colour::quiet;
  std::vector<std::string> parts;
  for (const auto& [word, count] : counts) parts.push_back(fmt::format("{} {}", count, word));
  return join(parts, ", ");
}

std::string box_of_one(const Page& page, std::size_t service, double x, double y) {
  const ServiceLabel state = page.state(service);
  const std::string after = after_words(page, service);
  const std::string words = page.state_words(service);
  std::string label = page.name(service) + ": " + html::text(words);
  if (!after.empty()) label += ", " + after;
  return fmt::format(
      R"(<a class="node {}" href="#s{}" data-s="{}" aria-label="{}"><title>{}</title>)"
      R"(<svg x="{:.1f}" y="{:.1f}" width="{}" height="46"><rect x="1" y="1" width="{}" height="44" rx="8"/>)"
      R"(<svg x="12" y="11">{}</svg><text x="32" y="20">{}</text><text class="more" x="32" y="36">{}</text></svg></a>)",
      html::class_of(state.colour), service, service, label, label, x, y, box_width, box_width - 2,
      html::icon(state.mark, state.colour),
      html::text(cut_inside(safe(page.plan().services[service].name, page.style), name_columns, page.style)),
      html::text(cut(words, name_columns + 4, page.style)));
}

std::string box_of_many(const Page& page, const Box& box, double x, double y) {
  Colour colour = Colour::plain;
  const std::string words = many_words(page, box, colour);
  return fmt::format(
      R"(<g class="node many {}"><title>{}</title><svg x="{:.1f}" y="{:.1f}" width="{}" height="46">)"
      R"(<rect x="1" y="1" width="{}" height="44" rx="8"/><text x="14" y="20">{} services</text>)"
      R"(<text class="more" x="14" y="36">{}</text></svg></g>)",
      html::class_of(colour), html::text(words), x, y, box_width, box_width - 2, box.services.size(),
      html::text(cut(words, name_columns + 6, page.style)));
}

std::string column_name(const Page& page, const Graph& graph, std::size_t column) {
  const std::size_t first = column * graph.waves_a_column;
  const std::size_t last = std::min(page.plan().waves.size(), first + graph.waves_a_column);
  return last == first + 1 ? fmt::format("Wave {}", last) : fmt::format("Waves {} to {}", first + 1, last);
}

/// The same for narrow screens.
std::string as_list(const Page& page) {
  if (page.board.concerned().size() > most_services_in_full) return {};
  std::string out = "<ol class=\"order\">";
  for (std::size_t wave = 0; wave < page.plan().waves.size(); ++wave) {
    out += fmt::format("<li><h3>Wave {}</h3><ul>", wave + 1);
    for (const std::size_t service : page.plan().waves[wave]) {
      const ServiceLabel state = page.state(service);
      const std::string after = after_words(page, service);
      out += fmt::format("<li>{}<a href=\"#s{}\">{}</a>", html::icon(state.mark, state.colour), service,
                         page.name(service));
      out += (after.empty() ? after : " " + html::soft(after)) + "</li>";
    }
    out += "</ul></li>";
  }
  return out + "</ol>";
}

}  // namespace

std::string graph(const Page& page) {
  if (page.plan().waves.empty()) return {};
  std::vector<std::size_t> box_of(page.plan().services.size(), nowhere);
  Graph graph = boxes_of(page, box_of);
  add_edges(page, box_of, graph);
  const DagLayout layout = lay_out(graph.columns, graph.edges);
  std::set<Edge> slow;
  for (std::size_t i = 1; i < page.timeline.slowest.size(); ++i)
    slow.emplace(box_of[page.timeline.slowest[i - 1]], box_of[page.timeline.slowest[i]]);
  const double width = left_of_column(graph.columns.size()) - column_gap + edge;
  const double height = layout.height + head + 2 * edge;
  std::string out = fmt::format(
      R"(<div class="card wide" tabindex="0" role="region" aria-labelledby="h-order">{}<svg class="graph" viewBox="0 0 {:.0f} {:.0f}" width="{:.0f}" height="{:.0f}" role="group" aria-label="The services in their waves">)"
      R"(<defs><marker id="tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0 6 3 0 6Z"/></marker></defs>)",
      as_list(page), width, height, width, height);
  for (std::size_t c = 0; c < graph.columns.size(); ++c) {
    std::size_t services = 0;
    for (const std::size_t box : graph.columns[c]) services += graph.boxes[box].services.size();
    out +=
        fmt::format(R"(<text class="head" x="{:.1f}" y="18">{}<tspan class="count" dx="8">{}</tspan></text>)",
                    left_of_column(c) + 2, column_name(page, graph, c), count_of(services, "service"));
  }
  out += EdgePainter(graph, layout, slow).text();
  for (std::size_t i = 0; i < graph.boxes.size(); ++i) {
    const double x = left_of_column(graph.boxes[i].column);
    const double y = layout.middle[i] - 23 + head + edge;
    out += graph.boxes[i].services.size() == 1 ? box_of_one(page, graph.boxes[i].services.front(), x, y)
                                               : box_of_many(page, graph.boxes[i], x, y);
  }
  out +=
      "</svg></div><p class=\"note\">A service starts once everything that points to it is live. "
      "Lines implied by others are left out.";
  if (!page.timeline.slowest.empty()) out += " The strong line is the critical path.";
  if (graph.lines_left_out) out += " Lines that skip a wave are left out: there are too many.";
  return html::section("order", "Order", out + "</p>");
}

}  // namespace envlink::view::page

#include "yaml/events.h"

#include <libfyaml.h>

#include <new>

#include "base/text.h"

namespace envlink::yaml {
namespace {

void swallow(fy_diag* /*diag*/, void* /*user*/, const char* /*text*/, std::size_t /*length*/) {}

std::string text_of(fy_token* token) {
  if (token == nullptr) return {};
  std::size_t length = 0;
  const char* text = fy_token_get_text(token, &length);
  return text == nullptr ? std::string{} : std::string(text, length);
}

Event::Type type_of(const fy_event& event) {
  switch (event.type) {
    case FYET_DOCUMENT_START:
      return Event::Type::document_start;
    case FYET_SCALAR:
      return Event::Type::scalar;
    case FYET_ALIAS:
      return Event::Type::alias;
    case FYET_SEQUENCE_START:
      return Event::Type::sequence_start;
    case FYET_SEQUENCE_END:
      return Event::Type::sequence_end;
    case FYET_MAPPING_START:
      return Event::Type::mapping_start;
    case FYET_MAPPING_END:
      return Event::Type::mapping_end;
    default:
      return Event::Type::other;
  }
}

bool is_quoted(fy_scalar_style style) {
  return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

Event translate(fy_event* raw) {
  Event event;
  event.type = type_of(*raw);
  const fy_mark* start = fy_event_start_mark(raw);
  const fy_mark* end = fy_event_end_mark(raw);
  if (start != nullptr && end != nullptr) {
    event.placed = true;
    event.start = start->input_pos;
    event.end = end->input_pos;
  }
  switch (event.type) {
    case Event::Type::scalar: {
      const fy_scalar_style style = fy_token_scalar_style(raw->scalar.value);
      event.text = text_of(raw->scalar.value);
      event.plain = style == FYSS_PLAIN || style == FYSS_ANY;
      event.anchor = text_of(raw->scalar.anchor);
      event.tag = text_of(raw->scalar.tag);
      if (is_quoted(style) && event.placed && event.start > 0) {
        --event.start;  // libfyaml's marks exclude the quotes
        ++event.end;
      }
      // Nothing has no place. libfyaml 0.8 gives it that of the colon before it.
      if (event.plain && event.text.empty()) event.placed = false;
      break;
    }
    case Event::Type::alias:
      event.text = text_of(raw->alias.anchor);
      if (event.placed && event.start > 0) --event.start;  // and the asterisk
      break;
    case Event::Type::sequence_start:
      event.anchor = text_of(raw->sequence_start.anchor);
      event.tag = text_of(raw->sequence_start.tag);
      break;
    case Event::Type::mapping_start:
      event.anchor = text_of(raw->mapping_start.anchor);
      event.tag = text_of(raw->mapping_start.tag);
      break;
    default:
      break;
  }
  return event;
}

}  // namespace

struct Events::Parser {
  struct DropDiag {
    void operator()(fy_diag* dropped) const { fy_diag_unref(dropped); }
  };
  struct DropParser {
    void operator()(fy_parser* dropped) const { fy_parser_destroy(dropped); }
  };
  std::unique_ptr<fy_diag, DropDiag> diag;
  std::unique_ptr<fy_parser, DropParser> parser;
};

Events::Events(std::string_view text) : parser_(std::make_unique<Parser>()) {
  fy_diag_cfg diag{};
  fy_diag_cfg_default(&diag);
  diag.fp = nullptr;
  diag.output_fn = swallow;
  diag.colorize = false;
  parser_->diag.reset(fy_diag_create(&diag));
  if (!parser_->diag) throw std::bad_alloc();
  fy_diag_set_collect_errors(parser_->diag.get(), true);
  fy_parse_cfg config{};
  config.search_path = "";
  config.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DISABLE_MMAP_OPT);
  config.diag = parser_->diag.get();
  parser_->parser.reset(fy_parser_create(&config));
  const char* bytes = text.empty() ? "" : text.data();
  if (!parser_->parser || fy_parser_set_string(parser_->parser.get(), bytes, text.size()) != 0) {
    throw std::bad_alloc();
  }
}

Events::~Events() {
  fy_diag_reset_error(parser_->diag.get());  // libfyaml 0.7.12 leaks collected errors otherwise
}

std::optional<Event> Events::next() {
  fy_event* raw = fy_parser_parse(parser_->parser.get());
  if (raw == nullptr) return std::nullopt;
  const auto release = [this](fy_event* event) { fy_parser_event_free(parser_->parser.get(), event); };
  const std::unique_ptr<fy_event, decltype(release)> owner(raw, release);
  return translate(raw);
}

std::vector<Problem> Events::problems() const {
  std::vector<Problem> problems;
  void* at = nullptr;
  while (const fy_diag_error* error = fy_diag_errors_iterate(parser_->diag.get(), &at)) {
    if (error->type != FYET_ERROR) continue;
    problems.push_back({{error->line, error->column}, "YAML syntax: " + clean(error->msg), {}, 1});
  }
  if (problems.empty() && fy_parser_get_stream_error(parser_->parser.get())) {
    problems.push_back({{1, 1}, "the file is not valid YAML", {}, 1});
  }
  return problems;
}

}  // namespace envlink::yaml

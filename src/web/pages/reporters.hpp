#pragma once

#include <string>

#include "web/parts/page.hpp"

namespace tamga::web {

/// A series' title, "Trade of A with B (Customs of A)", in its parts. Without brackets at its end, of either
/// width, `reporter` is empty.
struct SeriesTitle {
    std::string subject, reporter;
};
SeriesTitle split_title(const std::string& title);

/// Who reports a series: {"text","tag","fallback"}. As its title has it in brackets at its end, if that
/// speaks of the reporter, for there it is told in each language, and told apart from another person of the
/// same office; else as the party and the source's words; else the centre whose figure it is.
Json reporter_of(Page& page, const query::Snapshot& series);

/// What a series measures, whoever reports it: its title without the reporter; {"text","tag","fallback"}.
Json subject_of(Page& page, const query::Snapshot& series);

/// Who reports a series, as a link to it: {"text","tag","fallback","href"}.
Json reporter_link(Page& page, const query::Snapshot& series);

}  // namespace tamga::web

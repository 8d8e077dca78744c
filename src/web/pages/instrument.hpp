#pragma once

#include "query/register.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `treaty` template, as collections of treaties show an instrument: its participants with
/// what each did, as at a day; how it enters into force; which of its articles the register holds.
/// Instruments that nobody is known to have ratified or joined have the acts of signature and adoption alone:
/// a communiqué is not waiting for ratification.
Json instrument_context(Page& page, const query::Snapshot& instrument);

/// Which of the articles 1 to `count` are held, by their numbers in any order: "1, 3–5", and which are not.
/// Exposed for tests.
struct ArticleSpans {
    std::string held, missing;
};
ArticleSpans article_spans(std::vector<int> held, int count);

}  // namespace tamga::web

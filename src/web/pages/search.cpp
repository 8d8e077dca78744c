#include "web/pages/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8.hpp"
#include "web/pages/answers.hpp"

namespace tamga::web {

using i18n::Place;
using i18n::Sought;
using query::FoundOfKind;
using query::SearchRequest;
using query::Snapshot;
using query::SnapshotPtr;

namespace {

constexpr std::size_t kOfEachKind = 5, kOfOneKind = 20;
/// How wide an excerpt is, in letters; a Chinese character has the width of two.
constexpr std::size_t kExcerptWidth = 240, kBeforeFirst = 60;

std::size_t width_of(std::string_view character) {
    return character.size() > 2 ? 2 : 1;
}

std::size_t start_of_character(std::string_view text, std::size_t at) {
    while (at > 0 && utf8::continues(text[at])) --at;
    return at;
}

/// From where to where an excerpt goes that shows the place.
Place around(std::string_view text, const Place& place) {
    Place shown{place.begin, place.begin};
    for (std::size_t width = 0; shown.begin > 0 && width < kBeforeFirst;) {
        const std::size_t before = start_of_character(text, shown.begin - 1);
        width += width_of(text.substr(before, shown.begin - before));
        shown.begin = before;
    }
    if (shown.begin > 0)
        if (const std::size_t space = text.find(' ', shown.begin); space < place.begin)
            shown.begin = space + 1;
    shown.end = shown.begin;
    for (std::size_t width = 0;
         shown.end < text.size() && (width < kExcerptWidth || shown.end < place.end);) {
        const std::size_t bytes = std::max<std::size_t>(1, utf8::length(text.substr(shown.end)));
        width += width_of(text.substr(shown.end, bytes));
        shown.end += bytes;
    }
    if (shown.end < text.size())
        if (const std::size_t space = text.rfind(' ', shown.end);
            space != std::string_view::npos && space > place.end)
            shown.end = space;
    return shown;
}

struct Piece {
    std::string text;
    bool is_marked;
};

/// A part of a text, cut where what was sought begins and ends.
std::vector<Piece> pieces_of(std::string_view text, const Place& shown, const std::vector<Place>& places) {
    std::vector<Piece> pieces;
    const auto add = [&](std::size_t begin, std::size_t end, bool is_marked) {
        if (begin < end) pieces.push_back({std::string(text.substr(begin, end - begin)), is_marked});
    };
    if (shown.begin > 0) pieces.push_back({"…", false});
    std::size_t done = shown.begin;
    for (const Place& place : places) {
        if (place.begin < done || place.end > shown.end) continue;
        add(done, place.begin, false);
        add(place.begin, place.end, true);
        done = place.end;
    }
    add(done, shown.end, false);
    if (shown.end < text.size()) pieces.push_back({"…", false});
    return pieces;
}

/// What a record shows of what was sought: its title, and the text that tells most of it.
struct Shown {
    Json title;  ///< As of Page::title().
    std::vector<Piece> title_pieces;
    const Field* field = nullptr;  ///< Of the excerpt; null if the title says all, or nothing does.
    std::string tag;               ///< Of its language; empty if it has none.
    std::vector<Piece> excerpt;
};

Shown shown_of(Page& page, const Snapshot& record, const Sought& sought) {
    Shown shown;
    shown.title = page.title(record);
    const std::string title = shown.title["text"].get<std::string>();
    shown.title_pieces = pieces_of(title, {0, title.size()}, i18n::places_of(sought, title).places);
    const std::string title_tag = shown.title["tag"].get<std::string>();
    std::size_t best = 0;
    each_text(record.name.kind, record.body,
              [&](const Field& field, std::string_view tag, const std::string& text) {
                  if (field.name == "title" && tag == title_tag) return;
                  const i18n::Places found = i18n::places_of(sought, text);
                  // Of those that tell as much the first, but one that the reader reads before one in another
                  // language.
                  const bool is_read = tag.empty() || tag == page.language().tag();
                  const std::size_t rank = found.terms * 2 + (is_read ? 1 : 0);
                  if (found.terms == 0 || rank <= best) return;
                  best = rank;
                  shown.field = &field;
                  shown.tag = tag;
                  shown.excerpt = pieces_of(text, around(text, found.places.front()), found.places);
              });
    return shown;
}

Json pieces_context(const std::vector<Piece>& pieces) {
    Json out = Json::array();
    for (const Piece& piece : pieces)
        out.push_back({{"piece", piece.is_marked ? Json(nullptr) : Json(piece.text)},
                       {"marked_piece", piece.is_marked ? Json(piece.text) : Json(nullptr)}});
    return out;
}

std::string kind_path(std::string_view words, Kind kind) {
    return fmt::format("/search?q={}&kind={}", percent_encode(words), info(kind).name);
}

Json record_context(Page& page, const Snapshot& record, const Sought& sought) {
    Shown shown = shown_of(page, record, sought);
    Json excerpt = nullptr;
    if (shown.field)
        excerpt = {{"excerpt_field", shown.field->name == "title" ? "" : page.field_label(shown.field->name)},
                   {"excerpt_tag", shown.tag == page.language().tag() ? "" : shown.tag},
                   {"pieces", pieces_context(shown.excerpt)}};
    return {{"href", page.href(page.record_path(record.name))},
            {"tag", shown.title["tag"]},
            {"fallback", shown.title["fallback"]},
            {"pieces", pieces_context(shown.title_pieces)},
            {"excerpt", std::move(excerpt)}};
}

/// How to search, with examples in the reader's language.
Json examples(const Page& page) {
    Json out = Json::array();
    const auto add = [&](std::string example, std::string text) {
        std::string href = page.href("/search?q=" + percent_encode(example));
        out.push_back({{"example", std::move(example)},
                       {"example_href", std::move(href)},
                       {"example_text", std::move(text)}});
    };
    add(page.say("search", "trade energy"),
        page.say("Records that contain every word, in any order, in any of their texts and languages."));
    add(page.say("search", "\"silk road\""), page.say("Words in exactly this order."));
    add(page.say("search", "invest*"), page.say("Words that begin like this."));
    return out;
}

/// The same words, each as the beginning of one; empty if that would ask for the same.
std::string with_stars(const Sought& sought) {
    std::string words;
    bool differs = false;
    for (const Sought::Term& term : sought.terms) {
        std::string written;
        for (const std::string& word : term.words) written += (written.empty() ? "" : " ") + word;
        if (term.words.size() > 1) written = "\"" + written + "\"";
        words += (words.empty() ? "" : " ") + written + "*";
        differs = differs || !term.is_prefix;
    }
    const Sought wider = i18n::parse_sought(words);
    return differs && wider.terms != sought.terms ? words : "";
}

Json marked_words(const Shown& shown) {
    Json words = Json::array();
    for (const auto* pieces : {&shown.title_pieces, &shown.excerpt})
        for (const Piece& piece : *pieces)
            if (piece.is_marked && std::find(words.begin(), words.end(), Json(piece.text)) == words.end())
                words.push_back(piece.text);
    return words;
}

Json record_data(Page& page, const Snapshot& record, const Sought& sought) {
    const Shown shown = shown_of(page, record, sought);
    Json out{{"id", record.name.id},
             {"url", record_url(page, record)},
             {"title", shown.title["text"]},
             {"words", marked_words(shown)}};
    if (shown.title["fallback"].get<bool>()) out["language"] = shown.title["tag"];
    if (shown.field) {
        std::string text;
        for (const Piece& piece : shown.excerpt) text += piece.text;
        out["excerpt"] = {{"field", shown.field->name}, {"text", std::move(text)}};
        if (!shown.tag.empty()) out["excerpt"]["language"] = shown.tag;
    }
    return out;
}

std::size_t total_of(const std::vector<FoundOfKind>& found) {
    std::size_t total = 0;
    for (const FoundOfKind& one : found) total += one.total;
    return total;
}

}  // namespace

std::string search_words(const Page& page) {
    std::string words;
    for (const auto& [name, value] : page.address().query)
        if (name == "q" && !value.empty()) words += (words.empty() ? "" : " ") + value;
    return words;
}

std::expected<SearchRequest, Refusal> search_request(const Page& page) {
    SearchRequest request{.sought = i18n::parse_sought(search_words(page)), .count = kOfEachKind};
    if (request.sought.too_long)
        return std::unexpected(
            Refusal{.code = ErrorCode::invalid_usage,
                    .text = page.language().plural("A search may contain at most {1} word.",
                                                   "A search may contain at most {1} words.",
                                                   static_cast<long>(i18n::kMostSought)),
                    .more = {{"parameter", "q"}}});
    if (const std::string_view name = page.address().value("kind"); !name.empty()) {
        request.kind = kind_named(name);
        if (!request.kind) {
            std::vector<std::string_view> names;
            for (const KindInfo& kind : kinds()) names.push_back(kind.name);
            return std::unexpected(unfit_value(page, "kind", name, names));
        }
        request.count = kOfOneKind;
    }
    if (const std::string_view after = page.address().value("after"); !after.empty()) {
        const auto place = query::SearchPlace::parse(after);
        if (!place || !request.kind) {
            Refusal refusal = unfit_value(page, "after", after);
            refusal.hint = page.say("To continue a search, follow the links on its pages.");
            return std::unexpected(std::move(refusal));
        }
        request.after = *place;
    }
    return request;
}

Json search_context(Page& page, const SearchRequest& request, const std::vector<FoundOfKind>& found) {
    const std::string words = search_words(page);
    const auto number = [&](std::size_t value) { return page.language().number(std::to_string(value)); };
    Json choices = Json::array(), groups = Json::array();
    for (const FoundOfKind& one : found) {
        const std::string href = page.href(kind_path(words, one.kind));
        const bool chosen = request.kind == one.kind;
        choices.push_back({{"choice_href", href},
                           {"choice", page.kinds_label(one.kind)},
                           {"choice_count", number(one.total)},
                           {"current", chosen}});
        if (request.kind && !chosen) continue;
        Json records = Json::array();
        for (const SnapshotPtr& record : one.records)
            records.push_back(record_context(page, *record, request.sought));
        std::string more, more_text;
        if (one.more && !request.kind) {
            more = href;
            more_text =
                page.language().format("All {1}: {2}", {number(one.total), page.kinds_label(one.kind)});
        }
        groups.push_back(
            {{"group", page.kinds_label(one.kind)},
             {"group_id", info(one.kind).plural},
             {"group_count", number(one.total)},
             {"records", std::move(records)},
             {"more_href", more},
             {"more_text", more_text},
             {"next_href", request.kind && one.more ? page.here({{"after", one.last.text()}}) : ""},
             {"first_href", page.address().value("after").empty() ? "" : href}});
    }
    const std::size_t total = total_of(found);
    const bool asked = !request.sought.terms.empty();
    const std::string wider = asked && total == 0 ? with_stars(request.sought) : std::string();
    return {
        {"heading", words.empty() ? page.say("Search") : page.language().format("Search: {1}", {words})},
        {"asked", asked},
        {"no_words", !asked && !words.empty()},
        {"nothing", asked && total == 0},
        {"count_text",
         page.language().plural("{1} record found", "{1} records found", static_cast<long>(total))},
        {"has_choices", found.size() > 1 || request.kind},
        {"all_href", page.href("/search?q=" + percent_encode(words))},
        {"all_count", number(total)},
        {"all_current", !request.kind},
        {"choices", std::move(choices)},
        {"groups", std::move(groups)},
        {"wider", wider},
        {"wider_href", page.href("/search?q=" + percent_encode(wider))},
        {"explains", !asked || total == 0},
        {"examples", examples(page)},
    };
}

Json search_data(Page& page, const SearchRequest& request, const std::vector<FoundOfKind>& found) {
    Json kinds_found = Json::array();
    for (const FoundOfKind& one : found) {
        Json records = Json::array();
        for (const SnapshotPtr& record : one.records)
            records.push_back(record_data(page, *record, request.sought));
        Json kind{{"kind", info(one.kind).name}, {"count", one.total}, {"records", std::move(records)}};
        if (one.more)
            kind["next"] = page.here_as(
                "json", {{"kind", std::string(info(one.kind).name)}, {"after", one.last.text()}});
        kinds_found.push_back(std::move(kind));
    }
    return {{"as_of", as_of_data(page)},
            {"q", search_words(page)},
            {"count", total_of(found)},
            {"kinds", std::move(kinds_found)}};
}

}  // namespace tamga::web

#include "web/pages/reporters.hpp"

#include <algorithm>
#include <span>

#include "i18n/fold.hpp"
#include "i18n/language.hpp"
#include "i18n/words.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

constexpr std::string_view kOpen[] = {"(", "（"}, kClose[] = {")", "）"};

/// How long a bracket is that ends there; 0 if there is none.
std::size_t bracket(std::string_view text, std::span<const std::string_view> brackets) {
    for (const std::string_view one : brackets)
        if (text.ends_with(one)) return one.size();
    return 0;
}

/// Whether two texts have a word in common that is long enough to mean something.
bool share_a_word(std::string_view one, std::string_view other) {
    constexpr std::size_t kLeast = 4;
    std::vector<std::string> words;
    i18n::each_word(one, [&](const i18n::Word& word) {
        if (word.text.size() >= kLeast) words.emplace_back(word.text);
    });
    bool found = false;
    i18n::each_word(other, [&](const i18n::Word& word) {
        found = found || std::ranges::find(words, word.text) != words.end();
    });
    return found;
}

/// The title in a language; empty if it has none.
std::string title_in(const Snapshot& record, std::string_view language) {
    const auto titles = record.body.find("title");
    return titles == record.body.end() ? std::string() : i18n::pick(*titles, language).text;
}

std::string party_of(Page& page, const Snapshot& series, std::string_view language) {
    const std::string id = text_of(series.body, "reporter");
    const SnapshotPtr party = id.empty() ? nullptr : page.find({Kind::party, id});
    if (!party) return {};
    return language.empty() ? page.plain_title(*party) : title_in(*party, language);
}

/// The reporter in the source's words, which mostly are English.
std::string in_source(const Snapshot& series) {
    const auto name = series.body.find("reporter_name");
    if (name == series.body.end()) return {};
    return name->is_string() ? name->get<std::string>() : i18n::pick(*name, "en").text;
}

/// Whether what the title has in brackets is the reporter, and not some other remark: it is looked at in
/// English, in which the source's words mostly are.
bool names_reporter(Page& page, const Snapshot& series) {
    const std::string reporter = split_title(title_in(series, "en")).reporter, name = in_source(series),
                      party = party_of(page, series, "en");
    if (reporter.empty()) return false;
    // Of a party alone its offices could not be told apart.
    if (!name.empty() && i18n::fold(reporter) == i18n::fold(party)) return false;
    return share_a_word(reporter, name) || share_a_word(reporter, party);
}

}  // namespace

SeriesTitle split_title(const std::string& title) {
    if (!bracket(title, kClose)) return {title, {}};
    int depth = 0;
    for (std::size_t end = title.size(); end > 0; --end) {
        const std::string_view until = std::string_view(title).substr(0, end);
        if (bracket(until, kClose)) ++depth;
        const std::size_t open = bracket(until, kOpen);
        if (open == 0 || --depth > 0) continue;
        const std::size_t inner = title.size() - bracket(title, kClose) - end;
        std::string subject = title.substr(0, end - open);
        while (subject.ends_with(' ')) subject.pop_back();
        if (subject.empty()) break;
        return {std::move(subject), title.substr(end, inner)};
    }
    return {title, {}};
}

Json reporter_of(Page& page, const Snapshot& series) {
    Json out = page.title(series);
    if (names_reporter(page, series)) {
        SeriesTitle title = split_title(out["text"].get<std::string>());
        if (!title.reporter.empty()) {
            out["text"] = std::move(title.reporter);
            return out;
        }
    }
    const std::string name = page.name_in(series.body, "reporter_name"), party = party_of(page, series, {});
    if (party.empty() && name.empty()) {
        // What a centre says itself (access/policy).
        const SnapshotPtr centre = page.find({Kind::centre, text_of(series.body, "centre")});
        return centre ? page.title(*centre) : out;
    }
    if (party.empty()) {
        out = page.named(series.body["reporter_name"]);
        out["fallback"] = !out["tag"].get_ref<const std::string&>().empty();
        return out;
    }
    return {{"text", name.empty() ? party : page.labelled(party, name)},
            {"tag", page.language().tag()},
            {"fallback", false}};
}

Json subject_of(Page& page, const Snapshot& series) {
    Json out = page.title(series);
    if (names_reporter(page, series)) out["text"] = split_title(out["text"].get<std::string>()).subject;
    return out;
}

Json reporter_link(Page& page, const Snapshot& series) {
    Json out = reporter_of(page, series);
    out["href"] = page.href(page.record_path(series.name));
    return out;
}

}  // namespace tamga::web

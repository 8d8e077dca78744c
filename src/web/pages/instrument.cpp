#include "web/pages/instrument.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

using Types = std::vector<std::string_view>;

/// The columns of the table of participants, by the types of act that each shows.
const Types kSigned = {"signature", "definitive-signature", "adoption"};
const Types kBound = {"ratification",
                      "acceptance",
                      "approval",
                      "accession",
                      "succession",
                      "formal-confirmation",
                      "provisional-application",
                      "notification",
                      "denunciation",
                      "withdrawal"};
const Types kReserved = {"reservation", "declaration", "objection"};

bool is_of(const Snapshot& action, const Types& types) {
    return std::ranges::find(types, text_of(action.body, "type")) != types.end();
}

/// The number of "Article 12, point 2"; nothing if it has none.
std::optional<int> number_in(std::string_view text) {
    const std::size_t at = text.find_first_of("0123456789");
    if (at == std::string_view::npos) return std::nullopt;
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    return problem == std::errc() ? std::optional(number) : std::nullopt;
}

Json acts_of(Page& page, const std::vector<SnapshotPtr>& actions, const std::string& party,
             const Types& types) {
    Json acts = Json::array();
    for (const SnapshotPtr& action : actions)
        if (text_of(action->body, "party") == party && is_of(*action, types)) {
            const std::string when = page.date(action->body, "date");
            acts.push_back({{"href", page.href(page.record_path(action->name))},
                            {"act", page.code(text_of(action->body, "type"))},
                            {"when", when.empty() ? page.say("date not stated") : when},
                            {"act_note", action->body.contains("note") ? page.text(action->body["note"])
                                                                       : Json(nullptr)}});
        }
    return acts;
}

Json provisions_of(Page& page, const std::vector<SnapshotPtr>& provisions) {
    Json out = Json::array();
    for (const SnapshotPtr& provision : provisions) {
        Json entry = page.link(*provision);
        const auto text = [&](const char* field) {
            return provision->body.contains(field) ? page.text(provision->body[field]) : Json(nullptr);
        };
        entry["provision_text"] = text("text");
        entry["provision_note"] = text("note");
        entry["made"] = page.links(page.linking_to(provision->name, Kind::commitment, "provision"));
        entry["has_made"] = !entry["made"].empty();
        out.push_back(std::move(entry));
    }
    return out;
}

std::string held_text(const Page& page, const Snapshot& instrument,
                      const std::vector<SnapshotPtr>& provisions) {
    const int count = instrument.body.value("articles", 0);
    if (count <= 0) return {};
    std::vector<int> held;
    for (const SnapshotPtr& provision : provisions)
        if (const auto number = number_in(text_of(provision->body, "number"))) held.push_back(*number);
    const ArticleSpans spans = article_spans(std::move(held), count);
    const std::string number = page.language().number(std::to_string(count));
    if (spans.held.empty())
        return page.language().format("Of {1} articles the register holds none.", {number});
    if (spans.missing.empty())
        return page.language().format("The register holds all {1} articles.", {number});
    return page.language().format("Of {1} articles the register holds {2}; it does not hold {3}.",
                                  {number, spans.held, spans.missing});
}

}  // namespace

ArticleSpans article_spans(std::vector<int> held, int count) {
    const std::set<int> known(held.begin(), held.end());
    ArticleSpans out;
    for (int first = 1; first <= count;) {
        const bool is_held = known.contains(first);
        int last = first;
        while (last < count && known.contains(last + 1) == is_held) ++last;
        std::string& list = is_held ? out.held : out.missing;
        if (!list.empty()) list += ", ";
        list += last == first ? std::to_string(first) : fmt::format("{}–{}", first, last);
        first = last + 1;
    }
    return out;
}

Json instrument_context(Page& page, const Snapshot& instrument) {
    const std::vector<SnapshotPtr> actions = page.linking_to(instrument.name, Kind::action, "instrument");
    std::vector<std::string> parties = list_of(instrument.body, "parties");
    std::set<std::string> bound;
    bool reserved = false;
    for (const SnapshotPtr& action : actions) {
        const std::string party = text_of(action->body, "party");
        if (std::ranges::find(parties, party) == parties.end()) parties.push_back(party);
        if (is_of(*action, kBound)) bound.insert(party);
        reserved = reserved || is_of(*action, kReserved);
    }
    // A treaty waits for consent; of other instruments a column of it stands only where there is some.
    const std::string type = text_of(instrument.body, "type");
    const bool ratified = !bound.empty() || type == "treaty" || type == "convention";
    Json rows = Json::array();
    for (const std::string& party : parties) {
        Json row = page.link(RecordId{Kind::party, party});
        const auto put = [&](const char* acts, const char* has, const Types& types) {
            row[acts] = acts_of(page, actions, party, types);
            row[has] = !row[acts].empty();
        };
        put("signed_acts", "has_signed", kSigned);
        put("bound_acts", "has_bound", kBound);
        put("reserved_acts", "has_reserved", kReserved);
        rows.push_back(std::move(row));
    }
    page.sort_by_name(rows);

    std::vector<SnapshotPtr> provisions = page.linking_to(instrument.name, Kind::provision, "instrument");
    std::ranges::stable_sort(
        provisions, {}, [](const SnapshotPtr& provision) { return provision->body.value("position", 0); });
    const std::string depositary = text_of(instrument.body, "depositary");
    const auto number = [&](std::size_t count) { return page.language().number(std::to_string(count)); };
    const bool has_parties = !rows.empty();
    return {
        {"as_at", page.language().format("Status as at {1}", {page.language().date(page.view().day())})},
        {"has_parties", has_parties},
        {"treaty_parties", std::move(rows)},
        {"ratified", ratified},
        {"reserved", reserved},
        {"bound_text", ratified ? page.language().format(
                                      "{1} of {2} participants have consented to be bound, as the sources "
                                      "report.",
                                      {number(bound.size()), number(parties.size())})
                                : ""},
        {"in_force", page.date(instrument.body, "entry_into_force")},
        {"entry_rule",
         instrument.body.contains("entry_rule") ? page.text(instrument.body["entry_rule"]) : Json(nullptr)},
        {"depositary", depositary.empty() ? Json(nullptr) : page.link(RecordId{Kind::party, depositary})},
        {"held_text", held_text(page, instrument, provisions)},
        {"has_provisions", !provisions.empty()},
        {"provisions", provisions_of(page, provisions)}};
}

}  // namespace tamga::web

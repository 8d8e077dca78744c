#include "journal/fold.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "i18n/words.hpp"
#include "journal/evidence.hpp"
#include "status/figures.hpp"
#include "status/judged.hpp"

namespace tamga::journal {

/// Where a name leads at `as_of`, after every rename.
Result<RecordId> resolve(store::Store& store, RecordId name, JournalPos as_of) {
    for (int step = 0; step < kRedirectSteps; ++step) {
        TAMGA_ASSIGN(const auto version, store.version(name, as_of));
        if (version) return name;
        TAMGA_ASSIGN(const auto to, store.redirect(name, as_of));
        if (!to) return name;
        name.id = *to;
    }
    return name;
}

Result<bool> is_folded(store::Store& store) {
    TAMGA_ASSIGN(const bool folded, store.is_folded());
    TAMGA_ASSIGN(const std::string by, store.folded_by());
    return folded && by == list_rows_version();
}

store::Text words_of(Kind kind, const Json& body) {
    store::Text words;
    each_text(kind, body, [&](const Field& field, std::string_view, const std::string& text) {
        std::string& out = field.name == "title" ? words.title : words.words;
        bool parted = out.empty();
        i18n::each_word(text, [&](const i18n::Word& word) {
            if (!std::exchange(parted, true)) out.append(" ").append(store::kTextsPart);
            if (!out.empty()) out += ' ';
            out += word.text;
        });
    });
    return words;
}

Made made_of(const RecordId& name, const Json* body) {
    if (!body) return {{}, ListRow::pack(name, Json::object()), {}};
    return {links_of(name.kind, *body), ListRow::pack(name, *body), words_of(name.kind, *body)};
}

Fold Fold::of_all(store::Store& journal, store::Store& projections) {
    Fold fold(journal, projections);
    fold.met_.emplace();
    return fold;
}

Fold Fold::checking(store::Store& journal, store::Store& projections, store::Digests& digests,
                    std::set<RecordId> several) {
    Fold fold(journal, projections);
    fold.met_.emplace();
    fold.digests_ = &digests;
    fold.several_ = std::move(several);
    return fold;
}

Result<void> Fold::add(JournalPos pos, const Header& header, const Json* body) {
    return add(pos, header, header.verb == Verb::put ? made_of(header.name, body) : Made());
}

Result<void> Fold::add(JournalPos pos, const Header& header, Made made) {
    if (digests_ && header.verb == Verb::put && !several_.contains(header.name))
        return add(pos, header, std::move(made), true);
    const bool met = !met_ || met_->meet(header.name);
    if (met_ && header.verb == Verb::rename) met_->meet({header.name.kind, header.to});
    if (header.verb != Verb::put) return add(pos, header, Made(), false);
    if (!met) return add(pos, header, std::move(made), true);
    TAMGA_ASSIGN(const auto version, projections_.version(header.name, pos));
    return add(pos, header, std::move(made), !version);
}

Result<void> Fold::add(JournalPos pos, const Header& header, const Json* body, bool is_first) {
    return add(pos, header, header.verb == Verb::put ? made_of(header.name, body) : Made(), is_first);
}

Result<void> Fold::add(JournalPos pos, const Header& header, Made made, bool is_first) {
    TAMGA_TRY(turn_to(pos, header.time));
    switch (header.verb) {
        case Verb::put:
            return put(pos, header, std::move(made), is_first);
        case Verb::withdraw: {
            TAMGA_ASSIGN(const auto links, links_at(journal_, known(), header.name, before(pos)));
            TAMGA_TRY(note(header.name, pos, links));
            TAMGA_TRY(projections_.put_version({header.name, pos, std::nullopt, true, pos}, false));
            TAMGA_TRY(untally(header.name, pos));
            TAMGA_TRY(projections_.end_list_row(header.name, pos));
            TAMGA_TRY(projections_.put_text(header.name, pos, {}, false));
            return projections_.put_links(header.name, pos, {}, links);
        }
        case Verb::rename:
            renames_ = true;
            return rename(pos, header);
        case Verb::redact:
            // The payload is gone from the journal; what followed from it is not folded again.
            return projections_.put_redaction(header.redacts, pos);
        case Verb::assent:
            return assent(pos, header);
        case Verb::key:
            return projections_.put_key({header.key, header.author.party(), pos, std::nullopt});
        case Verb::revoke:
            return projections_.end_key(header.key, pos);
        case Verb::sign:
            return projections_.put_seal({header.of, pos, header.key});
    }
    std::unreachable();
}

Result<void> Fold::put(JournalPos pos, const Header& header, Made made, bool is_first) {
    auto& [links, row, words] = made;
    if (renames_)
        for (Link& link : links) {
            TAMGA_ASSIGN(link.to, resolve(projections_, link.to, pos));
        }
    // No link leads to a record that was never there: its first version bears on nothing by links to it.
    std::vector<Link> links_before;
    if (!is_first) {
        TAMGA_ASSIGN(links_before, links_at(journal_, known(), header.name, before(pos)));
        TAMGA_TRY(note(header.name, pos, links_before));
    }
    note_links(header.name, links);
    if (!is_first) TAMGA_TRY(untally(header.name, pos));
    tally(header.name.kind, row, 1);
    TAMGA_TRY(projections_.put_text(header.name, pos, words, is_first));
    if (digests_ && !several_.contains(header.name)) {
        digests_->put_only(header.name, pos, links, row);
        return {};
    }
    TAMGA_TRY(projections_.put_version({header.name, pos, std::nullopt, false, pos}, is_first));
    TAMGA_TRY(projections_.put_list_row(header.name, pos, row, is_first));
    return projections_.put_links(header.name, pos, links, links_before);
}

Result<void> Fold::rename(JournalPos pos, const Header& header) {
    const RecordId renamed{header.name.kind, header.to};
    TAMGA_ASSIGN(const auto version, projections_.version(header.name, pos));
    // An id that the register never held, told only so that it leads to its record.
    if (!version) return projections_.put_redirect(header.name, header.to, pos);
    // Its own links first: they are told from its name.
    TAMGA_ASSIGN(std::vector<Link> links, links_at(journal_, projections_, header.name, pos));
    TAMGA_ASSIGN(const Json current, body_of(*version));
    TAMGA_TRY(note(header.name, pos, links));
    TAMGA_TRY(projections_.put_links(header.name, pos, {}, links));
    TAMGA_TRY(projections_.end_version(header.name, pos));
    TAMGA_TRY(projections_.put_version({renamed, pos, std::nullopt, false, version->payload}, true));
    TAMGA_TRY(untally(header.name, pos));
    TAMGA_TRY(projections_.end_list_row(header.name, pos));
    const std::string row = ListRow::pack(renamed, current);
    tally(renamed.kind, row, 1);
    TAMGA_TRY(projections_.put_list_row(renamed, pos, row, true));
    TAMGA_TRY(projections_.put_text(header.name, pos, {}, false));
    TAMGA_TRY(projections_.put_text(renamed, pos, words_of(renamed.kind, current), true));
    TAMGA_TRY(projections_.put_redirect(header.name, header.to, pos));
    TAMGA_TRY(projections_.move_links(header.name, renamed, pos));
    for (Link& link : links)
        if (link.to == header.name) link.to = renamed;
    TAMGA_TRY(projections_.put_links(renamed, pos, links, {}));
    return note(renamed, pos, links);
}

/// A party's word about a version holds until its next one about the same, under whatever id it says that.
Result<void> Fold::assent(JournalPos pos, const Header& header) {
    const RecordId party{Kind::party, header.author.party()};
    TAMGA_ASSIGN(const auto given, projections_.assents(header.of, pos));
    for (const store::Assent& one : given) {
        if (one.until) continue;
        TAMGA_ASSIGN(const RecordId said_by, resolve(projections_, {Kind::party, one.party}, pos));
        if (said_by == party) TAMGA_TRY(projections_.end_assent(header.of, one.party, pos));
    }
    return projections_.put_assent(
        {header.of, party.id, std::string(name(header.answer)), pos, std::nullopt});
}

Result<void> Fold::turn_to(JournalPos pos, std::int64_t time) {
    if (last_.value > 0 && time == time_) {
        last_ = pos;
        return {};
    }
    TAMGA_TRY(finish());
    first_ = pos;
    if (last_.value == 0) {
        TAMGA_ASSIGN(const JournalPos before, journal_.position_at(time - 1));
        first_ = {before.value + 1};
    }
    joins_ = first_ != pos;
    last_ = pos;
    time_ = time;
    return {};
}

Result<void> Fold::note(const RecordId& record, JournalPos pos, const std::vector<Link>& links) {
    if (record.kind != Kind::commitment && !may_bear(record.kind)) return {};
    note_links(record, links);
    return note_results(record, before(pos));
}

void Fold::note_links(const RecordId& record, const std::vector<Link>& links) {
    if (record.kind == Kind::commitment) to_judge_.insert(record.id);
    for (const RecordId& commitment : borne_by_links(record, links)) to_judge_.insert(commitment.id);
    for (RecordId& series : series_of(record, links)) series_.insert(std::move(series));
}

Result<void> Fold::note_results(const RecordId& record, JournalPos pos) {
    TAMGA_ASSIGN(const auto commitments, having_as_result(known(), record, pos));
    for (const RecordId& commitment : commitments) to_judge_.insert(commitment.id);
    return {};
}

Fold::Counts::Counts(Kind kind) : row(kind), stated(info(kind).fields.size()) {
    const KindInfo& kind_info = info(kind);
    for (const std::string_view name : tallied_fields(kind)) {
        const std::size_t at = kind_info.place(name);
        fields.push_back({name, at, ListRow::holds(kind_info.fields[at])});
    }
}

void Fold::tally(Kind kind, std::string_view row, std::int64_t more) {
    Counts& counts = more_.try_emplace(kind, kind).first->second;
    counts.records += more;
    if (!counts.row.read(row)) return;
    const auto add_to = [more](auto& by_value, std::string_view value) {
        auto known = by_value.find(value);
        if (known == by_value.end()) known = by_value.emplace(value, 0).first;
        known->second += more;
    };
    for (Counts::Field& field : counts.fields) {
        if (!counts.row.has(field.at))
            field.without += more;
        else if (field.held)
            counts.row.each_value(field.at, [&](std::string_view value) { add_to(field.by_value, value); });
        else
            add_to(field.by_value, kStated);
    }
    counts.row.each_column([&](std::size_t at, std::string_view tag) {
        if (tag.empty())
            counts.stated[at] += more;
        else
            add_to(counts.in_languages, column_of(info(kind).fields[at], tag));
    });
}

Result<void> Fold::untally(const RecordId& record, JournalPos pos) {
    TAMGA_ASSIGN(const auto row, projections_.list_row(record, pos));
    if (row) tally(record.kind, *row, -1);
    return {};
}

Result<void> Fold::write_tallies() {
    for (const auto& [kind, counts] : std::exchange(more_, {})) {
        std::vector<store::TallyChange> changes;
        const auto add = [&](std::string_view field, std::string_view value, std::int64_t more) {
            if (more != 0) changes.push_back({field, value, more});
        };
        add({}, {}, counts.records);
        for (const Counts::Field& field : counts.fields) {
            add(field.name, kNotStated, field.without);
            for (const auto& [value, more] : field.by_value) add(field.name, value, more);
        }
        for (std::size_t at = 0; at < counts.stated.size(); ++at)
            add(kColumns, info(kind).fields[at].name, counts.stated[at]);
        for (const auto& [column, more] : counts.in_languages) add(kColumns, column, more);
        TAMGA_TRY(projections_.add_to_tallies(kind, changes, first_));
    }
    return {};
}

Result<void> Fold::finish() {
    TAMGA_TRY(write_tallies());
    // What had a series as its result before, and has not now, was put or renamed itself: it is noted.
    for (const RecordId& series : std::exchange(series_, {})) TAMGA_TRY(note_results(series, last_));
    return judge_noted();
}

/// Many at once: a store that writes behind the caller's back must be waited for before it is read.
Result<void> Fold::judge_noted() {
    constexpr std::size_t kAtOnce = 1000;
    const Date day = Date::of_unix_time(time_);
    for (auto noted = std::exchange(to_judge_, {}); !noted.empty();) {
        std::vector<std::string> ids;
        while (!noted.empty() && ids.size() < kAtOnce)
            ids.push_back(std::move(noted.extract(noted.begin()).value()));
        if (joins_)
            for (const std::string& id : ids) TAMGA_TRY(projections_.take_back_judged(id, first_));
        std::vector<std::pair<const std::string*, std::optional<std::string>>> changed;
        for (const std::string& id : ids) {
            TAMGA_ASSIGN(const auto before, projections_.judged(id, first_));
            TAMGA_ASSIGN(auto now, judged_now({Kind::commitment, id}));
            const bool goes_on =
                before && now ? judged_since(*before, day) == *now : before.has_value() == now.has_value();
            if (!goes_on) changed.emplace_back(&id, std::move(now));
        }
        for (const auto& [id, now] : changed) TAMGA_TRY(projections_.put_judged(*id, first_, now));
    }
    return {};
}

Result<std::optional<std::string>> Fold::judged_now(const RecordId& commitment) {
    TAMGA_ASSIGN(const auto version, known().version(commitment, last_));
    if (!version || version->withdrawn) return std::nullopt;
    TAMGA_ASSIGN(const Json body, body_of(*version));
    TAMGA_ASSIGN(const auto evidence, evidence_of(journal_, known(), commitment, last_));
    StatusInput input{{commitment, &body}, {}, Date::of_unix_time(time_)};
    std::vector<std::pair<RecordId, Json>> bearing;
    KnownFigures figures(body, input.day);
    if (figures.needs_bases())
        for (const store::Version& one : evidence)
            if (one.name.kind == Kind::observation) {
                TAMGA_ASSIGN(const Json read, body_of(one));
                figures.add_base(read);
            }
    for (const store::Version& one : evidence) {
        TAMGA_ASSIGN(Json read, body_of(one));
        if (one.name.kind == Kind::observation)
            figures.add(one.name, std::move(read));
        else
            bearing.emplace_back(one.name, std::move(read));
    }
    for (auto& one : figures.take()) bearing.push_back(std::move(one));
    for (const auto& [name, read] : bearing) input.linked.push_back({name, &read});
    return judged_text(judged_over_days(std::move(input)));
}

/// An erased body is empty, and so is one that cannot be read: whoever shows or verifies it tells so.
Result<Json> Fold::body_of(const store::Version& version) {
    TAMGA_ASSIGN(const auto payload, journal_.payload(version.payload));
    auto body = payload ? parse_json(payload->body) : Json::object();
    if (!body || !body->is_object()) return Json::object();
    return body;
}

}  // namespace tamga::journal

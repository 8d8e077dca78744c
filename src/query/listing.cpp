#include "query/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "i18n/language.hpp"
#include "i18n/sought.hpp"
#include "journal/list_row.hpp"
#include "query/promise.hpp"

namespace tamga::query {

namespace {

const std::vector<ListSpec>& specs() {
    static const std::vector<ListSpec> kSpecs = {
        {Kind::source, {"publisher", "date", "url"}, {}, "title"},
        {Kind::party, {"type", "official_name", "country"}, {"type", "country"}, "title"},
        {Kind::mechanism, {"established", "parties"}, {}, "title"},
        {Kind::principle, {"mechanism", "summary"}, {"mechanism"}, "position"},
        {Kind::sector, {"mechanism", "summary"}, {"mechanism"}, "title"},
        {Kind::meeting,
         {"start", "level", "place", "status"},
         {"mechanism", "level", "country", "status"},
         "-start"},
        {Kind::instrument,
         {"date", "type", "place", "parties"},
         {"mechanism", "type", "parties", "meeting"},
         "-date"},
        {Kind::provision, {"instrument", "text"}, {"instrument"}, "position"},
        {Kind::action, {"instrument", "party", "type", "date"}, {"instrument", "party", "type"}, "-date"},
        {Kind::centre,
         {"type", "announced", "opened", "place"},
         {"mechanism", "type", "country", "sector"},
         "-announced"},
        {Kind::series,
         {"flow", "reporter", "area", "partner", "unit"},
         {"flow", "area", "partner", "reporter", "sector"},
         "title"},
        {Kind::statement, {"speaker", "date", "occasion"}, {"party", "meeting"}, "-date"},
        {Kind::commitment,
         {"by", "sector", "made", "due", "state"},
         {"state", "overdue", "silent", "by", "to", "sector", "meeting", "instrument"},
         "-made"},
        {Kind::project,
         {"countries", "sector", "status", "start", "amount"},
         {"countries", "sector", "status", "centre"},
         "title"},
        {Kind::observation,
         {"series", "period", "value", "qualifier"},
         {"series", "qualifier", "missing", "status"},
         "-period"},
        {Kind::claim, {"type", "claimant", "date"}, {"type", "claimant"}, "-date"},
        {Kind::report,
         {"commitment", "party", "date", "progress"},
         {"party", "progress", "commitment"},
         "-date"},
        {Kind::assessment, {"commitment", "assessor", "date", "score"}, {"score", "commitment"}, "-date"},
        {Kind::update, {"date"}, {"mechanism"}, "-date"},
        {Kind::reply, {"under", "name", "party", "date"}, {"party"}, "-date"},
        {Kind::name, {"of"}, {}, "title"},
        {Kind::imprint, {"operator", "contact", "licence"}, {}, "title"},
    };
    return kSpecs;
}

bool has_derived_state(Kind kind) {
    return kind == Kind::commitment;
}

/// The field by which a record belongs to the mechanism of another one, where it names none itself.
std::string_view mechanism_by(Kind kind) {
    switch (kind) {
        case Kind::report:
        case Kind::assessment:
            return "commitment";
        case Kind::provision:
        case Kind::action:
            return "instrument";
        case Kind::observation:
            return "series";
        default:
            return {};
    }
}

bool holds_codes_or_links(const Field& field) {
    return field.type == FieldType::code || field.type == FieldType::link || field.type == FieldType::links ||
           field.type == FieldType::any_links;
}

/// Bytes that stand in the order of the numbers: a sign, how many digits stand before the point, the digits.
/// Of a negative number all but the sign is turned round.
std::string number_key(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string_view whole = text.substr(0, point), fraction = text.substr(std::min(point + 1, text.size()));
    while (whole.starts_with('0')) whole.remove_prefix(1);
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    std::string key(1, negative ? '-' : '0');  // '-' comes before '0'.
    key += static_cast<char>(whole.size() >> 8);
    key += static_cast<char>(whole.size() & 0xff);
    key.append(whole).append(fraction);
    if (whole.empty() && fraction.empty()) return {'0', '\0', '\0'};
    if (!negative) return key;
    for (std::size_t i = 1; i < key.size(); ++i) key[i] = static_cast<char>(~key[i]);
    return key + '\xff';  // -1 comes after -1.5.
}

/// A text whose look-up in a map makes no copy.
struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
};
template <class Value>
using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// One of the filters, and what is counted of it.
struct Asked {
    enum class Of : unsigned char {
        codes,
        stated,
        state,
        overdue,
        silent,
        rule,
        mechanism,
        dated,
        on_time
    } of;
    std::size_t field = 0;  ///< Where the value stands, or the link that leads to it.
    Facet facet;
    ByText<std::size_t> counts = {};
    bool counted = false;      ///< Beforehand.
    bool chosen_only = false;  ///< Its other values are not known.
};

/// One listing in the making: a pass over the rows of a kind.
class Pass {
  public:
    Pass(const View& view, const ListRequest& request, const Reader& reader)
        : view_(view),
          request_(request),
          reader_(reader),
          kind_(info(request.kind)),
          row_(request.kind),
          language_(i18n::language(reader.language)) {
        const auto& tags = languages();
        const auto tag = std::ranges::find(tags, language_.tag());
        language_at_ = static_cast<std::size_t>(tag - tags.begin());
        const ListSpec& spec = list_spec(request.kind);
        if (request.facets)
            for (const std::string_view name : spec.filters) ask(name, {});
        for (const Filter& filter : request.filters) ask(filter.name, filter.values);
        sort_ = request.sort.empty() ? spec.sort : std::string_view(request.sort);
        if (sort_.starts_with('-')) {
            descending_ = true;
            sort_.remove_prefix(1);
        }
        // What has no title of its own is called by these.
        if (sort_ == "title" && request.kind == Kind::action) sort_ = "party";
        if (sort_ == "title" && request.kind == Kind::observation) sort_ = "period";
        sorted_by_ = kind_.field(sort_);
        if (sorted_by_) sort_at_ = kind_.place(sort_);
        want();
    }

    using TakeId = std::function<Result<void>(std::string_view id)>;

    /// Goes over the rows; `out` lacks its own rows afterwards, whose ids are given, or handed to `each` as
    /// they are met where they are not sorted.
    Result<std::vector<std::string>> run(Listing& out, const TakeId& each = {}) {
        TAMGA_ASSIGN(out.total, query::count(view_, request_.kind));
        if (!request_.words.empty() && out.total > request_.most_read) TAMGA_TRY(find_words());
        if (out.total > request_.most_sorted) {
            TAMGA_ASSIGN(const bool narrowed, narrow());
            if (!narrowed) return run_unsorted(out, each);
        }
        TAMGA_TRY(prepare());
        if (!request_.after.empty()) TAMGA_TRY(find_cursor());
        // No id stands before the empty one.
        if (!request_.from.empty()) cursor_ = {false, request_.from, {}};
        if (request_.facets && passes_all()) TAMGA_TRY(take_tallies());
        TAMGA_TRY(narrowed_ || narrowed_by_ ? take_narrowed(out) : take_all(out, {}));
        std::ranges::sort(
            kept_, [&](const Entry& a, const Entry& b) { return stands_before(place_of(a), place_of(b)); });
        std::vector<std::string> ids;
        for (Entry& entry : kept_) ids.push_back(std::move(entry.id));
        if (behind_.size() > request_.count) out.previous = std::move(behind_.front().id);
        if (!ids.empty() && out.before + ids.size() < out.passing) out.next = ids.back();
        finish(out);
        return ids;
    }

    /// What list() has no order for: the records as they changed, last first.
    Result<std::vector<SnapshotPtr>> run_by_change() {
        if (!request_.words.empty()) {
            TAMGA_ASSIGN(const std::size_t total, query::count(view_, request_.kind));
            if (total > request_.most_read) TAMGA_TRY(find_words());
        }
        TAMGA_TRY(prepare());
        std::vector<SnapshotPtr> out;
        TAMGA_TRY(view_.each_changed(kMostEntries, [&](const RecordId& name) -> Result<bool> {
            if (name.kind != request_.kind) return true;
            TAMGA_ASSIGN(const auto packed, view_.row(name));
            if (!packed) return true;
            TAMGA_ASSIGN(const bool passes, row_passes(name.id, *packed));
            if (!passes) return true;
            TAMGA_ASSIGN(SnapshotPtr record, view_.find(name));
            if (record) out.push_back(std::move(record));
            return out.size() < request_.count;
        }));
        return out;
    }

    /// Whether it lists all records of its kind by their ids.
    Result<bool> lists_all_by_id() {
        if (!passes_all() || !request_.after.empty() || !request_.from.empty()) return false;
        TAMGA_ASSIGN(const std::size_t total, query::count(view_, request_.kind));
        return total > request_.most_sorted && total <= request_.count;
    }

    /// What became of a commitment; null where it was not asked for.
    const Judgement* state(std::string_view id) { return states_ ? states_->find(id, state_at_) : nullptr; }

    /// Counts the values that those that pass have of a filter.
    Result<std::map<std::string, std::size_t>> count_by(std::string_view name) {
        const auto known = std::ranges::find(asked_, name, [](const Asked& one) { return one.facet.name; });
        const auto at = static_cast<std::size_t>(known - asked_.begin());
        if (known == asked_.end()) ask(name, {});
        counted_ = at;
        want();
        Listing out;
        TAMGA_TRY(prepare());
        TAMGA_TRY(take_all(out, {}));
        return std::map<std::string, std::size_t>(asked_[at].counts.begin(), asked_[at].counts.end());
    }

    /// Whether one passes.
    Result<bool> any() {
        TAMGA_TRY(prepare());
        Result<bool> passes = false;
        TAMGA_TRY(view_.each_row(request_.kind, {}, [&](std::string_view id, std::string_view packed) {
            passes = row_passes(id, packed);
            return passes && !*passes;
        }));
        return passes;
    }

  private:
    struct Entry {
        bool missing;  ///< Has nothing that it could be sorted by: it stands last, in either order.
        std::string key, id;
    };
    /// The same, borrowed.
    struct Place {
        bool missing;
        std::string_view key, id;
    };

    /// Of a row no more is read than this needs.
    void want() {
        std::size_t wanted = sorted_by_ ? sort_at_ + 1 : 0;
        for (const Asked& one : asked_) wanted = std::max(wanted, one.field + 1);
        if (request_.places) {
            latitude_ = kind_.place("latitude");
            longitude_ = kind_.place("longitude");
            wanted = std::max({wanted, latitude_ + 1, longitude_ + 1});
        }
        row_.want(std::min(wanted, kind_.fields.size()));
    }

    void ask(std::string_view name, const std::vector<std::string>& values) {
        auto known = std::ranges::find(asked_, name, [](const Asked& one) { return one.facet.name; });
        if (known == asked_.end()) {
            Asked one{.of = Asked::Of::stated, .facet = {.name = std::string(name)}};
            if (const Field* const field = kind_.field(name)) {
                one.of = holds_codes_or_links(*field) ? Asked::Of::codes : Asked::Of::stated;
                one.field = kind_.place(name);
            } else if (name == "mechanism") {
                one.of = Asked::Of::mechanism;
                one.field = kind_.place(mechanism_by(request_.kind));
            } else if (name == kOnTime) {
                one.of = Asked::Of::on_time;
                // After the link to the commitment, so that the row is read as far as both.
                one.field = kind_.place("date");
            } else if (name == kDated) {
                one.of = Asked::Of::dated;
                const std::string_view by = request_.kind == Kind::source ? "date" : "sources";
                if (kind_.field(by)) one.field = kind_.place(by);
            } else {
                one.of = name == "state"     ? Asked::Of::state
                         : name == "overdue" ? Asked::Of::overdue
                         : name == "rule"    ? Asked::Of::rule
                                             : Asked::Of::silent;
            }
            asked_.push_back(std::move(one));
            known = asked_.end() - 1;
        }
        known->facet.chosen = values;
    }

    bool wants_states() const {
        const auto derived = [](const Asked& one) {
            return one.of == Asked::Of::state || one.of == Asked::Of::overdue ||
                   one.of == Asked::Of::silent || one.of == Asked::Of::rule;
        };
        return request_.states || sort_ == "state" || std::ranges::any_of(asked_, derived);
    }

    /// Reads what is derived of other records, if it is asked for.
    Result<void> prepare() {
        if (wants_states()) {
            TAMGA_ASSIGN(states_, view_.judgements());
        }
        if (std::ranges::find(asked_, Asked::Of::dated, &Asked::of) != asked_.end()) {
            TAMGA_ASSIGN(dates_, view_.source_dates());
        }
        if (std::ranges::find(asked_, Asked::Of::on_time, &Asked::of) != asked_.end()) {
            TAMGA_ASSIGN(dues_, read_through(Kind::commitment, "due"));
        }
        const auto mechanism = std::ranges::find(asked_, Asked::Of::mechanism, &Asked::of);
        if (mechanism == asked_.end()) return {};
        TAMGA_ASSIGN(mechanisms_, read_through(*kind_.fields[mechanism->field].target, "mechanism"));
        return {};
    }

    /// A field of the records of another kind, by their ids.
    Result<std::shared_ptr<const ByText<std::string>>> read_through(Kind through, std::string_view field) {
        return view_.kept<ByText<std::string>>(
            fmt::format("{} {}", info(through).name, field), [&]() -> Result<ByText<std::string>> {
                const std::size_t at = info(through).place(field);
                journal::ListRow row(through);
                row.want(at + 1);
                ByText<std::string> out;
                TAMGA_TRY(view_.each_row(through, {}, [&](std::string_view id, std::string_view packed) {
                    if (row.read(packed) && row.has(at)) out.emplace(id, row.value(at));
                    return true;
                }));
                return out;
            });
    }

    Result<void> take_all(Listing& out, std::string_view after) {
        Result<void> read;
        TAMGA_TRY(view_.each_row(request_.kind, after, [&](std::string_view id, std::string_view packed) {
            read = take(id, packed, out);
            return read.has_value();
        }));
        return read;
    }

    /// Finds a filter that a link answers, of few enough records. Its values are ors: each is looked up.
    Result<bool> narrow() {
        if (holding_ && holding_->size() <= request_.most_sorted) {
            narrowed_.emplace(holding_->begin(), holding_->end());
            return true;
        }
        for (Asked& asked : asked_) {
            const Field* const field = kind_.field(asked.facet.name);
            if (!field || !field->target || asked.facet.chosen.empty()) continue;
            const bool one_link = asked.facet.chosen.size() == 1;
            std::set<std::string> ids;
            bool fits = true;
            for (const std::string& value : asked.facet.chosen) {
                if (value == kNotStated) fits = false;
                if (!fits) break;
                TAMGA_ASSIGN(const auto links, view_.links_to({*field->target, value}, request_.kind,
                                                              request_.most_sorted + 1));
                for (const store::Backlink& link : links)
                    if (!one_link && link.field == field->name) ids.insert(link.from.id);
                fits = links.size() <= request_.most_sorted && ids.size() <= request_.most_sorted;
            }
            if (!fits) continue;
            if (one_link)
                narrowed_by_ = {{*field->target, asked.facet.chosen.front()}, field};
            else
                narrowed_ = std::move(ids);
            if (request_.facets) TAMGA_TRY(count_narrowing(asked));
            return true;
        }
        return false;
    }

    /// What another choice of the narrowing filter would give is not looked at: it is known beforehand, if
    /// nothing else is filtered; else only the values asked for are told.
    Result<void> count_narrowing(Asked& narrowing) {
        narrowing.chosen_only = true;
        const auto filtered =
            std::ranges::count_if(asked_, [](const Asked& one) { return !one.facet.chosen.empty(); });
        if (filtered > 1 || !request_.words.empty()) return {};
        TAMGA_ASSIGN(const auto tallies, view_.tallies(request_.kind, narrowing.facet.name));
        if (!tallies) return {};
        narrowing.counts = ByText<std::size_t>(tallies->begin(), tallies->end());
        narrowing.counted = true;
        narrowing.chosen_only = false;
        return {};
    }

    Result<void> take_narrowed(Listing& out) {
        if (narrowed_by_) {
            Result<void> read;
            TAMGA_TRY(view_.linking_rows(narrowed_by_->to, request_.kind, *narrowed_by_->field,
                                         request_.most_sorted,
                                         [&](std::string_view id, std::string_view packed) {
                                             read = take(id, packed, out);
                                             return read.has_value();
                                         }));
            return read;
        }
        for (const std::string& id : *narrowed_) {
            TAMGA_ASSIGN(const auto packed, view_.row({request_.kind, id}));
            if (packed) TAMGA_TRY(take(id, *packed, out));
        }
        return {};
    }

    /// Too many to be sorted, or to be counted under filters: in the order of ids, from the cursor on, until
    /// there are enough rows, or enough was looked at.
    Result<std::vector<std::string>> run_unsorted(Listing& out, const TakeId& each) {
        out.unsorted = true;
        const bool all = passes_all();
        std::vector<std::string> ids;
        std::size_t looked_at = 0, given = 0;
        Result<void> read;
        TAMGA_TRY(prepare());
        TAMGA_TRY(
            view_.each_row(request_.kind, request_.after, [&](std::string_view id, std::string_view packed) {
                const auto passes = row_passes(id, packed);
                if (!passes) {
                    read = std::unexpected(passes.error());
                    return false;
                }
                if (*passes && given < request_.count) {
                    ++given;
                    if (each)
                        read = each(id);
                    else
                        ids.emplace_back(id);
                    if (!read) return false;
                }
                const bool enough = given >= request_.count;
                if (enough || ++looked_at >= request_.most_sorted) {
                    // Without an end everything is looked at.
                    if (request_.count == static_cast<std::size_t>(-1)) return true;
                    out.next = id;
                    return false;
                }
                return true;
            }));
        TAMGA_TRY(read);
        // One more, where there may be more, so that there is a next page.
        out.passing = all ? out.total : given + (out.next.empty() ? 0 : 1);
        if (!request_.facets || !all) return ids;
        TAMGA_TRY(take_tallies());
        std::erase_if(asked_, [](const Asked& one) { return !one.counted; });
        finish_facets(out);
        return ids;
    }

    Result<bool> row_passes(std::string_view id, std::string_view packed) {
        if (!row_.read(packed)) return bad_row(id);
        state_ = state(id);
        for (const Asked& one : asked_)
            if (!one.facet.chosen.empty() && !fits(one)) return false;
        return request_.words.empty() ? true : holds_words(id);
    }

    bool passes_all() const {
        return request_.words.empty() &&
               std::ranges::all_of(asked_, [](const Asked& one) { return one.facet.chosen.empty(); });
    }

    /// Where nothing is filtered, what was counted when the records were written.
    Result<void> take_tallies() {
        const auto fields = journal::tallied_fields(request_.kind);
        for (Asked& asked : asked_) {
            if (std::ranges::find(fields, asked.facet.name) == fields.end()) continue;
            TAMGA_ASSIGN(const auto tallies, view_.tallies(request_.kind, asked.facet.name));
            if (!tallies) continue;
            asked.counts = ByText<std::size_t>(tallies->begin(), tallies->end());
            asked.counted = true;
        }
        return {};
    }

    Result<void> find_cursor() {
        TAMGA_ASSIGN(const auto packed, view_.row({request_.kind, request_.after}));
        if (!packed)
            return fail(ErrorCode::not_found, "go on with a list",
                        fmt::format("the list holds no record {}", request_.after),
                        "begin the list anew, or name the as_of of the page before");
        if (!row_.read(*packed)) return bad_row(request_.after);
        state_ = state(request_.after);
        const Place found = place_in_order(request_.after);
        cursor_ = {found.missing, std::string(found.key), std::string(found.id)};
        return {};
    }

    std::unexpected<Error> bad_row(std::string_view id) const {
        return fail(ErrorCode::corrupt, "read a list",
                    fmt::format("the row of {}:{} cannot be read", kind_.name, id), "run: tamga verify");
    }

    Result<void> take(std::string_view id, std::string_view packed, Listing& out) {
        if (!row_.read(packed)) return bad_row(id);
        state_ = state(id);
        // Each facet's counts disregard that filter alone.
        std::size_t failed = 0, failed_at = 0;
        for (std::size_t i = 0; i < asked_.size() && failed < 2; ++i) {
            if (asked_[i].facet.chosen.empty() || fits(asked_[i])) continue;
            ++failed;
            failed_at = i;
        }
        if (failed > 1 || (failed == 1 && !request_.facets)) return {};
        if (!request_.words.empty()) {
            TAMGA_ASSIGN(const bool holds, holds_words(id));
            if (!holds) return {};
        }
        if (request_.facets)
            for (std::size_t i = 0; i < asked_.size(); ++i)
                if (!asked_[i].counted && (failed == 0 || failed_at == i)) count(asked_[i]);
        if (failed == 0) keep(id, out);
        return {};
    }

    /// Calls `take` for each value that the row has of a filter.
    template <class Take>
    void each_value(const Asked& asked, const Take& take) const {
        switch (asked.of) {
            case Asked::Of::codes: {
                if (!row_.has(asked.field)) return take(kNotStated);
                return row_.each_value(asked.field, take);
            }
            case Asked::Of::stated:
                return take(row_.has(asked.field) ? kStated : kNotStated);
            case Asked::Of::state:
                return take(state_ ? state_->code(reader_.scale) : kNotStated);
            case Asked::Of::overdue:
                return take(state_ && state_->overdue ? "yes" : "no");
            case Asked::Of::silent:
                return take(state_ && state_->silent ? "yes" : "no");
            case Asked::Of::rule:
                return take(state_ ? state_->rule : kNotStated);
            case Asked::Of::on_time: {
                const auto due = dues_->find(row_.value(kind_.place("commitment")));
                return take(due == dues_->end() ? kNotStated : on_time(row_.value(asked.field), due->second));
            }
            case Asked::Of::dated:
                return take(is_dated(asked.field) ? "yes" : "no");
            case Asked::Of::mechanism: {
                const auto found = mechanisms_->find(row_.value(asked.field));
                return take(found == mechanisms_->end() ? kNotStated : std::string_view(found->second));
            }
        }
    }

    /// Whether the row's record has a dated source; or, being one, a date.
    bool is_dated(std::size_t field) const {
        if (request_.kind == Kind::source) return row_.has(field);
        if (!kind_.field("sources")) return false;  // A reply cites nothing.
        bool found = false;
        row_.each_value(
            field, [&](std::string_view source) { found = found || dates_->contains(std::string(source)); });
        return found;
    }

    bool fits(const Asked& asked) const {
        bool found = false;
        each_value(asked, [&](std::string_view value) {
            found = found || std::ranges::find(asked.facet.chosen, value) != asked.facet.chosen.end();
        });
        return found;
    }

    void count(Asked& asked) const {
        each_value(asked, [&](std::string_view value) {
            const auto known = asked.counts.find(value);
            if (known == asked.counts.end())
                asked.counts.emplace(value, 1);
            else
                ++known->second;
        });
    }

    /// Asks the index of words in place of every body.
    Result<void> find_words() {
        i18n::Sought sought;
        for (const std::string& word : request_.words)
            for (i18n::Sought::Term& term : i18n::parse_sought(word + "*").terms)
                if (std::ranges::find(sought.terms, term) == sought.terms.end())
                    sought.terms.push_back(std::move(term));
        holding_.emplace();
        if (sought.terms.empty()) return {};
        return view_.ids_with(sought, request_.kind, [&](std::string_view id) { holding_->emplace(id); });
    }

    Result<bool> holds_words(std::string_view id) const {
        if (holding_) return holding_->contains(id);
        TAMGA_ASSIGN(const SnapshotPtr record, view_.find({request_.kind, std::string(id)}));
        return record && std::ranges::all_of(request_.words, [&](const std::string& word) {
                   return record->folded().find(word) != std::string::npos;
               });
    }

    void keep(std::string_view id, Listing& out) {
        ++out.passing;
        if (counted_) return count(asked_[*counted_]);
        if (request_.states) passing_.push_back(state_ ? *state_ : Judgement());
        if (request_.places) place(id, out);
        const Place made = place_in_order(id);
        if (cursor_ && !stands_before(place_of(*cursor_), made)) {
            ++out.before;
            // One more than the rows of the page before, which begins after it.
            if (request_.facets && request_.count < kNoEnd)
                keep_some(behind_, made, request_.count + 1,
                          [this](const Place& a, const Place& b) { return stands_before(b, a); });
            return;
        }
        if (request_.count == kNoEnd)
            kept_.push_back({made.missing, std::string(made.key), std::string(made.id)});
        else
            keep_some(kept_, made, request_.count,
                      [this](const Place& a, const Place& b) { return stands_before(a, b); });
    }

    static constexpr auto kNoEnd = static_cast<std::size_t>(-1);

    /// The first few of many are kept in a heap, the last of them on top.
    template <class Before>
    static void keep_some(std::vector<Entry>& heap, const Place& made, std::size_t most,
                          const Before& before) {
        const auto entries = [&](const Entry& a, const Entry& b) { return before(place_of(a), place_of(b)); };
        if (heap.size() >= most) {
            if (most == 0 || !before(made, place_of(heap.front()))) return;
            std::ranges::pop_heap(heap, entries);
            heap.pop_back();
        }
        heap.push_back({made.missing, std::string(made.key), std::string(made.id)});
        std::ranges::push_heap(heap, entries);
    }

    void place(std::string_view id, Listing& out) const {
        if (!row_.has(latitude_) || !row_.has(longitude_) || ++out.placed > kMostPlaces) return;
        out.places.push_back(
            {std::string(id), std::string(row_.value(latitude_)), std::string(row_.value(longitude_))});
    }

    bool stands_before(const Place& a, const Place& b) const {
        if (a.missing != b.missing) return b.missing;
        if (const int order = a.key.compare(b.key); order != 0) return descending_ ? order > 0 : order < 0;
        return a.id < b.id;
    }
    static Place place_of(const Entry& entry) { return {entry.missing, entry.key, entry.id}; }

    /// The row's place in the order of the list; it holds until the next call.
    Place place_in_order(std::string_view id) {
        if (sort_ == "title") {
            const std::string_view key = row_.title_key(language_at_);
            return {false, key.empty() ? id : key, id};
        }
        if (!sorted_by_) return {false, key_ = rank(), id};
        if (!row_.has(sort_at_)) return {true, {}, id};
        const std::string_view value = row_.value(sort_at_);
        switch (sorted_by_->type) {
            case FieldType::link:
            case FieldType::links:
            case FieldType::any_links:
                return {false, label_key(value.substr(0, value.find(';'))), id};
            case FieldType::decimal:
            case FieldType::integer:
                return {false, key_ = number_key(value), id};
            default:
                return {false, value, id};
        }
    }

    std::string rank() const {
        const auto steps = values(reader_.scale);
        const auto step =
            std::ranges::find(steps, state_ ? state_->code(reader_.scale) : "", &ScaleValue::code);
        return {static_cast<char>(step - steps.begin())};
    }

    const std::string& label_key(std::string_view value) {
        auto known = label_keys_.find(value);
        if (known == label_keys_.end()) {
            std::string name(value);
            std::string key = language_.sort_key(reader_.label(sort_, name));
            known = label_keys_.emplace(std::move(name), std::move(key)).first;
        }
        return known->second;
    }

    void finish(Listing& out) {
        if (request_.states) {
            out.states = progress_of(passing_, reader_.scale);
            out.average = average_score(passing_);
        }
        if (request_.facets) finish_facets(out);
    }

    void finish_facets(Listing& out) {
        for (Asked& asked : asked_) {
            Facet& facet = asked.facet;
            for (const std::string& value : facet.chosen) asked.counts.try_emplace(value, 0);
            if (asked.chosen_only)
                std::erase_if(asked.counts, [&](const auto& one) {
                    return std::ranges::find(facet.chosen, one.first) == facet.chosen.end();
                });
            facet.distinct = asked.counts.size();
            facet.values.assign(asked.counts.begin(), asked.counts.end());
            if (facet.values.size() > kMostFacetValues) {
                const auto is_chosen = [&](const auto& value) {
                    return std::ranges::find(facet.chosen, value.first) != facet.chosen.end();
                };
                std::ranges::sort(facet.values, [&](const auto& a, const auto& b) {
                    const bool left = is_chosen(a), right = is_chosen(b);
                    if (left != right) return left;
                    return a.second != b.second ? a.second > b.second : a.first < b.first;
                });
                facet.values.resize(std::max(kMostFacetValues, facet.chosen.size()));
            }
            std::ranges::sort(facet.values);
            out.facets.push_back(std::move(facet));
        }
    }

    const View& view_;
    const ListRequest& request_;
    const Reader& reader_;
    const KindInfo& kind_;
    journal::ListRow row_;
    const i18n::Language& language_;
    std::size_t language_at_ = 0;
    std::vector<Asked> asked_;
    std::string_view sort_;
    const Field* sorted_by_ = nullptr;
    std::size_t sort_at_ = 0, latitude_ = 0, longitude_ = 0;
    bool descending_ = false;
    std::shared_ptr<const Judgements> states_;  ///< Null where they are not asked for.
    std::size_t state_at_ = 0;
    std::shared_ptr<const SourceDates> dates_;  ///< Null where they are not asked for.
    const Judgement* state_ = nullptr;          ///< Of the row at hand.
    std::vector<Judgement> passing_;            ///< What became of those that pass, if states are wanted.
    std::shared_ptr<const ByText<std::string>> mechanisms_, dues_;
    ByText<std::string> label_keys_;
    std::optional<std::size_t> counted_;  ///< What alone is wanted.
    // The only ones that can pass, by their ids or by the link that all of them have.
    struct Link {
        RecordId to;
        const Field* field;
    };
    std::optional<std::set<std::string>> narrowed_;
    std::optional<Link> narrowed_by_;
    std::string key_;  ///< Of the place made last, where it is not a part of the row.
    /// Those that hold the words, where they are looked up in the index.
    std::optional<std::unordered_set<std::string, TextHash, std::equal_to<>>> holding_;
    std::optional<Entry> cursor_;
    std::vector<Entry> kept_, behind_;  ///< Of rows that follow the cursor the first, of others the last.
};

}  // namespace

std::string_view on_time(std::string_view date, std::string_view due) {
    const auto given = Date::parse(date), until = Date::parse(due);
    if (!given || !until) return kNotStated;
    if (given->last_day() <= until->last_day()) return "yes";
    return given->first_day() > until->last_day() ? "no" : kNotStated;
}

const ListSpec& list_spec(Kind kind) {
    const auto& all = specs();
    return *std::ranges::find(all, kind, &ListSpec::kind);
}

std::vector<std::string_view> filters_of(Kind kind) {
    std::vector<std::string_view> out;
    if (has_derived_state(kind)) out = {"state", "overdue", "silent", "rule"};
    if (!mechanism_by(kind).empty()) out.push_back("mechanism");
    if (kind == Kind::report) out.push_back(kOnTime);
    if (claims(kind)) out.push_back(kDated);
    for (const Field& field : info(kind).fields)
        if (field.type != FieldType::citations && std::ranges::find(out, field.name) == out.end())
            out.push_back(field.name);
    return out;
}

std::vector<std::string_view> sorts_of(Kind kind) {
    std::vector<std::string_view> out{"title"};
    if (has_derived_state(kind)) out.push_back("state");
    for (const Field& field : info(kind).fields)
        if (journal::ListRow::holds(field)) out.push_back(field.name);
    return out;
}

Result<Listing> list(const View& view, const ListRequest& request, const Reader& reader) {
    Listing out;
    Pass pass(view, request, reader);
    TAMGA_ASSIGN(const auto ids, pass.run(out));
    for (const std::string& id : ids) {
        TAMGA_ASSIGN(SnapshotPtr record, view.find({request.kind, id}));
        if (!record) continue;
        out.rows.push_back(std::move(record));
        if (!request.states) continue;
        const Judgement* const state = pass.state(id);
        out.judged.push_back(state ? *state : Judgement());
    }
    return out;
}

Result<std::vector<std::string>> listed_ids(const View& view, const ListRequest& request,
                                            const Reader& reader) {
    Listing out;
    return Pass(view, request, reader).run(out);
}

Result<void> each_listed_id(const View& view, const ListRequest& request, const Reader& reader,
                            const std::function<Result<void>(std::string_view id)>& take) {
    Listing out;
    TAMGA_ASSIGN(const auto ids, Pass(view, request, reader).run(out, take));
    for (const std::string& id : ids) TAMGA_TRY(take(id));
    return {};
}

Result<void> each_listed(const View& view, const ListRequest& request, const Reader& reader,
                         const std::function<Result<void>(const Snapshot& record)>& take) {
    TAMGA_ASSIGN(const bool all, Pass(view, request, reader).lists_all_by_id());
    if (all) return view.each(request.kind, take);
    return each_listed_id(view, request, reader, [&](std::string_view id) -> Result<void> {
        TAMGA_ASSIGN(const SnapshotPtr record, view.find({request.kind, std::string(id)}));
        if (record) TAMGA_TRY(take(*record));
        return {};
    });
}

Result<std::vector<SnapshotPtr>> last_changed(const View& view, const ListRequest& request,
                                              const Reader& reader) {
    TAMGA_TRY(view.check_rows());
    return Pass(view, request, reader).run_by_change();
}

namespace {

/// Counts records by the mechanism of the one that they link to, of which it is known how many link to it: of
/// many reports no row is read.
Result<std::map<std::string, std::size_t>> by_mechanism(const View& view, Kind kind,
                                                        const std::map<std::string, std::size_t>& through) {
    const Kind target = *info(kind).field(mechanism_by(kind))->target;
    const std::size_t at = info(target).place("mechanism");
    journal::ListRow row(target);
    row.want(at + 1);
    std::map<std::string, std::size_t> found;
    std::size_t linked = 0, all = 0;
    for (const auto& [id, n] : through) all += n;
    TAMGA_TRY(view.each_row(target, {}, [&](std::string_view id, std::string_view packed) {
        const auto many = through.find(std::string(id));
        if (many == through.end() || !row.read(packed) || !row.has(at)) return true;
        found[std::string(row.value(at))] += many->second;
        linked += many->second;
        return true;
    }));
    if (all > linked) found[std::string(kNotStated)] = all - linked;
    return found;
}

}  // namespace

Result<std::map<std::string, std::size_t>> count_by(const View& view, Kind kind, std::string_view name,
                                                    const std::vector<Filter>& filters) {
    const auto counted = journal::tallied_fields(kind);
    if (filters.empty() && std::ranges::find(counted, name) != counted.end()) {
        TAMGA_ASSIGN(auto tallies, view.tallies(kind, name));
        if (tallies) return *std::move(tallies);
    }
    TAMGA_TRY(view.check_rows());
    if (filters.empty() && name == "mechanism" && !mechanism_by(kind).empty()) {
        TAMGA_ASSIGN(const auto through, view.tallies(kind, mechanism_by(kind)));
        if (through) return by_mechanism(view, kind, *through);
    }
    const ListRequest request{.kind = kind, .filters = filters, .count = 0, .facets = false};
    const Reader reader;
    return Pass(view, request, reader).count_by(name);
}

Result<bool> any(const View& view, Kind kind, const std::vector<Filter>& filters) {
    TAMGA_TRY(view.check_rows());
    // Where it is counted beforehand that no record has the value, none is looked at.
    const auto counted = journal::tallied_fields(kind);
    for (const Filter& filter : filters) {
        if (std::ranges::find(counted, filter.name) == counted.end()) continue;
        TAMGA_ASSIGN(const auto tallies, view.tallies(kind, filter.name));
        if (tallies && std::ranges::none_of(
                           filter.values, [&](const std::string& value) { return tallies->contains(value); }))
            return false;
    }
    const ListRequest request{.kind = kind, .filters = filters, .count = 0, .facets = false};
    return Pass(view, request, Reader()).any();
}

Result<std::vector<SnapshotPtr>> where(const View& view, Kind kind, FieldName field, std::string_view value) {
    TAMGA_TRY(view.check_rows());
    const std::size_t at = info(kind).place(field);
    journal::ListRow row(kind);
    row.want(at + 1);
    std::vector<std::string> ids;
    TAMGA_TRY(view.each_row(kind, {}, [&](std::string_view id, std::string_view packed) {
        if (row.read(packed) && row.value(at) == value) ids.emplace_back(id);
        return true;
    }));
    std::vector<SnapshotPtr> found;
    for (const std::string& id : ids) {
        TAMGA_ASSIGN(SnapshotPtr record, view.find({kind, id}));
        if (record) found.push_back(std::move(record));
    }
    return found;
}

Result<std::size_t> count(const View& view, Kind kind) {
    TAMGA_TRY(view.check_rows());
    TAMGA_ASSIGN(const auto tallies, view.tallies(kind, {}));
    if (tallies) return tallies->empty() ? 0 : tallies->begin()->second;
    std::size_t counted = 0;
    TAMGA_TRY(view.each_row(kind, {}, [&](std::string_view, std::string_view) {
        ++counted;
        return true;
    }));
    return counted;
}

}  // namespace tamga::query

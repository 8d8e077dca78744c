#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "folder/folder.hpp"
#include "folder/names.hpp"
#include "folder/reader.hpp"

namespace tamga::folder {

namespace {

constexpr std::size_t kDifferences = 1000;
constexpr int kRenameSteps = 16;
/// Commitments of which it is remembered who promised them, from one part to the next.
constexpr std::size_t kPromisers = 50'000;

}  // namespace

Result<void> Changes::complete(const query::View& view) {
    const auto& earlier = tables_->earlier;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        journal::Change& change = changes_[i];
        if (change.verb != journal::Verb::put || !is_id(change.name.id)) continue;
        RecordId name = change.name;
        // Most records of a folder that comes again are as they were.
        if (const auto body = canonical(change.body)) {
            TAMGA_ASSIGN(const bool same, view.says(name, *body));
            if (same) {
                unchanged_.insert(i);
                continue;
            }
        }
        TAMGA_ASSIGN(query::SnapshotPtr now, view.find(name));
        if (const auto before = earlier.find(name); !now && before != earlier.end()) {
            name = before->second;
            TAMGA_ASSIGN(now, view.find(name));
        }
        if (!now || now->name != name) continue;  // A new one; or one whose id the journal will refuse.
        const std::vector<Column>& columns = tables_->tables[places_[i].table].columns;
        const auto told = [&](std::string_view field, std::string_view language) {
            return std::ranges::any_of(columns, [&](const Column& column) {
                return column.field == field && column.language == language;
            });
        };
        for (const auto& [field, value] : now->body.items()) {
            const Field* const known = info(name.kind).field(field);
            if (!known) continue;
            if (has_languages(known->type) && value.is_object()) {
                const auto given = change.body.find(field);
                if (given == change.body.end() || given->is_object()) {
                    for (const auto& [language, text] : value.items())
                        if (!told(field, language)) change.body[field][language] = text;
                } else if (std::ranges::find(value, *given) != value.end()) {
                    *given = value;  // A name that is one of those it has says nothing new.
                }
            } else if (!told(field, "") && !change.body.contains(field)) {
                change.body[field] = value;
            }
        }
        if (now->body == change.body)
            unchanged_.insert(i);
        else
            compare(i, now->body, change.body);
    }
    return {};
}

void Changes::compare(std::size_t index, const Json& before, const Json& after) {
    const auto add = [&](std::string column, std::string was, std::string is) {
        ++difference_count_;
        if (differences_.size() < kDifferences)
            differences_.push_back({index, std::move(column), std::move(was), std::move(is)});
    };
    const auto member = [](const Json& object, std::string_view name) {
        const auto found = object.find(name);
        return found == object.end() ? Json() : *found;
    };
    for (const Field& field : info(changes_[index].name.kind).fields) {
        const Json was = member(before, field.name), is = member(after, field.name);
        if (was == is) continue;
        if (has_languages(field.type)) {
            // A name without a language is told under the empty tag.
            const auto by_language = [](const Json& value) {
                return value.is_string() ? Json::object({{"", value}}) : value;
            };
            const Json texts = by_language(was), others = by_language(is);
            std::set<std::string> languages;
            for (const Json* of : {&texts, &others})
                for (const auto& [language, text] : of->items()) languages.insert(language);
            for (const std::string& language : languages)
                if (const Json one = member(texts, language), other = member(others, language); one != other)
                    add(std::string(field.name) + (language.empty() ? "" : "@") + language,
                        one.is_null() ? "" : one.get<std::string>(),
                        other.is_null() ? "" : other.get<std::string>());
            continue;
        }
        const auto shown = [&](const Json& value) {
            if (value.is_null()) return std::string();
            std::string text = cell(field, value);
            // Two contents under one name are told apart by the start of their hashes.
            if (field.type == FieldType::file) text += " " + value["sha256"].get<std::string>().substr(0, 8);
            return text;
        };
        add(std::string(field.name), shown(was), shown(is));
    }
}

Result<void> Changes::warn(const query::View* view, const Date& today, Findings& warnings,
                           Earlier& earlier) const {
    if (earlier.promisers.size() >= kPromisers) earlier.promisers.clear();
    // Those who promised it, and those to whom: either may tell of it.
    const auto keep = [&](const std::string& commitment, const Json& body) -> const auto& {
        std::vector<std::string> parties = list_of(body, "by");
        std::ranges::copy(list_of(body, "to"), std::back_inserter(parties));
        return earlier.promisers[commitment] = std::move(parties);
    };
    for (const journal::Change& change : changes_)
        if (change.verb == journal::Verb::put && change.name.kind == Kind::commitment)
            keep(change.name.id, change.body);
    const auto parties_of = [&](const std::string& commitment) -> Result<std::vector<std::string>> {
        if (const auto known = earlier.promisers.find(commitment); known != earlier.promisers.end())
            return known->second;
        const RecordId name{Kind::commitment, commitment};
        std::optional<Json> before;
        if (earlier.written && is_id(commitment)) {
            TAMGA_ASSIGN(before, earlier.written(name));
        }
        if (before) return keep(commitment, *before);
        query::SnapshotPtr kept;
        if (view) {
            TAMGA_ASSIGN(kept, view->find(name));
        }
        if (kept) return keep(commitment, kept->body);
        return std::vector<std::string>();
    };
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        const journal::Change& change = changes_[i];
        if (change.verb != journal::Verb::put || unchanged_.contains(i)) continue;
        std::vector<Problem> odd;
        check_sense(change.name.kind, change.body, today, odd);
        const std::string party = text_of(change.body, "party");
        if ((change.name.kind == Kind::report || change.name.kind == Kind::assessment) && !party.empty()) {
            TAMGA_ASSIGN(const auto parties, parties_of(text_of(change.body, "commitment")));
            if (!parties.empty() && std::ranges::find(parties, party) == parties.end())
                odd.push_back({"party", fmt::format("'{}' neither promised it nor was promised it", party),
                               "correct it if it is a slip"});
        }
        for (const Problem& problem : odd) warnings.add(finding(i, problem));
    }
    return {};
}

Result<std::vector<AfterErasure>> after_erasures(const query::View& view,
                                                 const std::vector<journal::Change>& changes) {
    TAMGA_ASSIGN(const auto erasures, view.erasures());
    std::map<RecordId, const query::Erasure*> erased;
    for (const query::Erasure& erasure : erasures) {
        RecordId name = erasure.name;
        for (int step = 0; step < kRenameSteps; ++step) {
            erased[name] = &erasure;
            TAMGA_ASSIGN(const auto later, view.redirect(name));
            if (!later) break;
            name.id = *later;
        }
    }
    std::vector<AfterErasure> found;
    if (erased.empty()) return found;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const journal::Change& change = changes[i];
        const auto erasure = erased.find(change.name);
        if (change.verb != journal::Verb::put || erasure == erased.end()) continue;
        TAMGA_ASSIGN(const auto now, view.find(change.name));
        if (!now || now->redacted || now->body != change.body) found.push_back({i, *erasure->second});
    }
    return found;
}

Finding finding_at(const Table& table, int row, const Problem& problem) {
    // The id and, of a rename, the new one speak for themselves.
    const bool bare = problem.field.empty() || problem.field == "id" || table.renames;
    Finding finding{table.file, bare ? problem.cause : problem.field + ": " + problem.cause, problem.hint};
    if (table.columns.empty()) return finding;
    int column = 1;
    for (const Column& candidate : table.columns)
        if (candidate.field == problem.field) {
            column = candidate.column;
            break;
        }
    finding.place = place(table.file, row, column);
    // Each record that is missing is another fault; a wrong form is the same in all its rows.
    const Field* const field = info(table.kind).field(problem.field);
    const bool names_records =
        field && (field->type == FieldType::link || field->type == FieldType::links ||
                  field->type == FieldType::any_links || field->type == FieldType::citations);
    finding.like =
        names_records || problem.hint.empty() ? finding.cause : problem.field + ": " + problem.hint;
    return finding;
}

Finding Changes::finding(std::size_t index, const Problem& problem) const {
    return finding_at(tables_->tables[places_[index].table], places_[index].row, problem);
}

void Changes::tell(const std::vector<journal::Refusal>& refusals, Findings& findings) const {
    for (const journal::Refusal& refusal : refusals)
        if (!told_.contains({refusal.index, refusal.problem.field}))
            findings.add(finding(refusal.index, refusal.problem));
}

}  // namespace tamga::folder

#include "web/pages/recorded.hpp"

#include <algorithm>

#include "access/policy.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// The party that says what the record holds; empty if none does.
std::string said_by(Page& page, const Snapshot& record) {
    switch (record.name.kind) {
        case Kind::action:
        case Kind::series:
        case Kind::statement:
        case Kind::observation:
        case Kind::claim:
        case Kind::report:
        case Kind::update:
        case Kind::reply:
            break;
        default:
            return {};
    }
    const auto subject = access::subject_of(record.name, record.body,
                                            [&page](const RecordId& name) -> Result<std::optional<Json>> {
                                                TAMGA_ASSIGN(const SnapshotPtr found, page.view().find(name));
                                                return found ? std::optional(found->body) : std::nullopt;
                                            });
    // Of a record whose commitment or series is gone meanwhile nobody can tell; what a centre says is no
    // party's.
    return subject && subject->owner.size() == 1 && !subject->of_centre ? subject->owner.front()
                                                                        : std::string();
}

}  // namespace

journal::Author author_of_text(Page& page, const Snapshot& version) {
    if (version.payload == version.from) return journal::Author::parse(version.author);
    const auto history = page.view().history(version.name);
    if (!history) {
        page.failed(history.error());
        return {};
    }
    const auto said =
        std::ranges::find(*history, version.payload, [](const SnapshotPtr& one) { return one->from; });
    return journal::Author::parse(said == history->end() ? version.author : (*said)->author);
}

std::string recorded_by(Page& page, const Snapshot& record) {
    const std::string party = said_by(page, record);
    if (party.empty()) return {};
    const journal::Author author = author_of_text(page, record);
    return author.party() == party ? std::string() : author.text();
}

Json recorded_context(Page& page, const Snapshot& record) {
    const std::string party = said_by(page, record);
    if (party.empty()) return nullptr;
    const std::string by = recorded_by(page, record);
    Json sources = by.empty() ? Json::array() : page.citations(record.body);
    return {{"recorded_party", page.link(RecordId{Kind::party, party})},
            {"is_own_word", by.empty()},
            {"recorded_by", page.author(by)},
            {"has_recorded_from", !sources.empty()},
            {"recorded_from", std::move(sources)}};
}

Json recorded_data(Page& page, const Snapshot& record) {
    const std::string party = said_by(page, record);
    if (party.empty()) return nullptr;
    const std::string by = recorded_by(page, record);
    return {{"party", party}, {"own", by.empty()}, {"by", author_of_text(page, record).text()}};
}

}  // namespace tamga::web

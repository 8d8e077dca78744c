#include "journal/evidence.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "journal/fold.hpp"

namespace tamga::journal {

namespace {

/// A record of the kind that links to a commitment bears on it, whatever the field.
bool bears_by_link(Kind kind) {
    return kind == Kind::report || kind == Kind::assessment || kind == Kind::project ||
           kind == Kind::update || kind == Kind::statement;
}

constexpr std::string_view kResults = "results", kSeries = "series";

}  // namespace

Result<std::vector<Link>> links_at(store::Store& journal, store::Store& known, const RecordId& record,
                                   store::JournalPos as_of) {
    std::vector<Link> links;
    TAMGA_ASSIGN(const auto version, known.version(record, as_of));
    if (!version || version->withdrawn) return links;
    TAMGA_ASSIGN(const auto payload, journal.payload(version->payload));
    // An erased body has none, and of one that cannot be read none were made.
    const auto body = payload ? parse_json(payload->body) : Json::object();
    if (!body || !body->is_object()) return links;
    links = links_of(record.kind, *body);
    for (Link& link : links) {
        // First to what the put made it a link to: an id that no record has may lead elsewhere later.
        TAMGA_ASSIGN(link.to, resolve(known, std::move(link.to), version->payload));
        TAMGA_ASSIGN(link.to, resolve(known, std::move(link.to), as_of));
    }
    return links;
}

Result<std::vector<store::Version>> evidence_of(store::Store& journal, store::Store& known,
                                                const RecordId& commitment, store::JournalPos as_of) {
    std::vector<store::Version> found;
    std::set<RecordId> seen;
    const auto add = [&](const RecordId& name) -> Result<void> {
        if (!seen.insert(name).second) return {};
        TAMGA_ASSIGN(auto version, known.version(name, as_of));
        if (version && !version->withdrawn) found.push_back(*std::move(version));
        return {};
    };
    TAMGA_ASSIGN(const auto backlinks, known.backlinks(commitment, as_of));
    for (const store::Backlink& link : backlinks)
        if (bears_by_link(link.from.kind)) TAMGA_TRY(add(link.from));
    TAMGA_ASSIGN(const auto links, links_at(journal, known, commitment, as_of));
    for (const Link& link : links) {
        if (link.field != kResults) continue;
        TAMGA_TRY(add(link.to));
        if (link.to.kind != Kind::series) continue;
        TAMGA_ASSIGN(const auto observations, known.backlinks(link.to, as_of, Kind::observation));
        for (const store::Backlink& one : observations)
            if (one.field == kSeries) TAMGA_TRY(add(one.from));
    }
    return found;
}

bool may_bear(Kind kind) {
    return bears_by_link(kind) || kind == Kind::centre || kind == Kind::meeting || kind == Kind::instrument ||
           kind == Kind::series || kind == Kind::observation;
}

std::vector<RecordId> borne_by_links(const RecordId& record, const std::vector<Link>& links) {
    std::vector<RecordId> found;
    if (bears_by_link(record.kind))
        for (const Link& link : links)
            if (link.to.kind == Kind::commitment) found.push_back(link.to);
    return found;
}

std::vector<RecordId> series_of(const RecordId& record, const std::vector<Link>& links) {
    std::vector<RecordId> found;
    if (record.kind == Kind::observation)
        for (const Link& link : links)
            if (link.field == kSeries) found.push_back(link.to);
    return found;
}

Result<std::vector<RecordId>> having_as_result(store::Store& store, const RecordId& record,
                                               store::JournalPos as_of) {
    std::vector<RecordId> found;
    TAMGA_ASSIGN(const auto backlinks, store.backlinks(record, as_of, Kind::commitment));
    for (const store::Backlink& link : backlinks)
        if (link.field == kResults) found.push_back(link.from);
    return found;
}

}  // namespace tamga::journal

#include "web/pages/matrix.hpp"

#include <algorithm>

#include "web/pages/commitments.hpp"

namespace tamga::web {

using query::SnapshotPtr;

namespace {

/// Columns that fit on a page.
constexpr std::size_t kMostParties = 12;

/// A party's column: its link, and the short form that heads it.
Json column_of(Page& page, const std::string& id) {
    Json column = page.link(RecordId{Kind::party, id});
    const SnapshotPtr party = page.find({Kind::party, id});
    const std::string code = party ? text_of(party->body, "iso_alpha2") : std::string();
    column["short"] = code.empty() ? column["text"] : Json(code);
    return column;
}

}  // namespace

Json matrix_context(Page& page, const std::vector<SnapshotPtr>& commitments,
                    const std::vector<std::string>& parties) {
    if (commitments.empty()) return nullptr;
    const Scale scale = chosen_scale(page);
    Json columns = Json::array();
    for (const std::string& id : parties) columns.push_back(column_of(page, id));
    page.sort_by_name(columns);
    if (columns.size() > kMostParties) columns.erase(columns.begin() + kMostParties, columns.end());
    Json rows = Json::array();
    for (const SnapshotPtr& commitment : commitments) {
        const Status& status = status_of(page, *commitment);
        Json cells = Json::array();
        for (const Json& column : columns) {
            const auto party = std::ranges::find(status.parties, column["id"].get_ref<const std::string&>(),
                                                 [](const PartyStatus& one) { return one.party.id; });
            cells.push_back({{"state", party == status.parties.end()
                                           ? Json(nullptr)
                                           : state_context(page, scale, party_code(*party, scale))}});
        }
        rows.push_back({{"promise_link", page.link(*commitment)}, {"cells", std::move(cells)}});
    }
    Json meanings = Json::array();
    for (const ScaleValue& value : values(scale)) meanings.push_back(state_context(page, scale, value.code));
    return {{"matrix_parties", std::move(columns)},
            {"matrix_rows", std::move(rows)},
            {"meanings", std::move(meanings)}};
}

}  // namespace tamga::web

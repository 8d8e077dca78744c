#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "status/status.hpp"
#include "web/parts/address.hpp"
#include "web/parts/outlines.hpp"
#include "web/parts/reading.hpp"
#include "web/parts/status_cache.hpp"
#include "web/parts/words.hpp"

namespace tamga::web {

/// One page in the making: what it reads, the words of its language, its address, and how records are shown
/// on it: as links that keep as_of, as facts, as citations. One thread, one request.
class Page : public Reading, public Words {
  public:
    Page(const query::View& view, const i18n::Language& language, Address address, StatusCache& statuses)
        : Reading(view), Words(language), address_(std::move(address)), status_cache_(statuses) {}

    const Address& address() const { return address_; }

    /// What a record is called: {"text","tag","fallback"}.
    Json title(const query::Snapshot& record);
    std::string plain_title(const query::Snapshot& record) {
        return title(record)["text"].get<std::string>();
    }
    /// A link to a record: {"href","text","tag","fallback","kind","id"}.
    Json link(const query::Snapshot& record);
    Json link(const RecordId& name);
    Json links(const std::vector<query::SnapshotPtr>& records);
    using Parameters = std::vector<std::pair<std::string, std::string>>;
    /// "/en" + path, with the parameters and with as_of and public_by kept.
    std::string href(std::string_view path, const Parameters& parameters = {}) const;
    /// This address with query parameters replaced (empty value: removed); as_of is kept unless replaced.
    std::string here(const Parameters& changes) const;
    /// This address in another format, with its query: "/en/updates.atom?mechanism=x".
    std::string here_as(std::string_view format, const Parameters& changes = {}) const;
    std::string record_path(const RecordId& name) const;

    /// A derived sentence as parts for the `sentence` template: [{"part"}, {"part_date"} or {"part_link"}].
    /// Links stay links.
    Json sentence(const Message& message);
    /// Derived statuses by the commitment's id, remembered for the length of the page.
    std::map<std::string, std::shared_ptr<const Status>>& statuses() { return statuses_; }
    StatusCache& status_cache() { return status_cache_; }

    /// What maps on it are drawn on; the shipped ones, unless an operator chose others. Borrowed.
    const Outlines& outlines() const { return *outlines_; }
    void draw_on(const Outlines& outlines) { outlines_ = &outlines; }

    /// Context of one field's value for the `value` template.
    Json value(const Field& field, const Json& value);
    /// The unit of a number in that field; empty if it has none.
    std::string unit_of(const query::Snapshot& record, std::string_view field);
    /// All fields of a record that are there, but those named in `without`.
    Json facts(const query::Snapshot& record, const std::vector<std::string_view>& without = {});
    /// The record's citations: [{"href","text",…,"locator","url","publisher","date"}].
    Json citations(const Json& body);

  private:
    /// "41.2° N, 74.0° E (approximate)", of a body that has both numbers.
    std::string coordinates(const Json& body) const;
    Address address_;
    std::map<std::string, std::shared_ptr<const Status>> statuses_;
    StatusCache& status_cache_;
    const Outlines* outlines_ = &shipped_outlines();
};

/// The field that says in words what a field's code says, where the record has it. A project's state is told
/// in its source's words: IATI's "closed" says that the work is done or paid for, and would be read as if the
/// plant stood still.
std::string_view in_words(const query::Snapshot& record, std::string_view field);

/// Context of the `value` template with nothing in it: each of its members may be set.
Json no_value();

}  // namespace tamga::web

#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"
#include "i18n/language.hpp"
#include "model/record.hpp"
#include "query/register.hpp"
#include "status/status.hpp"
#include "web/status_cache.hpp"

namespace tamga::web {

/// What a page is a function of, beside the register: the URL without its language.
struct Address {
    std::string path;    ///< "/commitments/x": without language and without the ending.
    std::string format;  ///< "html", "json", "csv", "atom".
    std::vector<std::pair<std::string, std::string>> query;

    /// The value of a query parameter; empty if it is not there.
    std::string_view value(std::string_view name) const;
};

/// One page in the making: a view of the register, a language, an address, and the small things that every
/// page needs: texts with their fallback, links that keep as_of, labels. One thread, one request.
class Page {
  public:
    Page(const query::View& view, const i18n::Language& language, Address address, StatusCache& statuses)
        : view_(view), language_(language), address_(std::move(address)), status_cache_(statuses) {}

    const query::View& view() const { return view_; }
    const i18n::Language& language() const { return language_; }
    const Address& address() const { return address_; }

    /// The record, or null; remembered for the length of the page. The first error is kept, see error().
    query::SnapshotPtr find(const RecordId& name);
    std::vector<query::SnapshotPtr> all(Kind kind);
    std::vector<query::SnapshotPtr> linking_to(const RecordId& to, std::optional<Kind> kind = {},
                                               std::string_view field = {});
    /// The first failure of a look-up on this page, if any: the page must then not be shown.
    const std::optional<Error>& error() const { return error_; }

    /// Translates an interface message.
    std::string say(std::string_view message) const { return language_.translate(message); }
    std::string say(std::string_view context, std::string_view message) const {
        return language_.translate(context, message);
    }

    /// A text map in the page's language: {"text","tag","fallback"}; `fallback` names the language shown
    /// instead.
    Json text(const Json& texts) const;
    /// What a record is called: {"text","tag","fallback"}.
    Json title(const query::Snapshot& record);
    std::string plain_title(const query::Snapshot& record) {
        return title(record)["text"].get<std::string>();
    }
    /// A link to a record: {"href","text","tag","fallback","kind","id"}.
    Json link(const query::Snapshot& record);
    Json link(const RecordId& name);
    Json links(const std::vector<query::SnapshotPtr>& records);
    /// Puts links (or whatever has a "text") in the order of their texts, as the language orders names.
    void sort_by_name(Json& links) const;

    /// "/en" + path, with as_of kept.
    std::string href(std::string_view path) const;
    /// This address with query parameters replaced (empty value: removed); as_of is kept unless replaced.
    std::string here(const std::vector<std::pair<std::string, std::string>>& changes) const;
    std::string record_path(const RecordId& name) const;

    /// A derived sentence as parts for the `sentence` template: [{"part"} or {"part_link"}]. Links stay
    /// links.
    Json sentence(const Message& message);
    /// Derived statuses by the commitment's id, remembered for the length of the page.
    std::map<std::string, std::shared_ptr<const Status>>& statuses() { return statuses_; }
    StatusCache& status_cache() { return status_cache_; }

    /// A date as read by people; "" for none.
    std::string date(const Json& body, std::string_view field) const;
    std::string date_text(std::string_view iso) const;
    std::string period_text(std::string_view period) const;
    /// Label of a code of a field.
    std::string code(std::string_view value) const { return say("code", value); }
    std::string kind_label(Kind kind) const { return say("kind", info(kind).name); }
    std::string kinds_label(Kind kind) const { return say("kind", info(kind).plural); }
    std::string field_label(std::string_view field) const { return say("field", field); }
    /// An exact number with its unit.
    std::string amount(const std::string& decimal, std::string_view unit) const;

    /// Context of one field's value for the `value` template.
    Json value(const Field& field, const Json& value);
    /// All fields of a record that are there, but those named in `without`.
    Json facts(const query::Snapshot& record, const std::vector<std::string_view>& without = {});
    /// The record's citations: [{"href","text",…,"locator","url","publisher","date"}].
    Json citations(const Json& body);

  private:
    const query::View& view_;
    const i18n::Language& language_;
    Address address_;
    std::map<RecordId, query::SnapshotPtr> found_;
    std::map<Kind, std::vector<query::SnapshotPtr>> all_;
    std::map<std::string, std::shared_ptr<const Status>> statuses_;
    StatusCache& status_cache_;
    std::optional<Error> error_;
};

/// `text` for use in the path or query of a URL (RFC 3986 2.1).
std::string percent_encode(std::string_view text);

/// Marks an English interface message that is translated later, for the extraction of catalogues.
#define TAMGA_MSG(message) message

}  // namespace tamga::web

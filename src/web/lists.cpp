#include "web/lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/decimal.hpp"
#include "web/commitments.hpp"

namespace tamga::web {

using query::SnapshotPtr;

namespace {

constexpr std::size_t kRowsPerPage = 100;
constexpr int kSilenceMonths = 12;

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
         {"series", "qualifier", "status"},
         "-period"},
        {Kind::claim, {"type", "claimant", "date"}, {"type", "claimant"}, "-date"},
        {Kind::report,
         {"commitment", "party", "date", "progress"},
         {"party", "progress", "commitment"},
         "-date"},
        {Kind::assessment, {"commitment", "assessor", "date", "score"}, {"score", "commitment"}, "-date"},
        {Kind::update, {"date"}, {"mechanism"}, "-date"},
        {Kind::name, {"of"}, {}, "title"},
    };
    return kSpecs;
}

/// The filters of a list: its own, and any other field with codes or links that the address names.
std::vector<std::string> filters_of(const Page& page, const ListSpec& spec) {
    std::vector<std::string> filters(spec.filters.begin(), spec.filters.end());
    for (const auto& [name, value] : page.address().query) {
        const Field* field = info(spec.kind).field(name);
        if (!field || std::ranges::find(filters, name) != filters.end()) continue;
        if (field->type == FieldType::code || field->type == FieldType::link ||
            field->type == FieldType::links || field->type == FieldType::any_links)
            filters.push_back(name);
    }
    return filters;
}

/// The values of a record that a filter compares with: codes and ids.
std::vector<std::string> filter_values(Page& page, const query::Snapshot& record, std::string_view filter) {
    if (filter == "state") return {std::string(status_of(page, record).code(chosen_scale(page)))};
    if (filter == "overdue") return {status_of(page, record).overdue ? "yes" : "no"};
    if (filter == "silent")
        return {status_of(page, record).silent_months.value_or(0) >= kSilenceMonths ? "yes" : "no"};
    const auto found = record.body.find(filter);
    if (found == record.body.end()) return {"not-stated"};
    if (found->is_array()) return found->get<std::vector<std::string>>();
    return {found->get<std::string>()};
}

std::string option_label(Page& page, Kind kind, std::string_view filter, const std::string& value) {
    if (value == "not-stated") return page.say("not stated");
    if (filter == "state") return state_label(page, chosen_scale(page), value);
    if (filter == "overdue" || filter == "silent") return page.say(value);
    const Field* field = info(kind).field(filter);
    if (field->type == FieldType::any_links) {
        const auto name = parse_record_id(value);
        const SnapshotPtr record = name ? page.find(*name) : nullptr;
        return record ? page.plain_title(*record) : value;
    }
    if (!field->target) return page.code(value);
    const SnapshotPtr record = page.find({*field->target, value});
    return record ? page.plain_title(*record) : value;
}

std::string filter_label(const Page& page, std::string_view filter) {
    if (filter == "overdue") return page.say("Overdue");
    if (filter == "silent") return page.say("No word for 12 months or more");
    return page.field_label(filter);
}

/// Whether `needle` stands in any text of the record, letter case aside.
bool holds_text(const Page& page, const Json& value, const std::string& needle) {
    if (value.is_string())
        return page.language().fold(value.get_ref<const std::string&>()).find(needle) != std::string::npos;
    if (value.is_structured())
        return std::any_of(value.begin(), value.end(),
                           [&](const Json& member) { return holds_text(page, member, needle); });
    return false;
}

/// True if `a` stands before `b` in ascending order of `field`; records without it stand last in either
/// order.
class Order {
  public:
    Order(Page& page, Kind kind, std::string_view sort) : page_(page) {
        descending_ = sort.starts_with('-');
        name_ = std::string(descending_ ? sort.substr(1) : sort);
        field_ = info(kind).field(name_);
    }

    bool known() const { return field_ || name_ == "state"; }

    void sort(std::vector<SnapshotPtr>& records) {
        std::vector<std::pair<std::string, SnapshotPtr>> keyed;
        keyed.reserve(records.size());
        for (SnapshotPtr& record : records) keyed.emplace_back(key(*record), std::move(record));
        std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
            if (a.first.empty() || b.first.empty()) return !a.first.empty() && b.first.empty();
            const int order = compare(a.first, b.first);
            return descending_ ? order > 0 : order < 0;
        });
        std::ranges::transform(keyed, records.begin(), [](auto& pair) { return std::move(pair.second); });
    }

  private:
    std::string key(const query::Snapshot& record) {
        if (name_ == "state") {
            const Scale scale = chosen_scale(page_);
            const auto steps = values(scale);
            return std::to_string(
                std::ranges::find(steps, status_of(page_, record).code(scale), &ScaleValue::code) -
                steps.begin());
        }
        if (name_ == "title") return page_.plain_title(record);
        const auto found = record.body.find(name_);
        if (found == record.body.end()) return {};
        if (field_->type == FieldType::text) return page_.text(*found)["text"];
        if (field_->type == FieldType::integer) return found->dump();
        if (found->is_array())
            return found->empty()
                       ? ""
                       : option_label(page_, record.name.kind, name_,
                                      found->at(0).is_string() ? found->at(0).get<std::string>() : "");
        if (field_->type == FieldType::link)
            return option_label(page_, record.name.kind, name_, found->get<std::string>());
        return found->get<std::string>();
    }

    int compare(const std::string& a, const std::string& b) const {
        const bool number =
            name_ == "state" ||
            (field_ && (field_->type == FieldType::decimal || field_->type == FieldType::integer));
        if (number) {
            const auto left = Decimal::parse(a), right = Decimal::parse(b);
            if (left && right) return *left < *right ? -1 : *left > *right ? 1 : 0;
        }
        const bool words =
            name_ == "title" || (field_ && (field_->type == FieldType::text || field_->target));
        return words ? page_.language().compare(a, b) : a.compare(b);
    }

    Page& page_;
    bool descending_ = false;
    std::string name_;
    const Field* field_ = nullptr;
};

Json cell(Page& page, const query::Snapshot& record, std::string_view column) {
    if (column == "state") {
        Json out = status_badge(page, record);
        return {{"badge", std::move(out)}};
    }
    const Field* field = info(record.name.kind).field(column);
    const auto found = record.body.find(column);
    if (found == record.body.end()) return {{"not_stated", true}};
    if (column == "amount")
        return {{"plain", page.amount(found->get<std::string>(), text_of(record.body, "currency"))},
                {"number", true}};
    Json out = page.value(*field, *found);
    if (field->type == FieldType::decimal) out["number"] = true;
    return out;
}

}  // namespace

const ListSpec& list_spec(Kind kind) {
    return specs()[static_cast<std::size_t>(kind)];
}

Result<Listing> make_listing(Page& page, Kind kind) {
    Listing listing;
    listing.spec = &list_spec(kind);
    const std::vector<SnapshotPtr> all = page.all(kind);
    listing.total = all.size();
    const std::string needle = page.language().fold(page.address().value("q"));

    // A record passes if every filter that is set finds its value; each filter's counts disregard that filter
    // alone.
    const std::vector<std::string> filters = filters_of(page, *listing.spec);
    std::vector<std::map<std::string, std::size_t>> counts(filters.size());
    for (const SnapshotPtr& record : all) {
        if (!needle.empty() && !holds_text(page, record->body, needle)) continue;
        std::vector<std::vector<std::string>> values;
        std::size_t failed = 0, failed_at = 0;
        for (std::size_t i = 0; i < filters.size(); ++i) {
            values.push_back(filter_values(page, *record, filters[i]));
            const auto wanted = page.address().value(filters[i]);
            if (!wanted.empty() && std::ranges::find(values.back(), wanted) == values.back().end()) {
                ++failed;
                failed_at = i;
            }
        }
        for (std::size_t i = 0; i < filters.size(); ++i)
            if (failed == 0 || (failed == 1 && failed_at == i))
                for (const std::string& value : values[i]) ++counts[i][value];
        if (failed == 0) listing.records.push_back(record);
    }
    for (std::size_t i = 0; i < filters.size(); ++i) {
        const std::string wanted(page.address().value(filters[i]));
        if (!wanted.empty()) counts[i].try_emplace(wanted, 0);
        if (counts[i].size() < 2 && wanted.empty()) continue;
        Json options = Json::array();
        for (const auto& [value, count] : counts[i])
            options.push_back({{"value", value},
                               {"label", option_label(page, kind, filters[i], value)},
                               {"count", count},
                               {"selected", value == wanted}});
        std::sort(options.begin(), options.end(), [&](const Json& a, const Json& b) {
            return page.language().compare(a["label"].get_ref<const std::string&>(),
                                           b["label"].get_ref<const std::string&>()) < 0;
        });
        listing.filters.push_back({{"name", filters[i]},
                                   {"label", filter_label(page, filters[i])},
                                   {"options", std::move(options)},
                                   {"active", !wanted.empty()}});
    }

    std::string_view sort = page.address().value("sort");
    if (sort.empty()) sort = listing.spec->sort;
    Order order(page, kind, sort);
    if (!order.known())
        return fail(ErrorCode::invalid_usage, "list " + std::string(info(kind).plural),
                    fmt::format("there is no field '{}' to sort by", sort),
                    "use the column headings of the list");
    order.sort(listing.records);
    return listing;
}

Json list_context(Page& page, const Listing& listing) {
    const KindInfo& kind_info = info(listing.spec->kind);
    std::size_t number = 1;
    const auto asked = page.address().value("page");
    std::from_chars(asked.data(), asked.data() + asked.size(), number);
    const std::size_t pages =
        std::max<std::size_t>(1, (listing.records.size() + kRowsPerPage - 1) / kRowsPerPage);
    number = std::clamp<std::size_t>(number, 1, pages);
    const std::size_t first = (number - 1) * kRowsPerPage;
    const std::size_t last = std::min(first + kRowsPerPage, listing.records.size());

    std::string_view sort = page.address().value("sort");
    if (sort.empty()) sort = listing.spec->sort;
    Json columns = Json::array();
    const auto add_column = [&](std::string_view name, bool is_number) {
        const bool up = sort == name, down = sort.starts_with('-') && sort.substr(1) == name;
        const std::string next = up ? "-" + std::string(name) : std::string(name);
        columns.push_back({{"label", page.field_label(name)},
                           {"href", page.here({{"sort", next}, {"page", ""}})},
                           {"sorted", up     ? "ascending"
                                      : down ? "descending"
                                             : ""},
                           {"ascending", up},
                           {"descending", down},
                           {"number", is_number}});
    };
    add_column("title", false);
    for (std::string_view column : listing.spec->columns) {
        const Field* field = kind_info.field(column);
        add_column(column, field && field->type == FieldType::decimal);
    }
    Json rows = Json::array();
    for (std::size_t i = first; i < last; ++i) {
        const query::Snapshot& record = *listing.records[i];
        Json cells = Json::array();
        for (std::string_view column : listing.spec->columns) cells.push_back(cell(page, record, column));
        rows.push_back({{"record", page.link(record)}, {"cells", std::move(cells)}});
    }
    Json hidden = Json::array();
    for (const auto& [key, value] : page.address().query)
        if (key == "as_of" || key == "sort" || key == "scale")
            hidden.push_back({{"name", key}, {"value", value}});
    const bool filtered = listing.records.size() != listing.total;
    return {
        {"columns", std::move(columns)},
        {"rows", std::move(rows)},
        {"filters", listing.filters},
        {"has_filters", !listing.filters.empty() || listing.total > 10},
        {"search", page.address().value("q")},
        {"hidden", std::move(hidden)},
        {"filtered", filtered},
        {"reset_href", page.href("/" + std::string(kind_info.plural))},
        {"count_text",
         filtered ? page.language().format("{1} of {2} records",
                                           {page.language().number(std::to_string(listing.records.size())),
                                            page.language().number(std::to_string(listing.total))})
                  : page.language().plural("{1} record", "{1} records", static_cast<long>(listing.total))},
        {"has_pages", pages > 1},
        {"page_text",
         page.language().format("Page {1} of {2}", {std::to_string(number), std::to_string(pages)})},
        {"previous_href",
         number > 1 ? page.here({{"page", number == 2 ? "" : std::to_string(number - 1)}}) : ""},
        {"next_href", number < pages ? page.here({{"page", std::to_string(number + 1)}}) : ""},
        {"empty", listing.records.empty()},
    };
}

}  // namespace tamga::web

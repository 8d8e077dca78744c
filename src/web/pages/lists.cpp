#include "web/pages/lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "i18n/fold.hpp"
#include "web/frame/pager.hpp"
#include "web/pages/commitments.hpp"

namespace tamga::web {

using query::SnapshotPtr;

namespace {

constexpr std::size_t kRowsPerPage = 100;
/// Rows of a page of data; fewer of commitments, whose statuses are derived for it.
constexpr std::size_t kMostRowsOfData = 1000, kCommitmentsOfData = 250;

bool is_yes_or_no(std::string_view filter) {
    return filter == "overdue" || filter == "silent" || filter == "dated";
}

/// What a filter's value is called: {"text","tag"}, the tag of the language where that is not the page's.
Json called(Page& page, Kind kind, std::string_view filter, const std::string& value) {
    const auto said = [](std::string text) { return Json{{"text", std::move(text)}, {"tag", ""}}; };
    if (value == query::kNotStated) return said(page.say("not stated"));
    if (value == query::kStated) return said(page.say("stated"));
    if (filter == "state") return said(state_label(page, chosen_scale(page), value));
    if (is_yes_or_no(filter)) return said(page.say(value));
    if (filter == "rule") return said(value);
    const Field* const field = info(kind).field(filter);
    std::optional<RecordId> name;
    if (!field)
        name = RecordId{Kind::mechanism, value};  // Derived: the mechanism of another record.
    else if (field->target)
        name = RecordId{*field->target, value};
    else if (field->type != FieldType::any_links)
        return said(page.code(value));
    else if (auto read = parse_record_id(value))
        name = *std::move(read);
    const SnapshotPtr record = name ? page.find(*name) : nullptr;
    if (!record) return said(value);
    Json title = page.title(*record);
    if (!title["fallback"].get<bool>()) title["tag"] = "";
    return title;
}

std::string label_of(Page& page, Kind kind, std::string_view filter, const std::string& value) {
    return called(page, kind, filter, value)["text"];
}

std::string filter_label(const Page& page, std::string_view filter) {
    if (filter == "overdue") return page.say("Due date passed, not shown to be kept");
    if (filter == "silent") return page.say("Nothing reported for 12 months or more");
    if (filter == "dated") return page.say("Has a dated source");
    return page.field_label(filter);
}

/// The values that a filter can have, where they are codes; nothing where they are ids.
std::vector<std::string_view> codes_of(Kind kind, std::string_view filter) {
    std::vector<std::string_view> out;
    if (is_yes_or_no(filter)) return {"yes", "no"};
    if (filter == "rule") {
        for (const Rule& rule : rules()) out.push_back(rule.id);
        return out;
    }
    if (filter == "state") {
        // Of every scale: who changes the scale keeps an address that is answered.
        for (const Scale scale : {Scale::pledge, Scale::score, Scale::completion})
            for (const ScaleValue& value : values(scale)) out.push_back(value.code);
        return out;
    }
    const Field* const field = info(kind).field(filter);
    if (!field || field->type == FieldType::link || field->type == FieldType::links ||
        field->type == FieldType::any_links)
        return out;
    if (field->type == FieldType::code)
        out.assign(field->codes.begin(), field->codes.end());
    else
        out.push_back(query::kStated);
    out.push_back(query::kNotStated);
    return out;
}

Json cell(Page& page, const query::Snapshot& record, std::string_view column) {
    Json out = no_value();
    column = in_words(record, column);
    const Field& field = *info(record.name.kind).field(column);
    const auto found = record.body.find(column);
    if (found == record.body.end()) {
        const std::string missing = column == "value" ? text_of(record.body, "missing") : std::string();
        if (missing.empty())
            out["not_stated"] = true;
        else
            out["plain"] = page.code(missing);
        return out;
    }
    if (const std::string unit = page.unit_of(record, column); !unit.empty())
        out["plain"] = page.readable_amount(found->get<std::string>(), unit);
    else
        out = page.value(field, *found);
    out["number"] = field.type == FieldType::decimal;
    return out;
}

query::Reader reader_of(Page& page, Kind kind) {
    return {.language = page.language().tag(),
            .scale = chosen_scale(page),
            .label = [&page, kind](std::string_view field, const std::string& value) {
                return label_of(page, kind, field, value);
            }};
}

/// A whole number from `least` to `most`.
std::expected<std::size_t, Refusal> number_asked(const Page& page, const std::string& name,
                                                 const std::string& value, std::size_t least,
                                                 std::size_t most) {
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (problem == std::errc() && end == value.data() + value.size() && number >= least && number <= most)
        return number;
    Refusal refusal = unfit_value(page, name, value);
    refusal.hint = page.language().format("It is a number from {1} to {2}.",
                                          {std::to_string(least), std::to_string(most)});
    return std::unexpected(std::move(refusal));
}

/// The facets as choices of the form: [{"name","label","options":[{"value","label","count","selected"}]}].
Json filter_choices(Page& page, Kind kind, const std::vector<query::Facet>& facets) {
    Json out = Json::array();
    for (const query::Facet& facet : facets) {
        if (facet.values.size() < 2 && facet.chosen.empty()) continue;
        Json options = Json::array();
        for (const auto& [value, count] : facet.values) {
            Json name = called(page, kind, facet.name, value);
            options.push_back({{"value", value},
                               {"label", std::move(name["text"])},
                               {"tag", std::move(name["tag"])},
                               {"count", count},
                               {"selected", std::ranges::find(facet.chosen, value) != facet.chosen.end()}});
        }
        std::sort(options.begin(), options.end(), [&](const Json& a, const Json& b) {
            return page.language().compare(a["label"].get_ref<const std::string&>(),
                                           b["label"].get_ref<const std::string&>()) < 0;
        });
        out.push_back({{"name", facet.name},
                       {"label", filter_label(page, facet.name)},
                       {"options", std::move(options)},
                       {"cut_text", facet.distinct > facet.values.size()
                                        ? page.language().format(
                                              "{1} of {2} values",
                                              {page.language().number(std::to_string(facet.values.size())),
                                               page.language().number(std::to_string(facet.distinct))})
                                        : ""},
                       {"several", facet.chosen.size() > 1}});
    }
    return out;
}

/// What the list is filtered by, each with the address of the list without it.
Json chips(Page& page, Kind kind) {
    Json out = Json::array();
    const Page::Parameters asked = chosen(page);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto& [name, value] = asked[i];
        Page::Parameters others = asked;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        for (const char* kept : {"sort", "scale"})
            if (const auto set = page.address().value(kept); !set.empty()) others.emplace_back(kept, set);
        const std::string what = name == "q" ? value : label_of(page, kind, name, value);
        out.push_back(
            {{"chip_text",
              page.language().format("{1}: {2}",
                                     {name == "q" ? page.say("Keywords") : filter_label(page, name), what})},
             {"chip_href", page.href("/" + std::string(info(kind).plural), others)}});
    }
    return out;
}

/// "5 of 12 records".
std::string count_text(const Page& page, const query::Listing& listing) {
    if (listing.passing == listing.total)
        return page.language().plural("{1} record", "{1} records", static_cast<long>(listing.total));
    const std::vector<std::string> numbers{page.language().number(std::to_string(listing.passing)),
                                           page.language().number(std::to_string(listing.total))};
    return listing.unsorted && !listing.next.empty()
               ? page.language().format("At least {1} of {2} records", numbers)
               : page.language().format("{1} of {2} records", numbers);
}

}  // namespace

std::expected<query::ListRequest, Refusal> list_request(const Page& page, Kind kind) {
    query::ListRequest request{.kind = kind};
    const std::string& format = page.address().format;
    if (format == "html" || format == "png") {
        request.count = kRowsPerPage;
        request.places = kind == Kind::project || kind == Kind::centre;
        request.states = kind == Kind::commitment;
    } else {
        request.facets = false;
        // A table of everything is what people load; data come in pages.
        if (format == "json") request.count = kind == Kind::commitment ? kCommitmentsOfData : kMostRowsOfData;
    }
    const std::vector<std::string_view> filters = query::filters_of(kind), sorts = query::sorts_of(kind);
    for (const auto& [name, value] : page.address().query) {
        if (value.empty()) continue;  // A field of the form that is left empty.
        if (name == "q") {
            std::ranges::move(i18n::folded_words(value), std::back_inserter(request.words));
        } else if (name == "sort") {
            const std::string_view field = std::string_view(value).substr(value.starts_with('-') ? 1 : 0);
            if (std::ranges::find(sorts, field) == sorts.end())
                return std::unexpected(unfit_value(page, name, value, sorts));
            request.sort = value;
        } else if (name == "scale") {
            if (!scale_named(value))
                return std::unexpected(unfit_value(
                    page, name, value,
                    {tamga::name(Scale::pledge), tamga::name(Scale::score), tamga::name(Scale::completion)}));
        } else if (name == "first") {
            if (value == "all" && format != "html") {
                request.count = static_cast<std::size_t>(-1);
                continue;
            }
            const auto asked = number_asked(page, name, value, 1, kMostRowsOfData);
            if (!asked) return std::unexpected(asked.error());
            request.count = *asked;
        } else if (name == "after") {
            if (!is_id(value)) return std::unexpected(unfit_value(page, name, value));
            request.after = value;
        } else if (std::ranges::find(filters, name) != filters.end()) {
            const std::vector<std::string_view> codes = codes_of(kind, name);
            const Field* const field = info(kind).field(name);
            const bool id =
                codes.empty() && (value == query::kNotStated || (field && field->type == FieldType::any_links
                                                                     ? parse_record_id(value).has_value()
                                                                     : is_id(value)));
            if (!id && std::ranges::find(codes, value) == codes.end())
                return std::unexpected(unfit_value(page, name, value, codes));
            auto filter = std::ranges::find(request.filters, name, &query::Filter::name);
            if (filter == request.filters.end())
                filter = request.filters.insert(filter, query::Filter{name, {}});
            if (std::ranges::find(filter->values, value) == filter->values.end())
                filter->values.push_back(value);
        }
    }
    return request;
}

Result<query::Listing> make_listing(Page& page, const query::ListRequest& request) {
    return query::list(page.view(), request, reader_of(page, request.kind));
}

bool wants_all(const query::ListRequest& request) {
    return request.count == static_cast<std::size_t>(-1);
}

std::string next_rows(const Page& page, const query::Listing& listing) {
    return listing.next.empty() ? std::string()
                                : page.here_as(page.address().format, {{"after", listing.next}});
}

Result<void> each_listed_id(Page& page, const query::ListRequest& request,
                            const std::function<Result<void>(std::string_view id)>& take) {
    return query::each_listed_id(page.view(), request, reader_of(page, request.kind), take);
}

Result<void> each_listed(Page& page, const query::ListRequest& request,
                         const std::function<Result<void>(const query::Snapshot&)>& take) {
    return query::each_listed(page.view(), request, reader_of(page, request.kind), take);
}

Result<std::vector<SnapshotPtr>> last_changed(Page& page, const query::ListRequest& request) {
    return query::last_changed(page.view(), request, reader_of(page, request.kind));
}

Page::Parameters chosen(const Page& page) {
    Page::Parameters out = page.address().query;
    std::erase_if(out, [](const auto& parameter) {
        return parameter.second.empty() || parameter.first == "as_of" || parameter.first == "public_by" ||
               parameter.first == "first" || parameter.first == "after" || parameter.first == "sort" ||
               parameter.first == "scale";
    });
    return out;
}

std::string list_title(Page& page, Kind kind) {
    std::vector<std::string> filters;
    for (const Json& chip : chips(page, kind)) filters.push_back(chip["chip_text"].get<std::string>());
    return filters.empty() ? page.kinds_label(kind)
                           : page.with_detail(page.kinds_label(kind), page.one_by_one(filters));
}

Json list_context(Page& page, const query::ListRequest& request, const query::Listing& listing) {
    const KindInfo& kind_info = info(request.kind);
    const query::ListSpec& spec = query::list_spec(request.kind);
    const std::string_view sort = request.sort.empty() ? spec.sort : std::string_view(request.sort);
    const std::vector<std::string_view> sorts = query::sorts_of(request.kind);
    Json columns = Json::array();
    const auto add_column = [&](std::string_view name, bool is_number) {
        const bool up = sort == name, down = sort.starts_with('-') && sort.substr(1) == name;
        const bool sortable = std::ranges::find(sorts, name) != sorts.end();
        const std::string next = up ? "-" + std::string(name) : std::string(name);
        columns.push_back({{"label", page.field_label(name)},
                           {"href", sortable ? page.here({{"sort", next}, {"after", ""}}) : ""},
                           {"sorted", up     ? "ascending"
                                      : down ? "descending"
                                             : ""},
                           {"ascending", up},
                           {"descending", down},
                           {"number", is_number}});
    };
    add_column("title", false);
    for (std::string_view column : spec.columns) {
        const Field* field = kind_info.field(column);
        add_column(column, field && field->type == FieldType::decimal);
    }
    Json rows = Json::array();
    for (std::size_t i = 0; i < listing.rows.size(); ++i) {
        const SnapshotPtr& record = listing.rows[i];
        Json cells = Json::array();
        for (std::string_view column : spec.columns)
            if (column == "state") {
                cells.push_back(no_value());
                cells.back()["badge"] = status_badge(page, listing.judged[i]);
            } else {
                cells.push_back(cell(page, *record, column));
            }
        for (std::size_t at = 0; at < cells.size(); ++at)
            cells[at]["cell_label"] = page.field_label(spec.columns[at]);
        rows.push_back({{"record", page.link(*record)}, {"cells", std::move(cells)}});
    }
    Json hidden = Json::array();
    for (const auto& [key, value] : page.address().query)
        if (key == "as_of" || key == "public_by" || key == "sort" || key == "scale")
            hidden.push_back({{"name", key}, {"value", value}});
    Json active = chips(page, request.kind);
    const bool filtered = !active.empty();
    Json filters = filter_choices(page, request.kind, listing.facets);
    const bool has_filters = !filters.empty() || listing.total > 10;
    Json context{
        {"columns", std::move(columns)},
        {"rows", std::move(rows)},
        {"filters", std::move(filters)},
        {"has_filters", has_filters},
        {"search", page.address().value("q")},
        {"hidden", std::move(hidden)},
        {"filtered", filtered},
        {"chips", std::move(active)},
        {"reset_href", page.href("/" + std::string(kind_info.plural))},
        {"count_text", count_text(page, listing)},
        {"unsorted", listing.unsorted},
        {"empty", listing.rows.empty()},
    };
    // Of a list that is not sorted it is not known what stands before.
    const bool goes_on = !request.after.empty();
    const std::size_t number = page_number(request, listing), left = listing.passing - listing.before;
    const std::size_t pages = number + (std::max<std::size_t>(left, 1) - 1) / request.count;
    // After any row what follows is a page of its own, and none of those that are counted from the first.
    const auto text = [&](std::size_t value) { return page.language().number(std::to_string(value)); };
    std::string here;
    if (!listing.unsorted)
        here = listing.before % request.count == 0
                   ? page_text(page, number, pages)
                   : page.language().format(
                         "Records {1} to {2}",
                         {text(listing.before + 1), text(listing.before + listing.rows.size())});
    context.update(pager_context(
        std::move(here),
        goes_on && (listing.unsorted || listing.before > request.count) ? page.here({{"after", ""}}) : "",
        listing.before > 0 ? page.here({{"after", listing.previous}}) : "", next_rows(page, listing)));
    return context;
}

std::size_t page_number(const query::ListRequest& request, const query::Listing& listing) {
    return (listing.before + request.count - 1) / request.count + 1;
}

}  // namespace tamga::web

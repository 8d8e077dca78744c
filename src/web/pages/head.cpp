#include "web/pages/head.hpp"

#include <fmt/format.h>

#include "query/listing.hpp"
#include "web/pages/commitments.hpp"
#include "web/pages/promise.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// Characters of a description that others show, and sources that linked data name.
constexpr std::size_t kShown = 200, kMostSources = 20;

/// What the `value` template would show, as text.
std::string plain(const Page& page, const Json& value) {
    if (value["plain"].is_string()) return value["plain"];
    if (value["in_language"].is_object()) return value["in_language"]["text"];
    std::vector<std::string> texts;
    if (value["links"].is_array())
        for (const Json& link : value["links"]) texts.push_back(link["text"]);
    return page.language().list(texts);
}

void put(Json& out, const char* member, std::string text) {
    if (!text.empty()) out[member] = std::move(text);
}

std::string address_of(const Page& page, const RecordId& name, const std::string& origin) {
    return origin.empty() ? std::string()
                          : fmt::format("{}/{}{}", origin, page.language().tag(), page.record_path(name));
}

/// A field's text in the page's language, or in the one that it has.
std::string text_in(const Page& page, const Json& body, std::string_view field) {
    const auto found = body.find(field);
    return found == body.end() ? std::string() : page.text(*found)["text"].get<std::string>();
}

bool is_state(const Snapshot& party) {
    return text_of(party.body, "type") == "state";
}

Json party_linked_data(Page& page, const Snapshot& party, const std::string& origin) {
    Json out{{"@type", is_state(party) ? "Country" : "Organization"}, {"name", page.plain_title(party)}};
    put(out, "url", address_of(page, party.name, origin));
    put(out, "alternateName", text_in(page, party.body, "official_name"));
    put(out, "identifier",
        is_state(party) ? text_of(party.body, "iso_alpha2") : text_of(party.body, "org_id"));
    return out;
}

void add_instrument_data(Json& out, Page& page, const Json& body) {
    put(out, "legislationType", page.code(text_of(body, "type")));
    put(out, "legislationDate", text_of(body, "date"));
    Json states = Json::array();
    for (const std::string& id : list_of(body, "parties"))
        if (const SnapshotPtr party = page.find({Kind::party, id}); party && is_state(*party))
            states.push_back({{"@type", "Country"}, {"name", page.plain_title(*party)}});
    if (!states.empty()) out["legislationJurisdiction"] = std::move(states);
}

void add_meeting_data(Json& out, Page& page, const Json& body) {
    put(out, "startDate", text_of(body, "start"));
    put(out, "endDate", text_of(body, "end"));
    const std::string format = text_of(body, "format");
    out["eventStatus"] = text_of(body, "status") == "cancelled" ? "https://schema.org/EventCancelled"
                                                                : "https://schema.org/EventScheduled";
    if (!format.empty())
        out["eventAttendanceMode"] = format == "video"    ? "https://schema.org/OnlineEventAttendanceMode"
                                     : format == "hybrid" ? "https://schema.org/MixedEventAttendanceMode"
                                                          : "https://schema.org/OfflineEventAttendanceMode";
    const SnapshotPtr country = page.find({Kind::party, text_of(body, "country")});
    const std::string place = text_in(page, body, "place");
    if (place.empty() && !country) return;
    Json address = Json::object();
    address["@type"] = "PostalAddress";
    put(address, "addressLocality", place);
    if (country) put(address, "addressCountry", text_of(country->body, "iso_alpha2"));
    out["location"] = {{"@type", "Place"},
                       {"name", place.empty() ? page.plain_title(*country) : place},
                       {"address", std::move(address)}};
}

void add_series_data(Json& out, Page& page, const Snapshot& series, const std::string& origin) {
    const SnapshotPtr reporter = page.find({Kind::party, text_of(series.body, "reporter")});
    const SnapshotPtr centre = page.find({Kind::centre, text_of(series.body, "centre")});
    std::string name = reporter ? page.plain_title(*reporter) : page.name_in(series.body, "reporter_name");
    if (name.empty() && centre) name = page.plain_title(*centre);
    if (!name.empty()) out["creator"] = {{"@type", "Organization"}, {"name", name}};
    out["variableMeasured"] = {{"@type", "PropertyValue"},
                               {"name", page.plain_title(series)},
                               {"unitText", text_of(series.body, "unit")}};
    out["isAccessibleForFree"] = true;
    if (!origin.empty())
        out["distribution"] = {{"@type", "DataDownload"},
                               {"encodingFormat", "text/csv"},
                               {"contentUrl", fmt::format("{}/{}/observations.csv?series={}", origin,
                                                          page.language().tag(), series.name.id)}};
}

}  // namespace

std::string lone_title(Page& page, const Snapshot& record) {
    std::string title = page.plain_title(record);
    const auto within = [&](Kind kind, std::string_view field) {
        if (const SnapshotPtr whole = page.find({kind, text_of(record.body, field)}))
            title += " · " + page.plain_title(*whole);
    };
    switch (record.name.kind) {
        case Kind::provision:
            within(Kind::instrument, "instrument");
            break;
        case Kind::observation:
            within(Kind::series, "series");
            break;
        case Kind::report:
        case Kind::assessment:
            within(Kind::commitment, "commitment");
            break;
        case Kind::reply:
            for (const std::string& under : list_of(record.body, "under"))
                if (const auto name = parse_record_id(under))
                    if (const SnapshotPtr whole = page.find(*name)) title += " · " + page.plain_title(*whole);
            break;
        default:
            break;
    }
    return title;
}

std::string in_short(std::string_view text) {
    std::string out;
    std::size_t characters = 0, last_space = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const unsigned char byte = static_cast<unsigned char>(text[at]);
        // Counted where a character begins (RFC 3629 3).
        if ((byte & 0xC0) != 0x80 && characters++ == kShown) {
            // Where words have spaces between them, none is cut; elsewhere the cut is near the end anyway.
            if (last_space > out.size() / 2) out.resize(last_space);
            return out + "…";
        }
        const bool space = byte == ' ' || byte == '\n' || byte == '\t';
        if (space) last_space = out.size();
        if (!space || !out.ends_with(' ')) out += space ? ' ' : text[at];
    }
    return out;
}

std::string description(Page& page, const Snapshot& record) {
    if (record.name.kind == Kind::commitment)
        return in_short(status_data(page, record)["sentence"].get_ref<const std::string&>());
    for (const char* const field : {"summary", "text", "outcome", "coverage"})
        if (std::string text = text_in(page, record.body, field); !text.empty()) return in_short(text);
    // What a list says of it: "Meeting · Summit in Astana · 17 June 2025".
    std::string out = page.kind_label(record.name.kind) + " · " + lone_title(page, record);
    for (const std::string_view column : query::list_spec(record.name.kind).columns) {
        const Field* const field = info(record.name.kind).field(in_words(record, column));
        const auto found = field ? record.body.find(field->name) : record.body.end();
        if (found == record.body.end()) continue;
        if (const std::string value = plain(page, page.value(*field, *found)); !value.empty())
            out += " · " + value;
    }
    return in_short(out);
}

Json linked_data(Page& page, const Snapshot& record, const std::string& origin) {
    const Json& body = record.body;
    Json out = Json::object();
    out["@context"] = "https://schema.org";
    if (record.name.kind == Kind::party) {
        out.update(party_linked_data(page, record, origin));
        return out;
    }
    out["name"] = lone_title(page, record);
    out["description"] = description(page, record);
    put(out, "url", address_of(page, record.name, origin));
    switch (record.name.kind) {
        case Kind::instrument:
            out["@type"] = "Legislation";
            add_instrument_data(out, page, body);
            break;
        case Kind::meeting:
            out["@type"] = "Event";
            add_meeting_data(out, page, body);
            return out;
        case Kind::series:
            out["@type"] = "Dataset";
            add_series_data(out, page, record, origin);
            break;
        case Kind::observation:
            out["@type"] = "Dataset";
            put(out, "temporalCoverage", text_of(body, "period"));
            if (const SnapshotPtr series = page.find({Kind::series, text_of(body, "series")})) {
                out["isPartOf"] = {{"@type", "Dataset"}, {"name", page.plain_title(*series)}};
                put(out["isPartOf"], "url", address_of(page, series->name, origin));
                add_series_data(out, page, *series, origin);
            }
            break;
        case Kind::update:
            out["@type"] = "NewsArticle";
            out["headline"] = page.plain_title(record);
            put(out, "datePublished", text_of(body, "date"));
            out["dateModified"] = utc_text(record.time);
            break;
        default:
            return nullptr;
    }
    out["inLanguage"] = page.language().tag();
    Json sources = Json::array();
    for (const Json& citation : page.citations(body))
        if (const std::string url = citation["url"]; !url.empty() && sources.size() < kMostSources)
            sources.push_back(url);
    if (!sources.empty()) out["isBasedOn"] = std::move(sources);
    return out;
}

Json site_linked_data(const Page& page, const std::string& origin) {
    Json out{{"@context", "https://schema.org"},
             {"@type", "WebSite"},
             {"name", page.say("Tamga register")},
             {"inLanguage", page.language().tag()}};
    if (origin.empty()) return out;
    out["url"] = fmt::format("{}/{}/", origin, page.language().tag());
    out["potentialAction"] = {{"@type", "SearchAction"},
                              {"target",
                               {{"@type", "EntryPoint"},
                                {"urlTemplate", fmt::format("{}/{}/search?q={{search_term_string}}", origin,
                                                            page.language().tag())}}},
                              {"query-input", "required name=search_term_string"}};
    return out;
}

}  // namespace tamga::web

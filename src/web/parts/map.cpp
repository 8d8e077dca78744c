#include "web/parts/map.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>

#include "i18n/region.hpp"
#include "web/parts/map_drawing.hpp"

namespace tamga::web {

using query::SnapshotPtr;

namespace {

using Stage = MapPicture::Stage;

/// The number that a text begins with, and what comes after it; nothing beyond `most`.
std::optional<double> degrees(const std::string& text, double most) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool read = !text.empty() && end == text.c_str() + text.size();
    return read && value >= -most && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<Point> point_of(const std::string& latitude, const std::string& longitude) {
    const auto north = degrees(latitude, 90), east = degrees(longitude, 180);
    return north && east ? std::optional(Point{*north, *east}) : std::nullopt;
}

Stage stage_of(Kind kind, const Json& body) {
    if (kind != Kind::project) return Stage::none;
    const std::string status = text_of(body, "status");
    if (status.empty()) return Stage::not_stated;
    if (status == "pipeline") return Stage::planned;
    if (status == "implementation") return Stage::under_way;
    return status == "cancelled" || status == "suspended" ? Stage::ended : Stage::done;
}

std::string stage_text(const Page& page, Stage stage) {
    switch (stage) {
        case Stage::planned:
            return page.say("Planned");
        case Stage::under_way:
            return page.say("Under way");
        case Stage::done:
            return page.say("Work done, or in operation");
        case Stage::ended:
            return page.say("Cancelled or suspended");
        default:
            return page.say("State not stated");
    }
}

std::vector<Point> route_of(const Json& body) {
    std::vector<Point> route;
    for (const std::string& place : list_of(body, "route")) {
        const std::size_t space = std::min(place.find(' '), place.size() - 1);
        if (const auto point = point_of(place.substr(0, space), place.substr(space + 1)))
            route.push_back(*point);
    }
    return route;
}

/// What the states of the map and their capitals are called: as the register calls its parties, else as the
/// language does.
void name_states(Page& page, MapPicture& picture) {
    const auto states = query::where(page.view(), Kind::party, "type", "state");
    if (!states) return page.failed(states.error());
    std::map<std::string, std::string> names;
    for (const SnapshotPtr& party : *states) {
        names.emplace(text_of(party->body, "iso_alpha2"), page.plain_title(*party));
        const auto at = point_of(text_of(party->body, "latitude"), text_of(party->body, "longitude"));
        const auto capital = party->body.find("capital");
        if (at && capital != party->body.end())
            picture.capitals.push_back({page.text(*capital)["text"].get<std::string>(), *at});
    }
    picture.state_name = [names = std::move(names),
                          tag = std::string(page.language().tag())](std::string_view state) {
        const auto party = names.find(std::string(state));
        return party == names.end() ? i18n::state_name(tag, state) : party->second;
    };
}

Json legend(const Page& page, const DrawnMap& drawn) {
    Json out = Json::array();
    const auto add = [&](std::string_view sign, std::string text) {
        Json entry{{"legend_text", std::move(text)}, {"stage", nullptr}, {"several", false},
                   {"approximate", false},           {"line", false},    {"capital", false}};
        if (sign == "several" || sign == "approximate" || sign == "line" || sign == "capital")
            entry[std::string(sign)] = true;
        else
            entry["stage"] = sign;
        out.push_back(std::move(entry));
    };
    for (const Stage stage : drawn.stages) add(class_of(stage), stage_text(page, stage));
    if (drawn.has_several)
        add("several", page.say("Several places near each other; the number leads to their names"));
    if (drawn.has_approximate) add("approximate", page.say("Place is approximate"));
    if (drawn.has_route)
        add("line", page.say("Railway, road or line: the places that it joins, not its course"));
    if (drawn.has_capital) add("capital", page.say("Capital of a party"));
    return out;
}

/// The places by the numbers of their marks.
Json key(const MapPicture& picture, const DrawnMap& drawn) {
    Json out = Json::array();
    for (std::size_t i = 0; i < drawn.marks.size(); ++i) {
        Json names = Json::array();
        for (const std::size_t at : drawn.marks[i]) {
            const MapPicture::Place& place = picture.places[at];
            names.push_back({{"name_text", place.name},
                             {"name_href", place.href},
                             {"name_tag", place.tag},
                             {"later", at != drawn.marks[i].front()}});
        }
        out.push_back({{"place_number", std::to_string(i + 1)}, {"names", std::move(names)}});
    }
    return out;
}

/// Context of the `map` template; null if there is no place.
Json context_of(Page& page, MapPicture picture, std::string missing_text) {
    if (picture.places.empty()) return nullptr;
    name_states(page, picture);
    picture.kilometres = [&page](int length) {
        return page.language().format("{1} km", {page.language().number(std::to_string(length))});
    };
    picture.joined = [&page](const std::vector<std::string>& names) { return page.one_by_one(names); };
    picture.label = page.say("Map");
    picture.zoom_in = page.say("Zoom in");
    picture.zoom_out = page.say("Zoom out");
    const Outlines& outlines = page.outlines();
    const DrawnMap drawn = draw_map(picture, outlines);
    Json signs = legend(page, drawn);
    const bool has_key = picture.places.size() > 1;
    return {{"map_wide_svg", drawn.wide_svg},
            {"map_narrow_svg", drawn.narrow_svg},
            {"has_legend", !signs.empty()},
            {"legend", std::move(signs)},
            {"has_key", has_key},
            {"map_key", has_key ? key(picture, drawn) : Json::array()},
            {"credit_text", outlines.credit.empty()
                                ? page.say("Coasts and borders: Natural Earth, public domain.")
                                : page.language().format("Coasts and borders: {1}", {outlines.credit})},
            {"missing_text", std::move(missing_text)}};
}

}  // namespace

Json map_context(Page& page, Kind kind, const query::Listing& listing) {
    MapPicture picture;
    std::size_t missing = listing.passing - listing.places.size();
    for (const query::ListedPlace& place : listing.places) {
        const SnapshotPtr record = page.find({kind, place.id});
        const auto at = point_of(place.latitude, place.longitude);
        if (!record || !at) {
            ++missing;
            continue;
        }
        const Json link = page.link(*record);
        picture.places.push_back({.at = *at,
                                  .name = link["text"],
                                  .href = link["href"],
                                  .tag = link["fallback"].get<bool>() ? link["tag"].get<std::string>() : "",
                                  .approximate = text_of(record->body, "precision") == "approximate",
                                  .stage = stage_of(kind, record->body),
                                  .route = route_of(record->body)});
    }
    return context_of(
        page, std::move(picture),
        missing == 0 ? ""
                     : page.language().plural("{1} record has no place on this map; the list shows it.",
                                              "{1} records have no place on this map; the list shows them.",
                                              static_cast<long>(missing)));
}

Json place_map(Page& page, const std::vector<Place>& places) {
    MapPicture picture;
    std::size_t missing = 0;
    for (const Place& place : places) {
        if (const auto at = point_of(place.latitude, place.longitude))
            picture.places.push_back({.at = *at,
                                      .name = place.called,
                                      .tag = place.tag,
                                      .approximate = place.precision == "approximate"});
        else
            ++missing;
    }
    return context_of(page, std::move(picture),
                      missing == 0
                          ? ""
                          : page.language().plural("{1} place lies outside this map; the list shows it.",
                                                   "{1} places lie outside this map; the list shows them.",
                                                   static_cast<long>(missing)));
}

}  // namespace tamga::web

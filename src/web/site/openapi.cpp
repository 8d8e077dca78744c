#include "web/site/openapi.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "i18n/language.hpp"
#include "model/record.hpp"
#include "sheet/writer.hpp"
#include "web/frame/refusal.hpp"
#include "web/site/route.hpp"

namespace tamga::web {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr auto kTypes = std::to_array<Pair>({{"json", "application/json"},
                                             {"csv", "text/csv"},
                                             {"xlsx", sheet::kMediaType},
                                             {"atom", "application/atom+xml"},
                                             {"feed", "application/feed+json"},
                                             {"ics", "text/calendar"},
                                             {"geojson", "application/geo+json"},
                                             {"svg", "image/svg+xml"},
                                             {"png", "image/png"},
                                             {"xml", "application/xml"}});
/// What addresses without a choice of formats answer in; what is none of these is not for programs.
constexpr auto kPlainTypes = std::to_array<Pair>({{"/healthz", "application/json"},
                                                  {"/readyz", "application/json"},
                                                  {"/register.zip", "application/zip"},
                                                  {"/files/{sha256}", "application/octet-stream"},
                                                  {"/api/v1/pending", "application/json"},
                                                  {"/api/v1/seals", "application/json"},
                                                  {"/api/v1/iati/validate", "application/json"}});

/// Which texts stand for a name in braces.
Json schema_data(std::string_view name) {
    Json out{{"type", "string"}};
    if (name == "language") {
        out["enum"] = languages();
    } else if (name == "kinds") {
        for (const KindInfo& kind : kinds()) out["enum"].push_back(kind.plural);
    } else if (name == "code") {
        for (const ProblemKind& kind : problem_kinds()) out["enum"].push_back(tamga::name(kind.code));
    } else if (name == "sha256") {
        out["pattern"] = "^[0-9a-f]{64}$";
    } else if (name == "number") {
        out = {{"type", "integer"}, {"minimum", 1}};
    }
    return out;
}

Json parameter_data(std::string_view name, std::string_view where, std::string_view about, Json schema) {
    Json out{{"name", name}, {"in", where}, {"schema", std::move(schema)}};
    if (where == "path") out["required"] = true;
    if (!about.empty()) out["description"] = about;
    return out;
}

Json parameters_data(const Route& route) {
    Json out = Json::array();
    for (std::size_t at = 0; (at = route.path.find('{', at)) != std::string_view::npos; ++at) {
        const std::string_view name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
        out.push_back(parameter_data(name, "path", "", schema_data(name)));
    }
    const Json text{{"type", "string"}};
    for (const std::string_view name : words_of(route.parameters)) {
        const bool past = name == "as_of";
        out.push_back(parameter_data(
            name, "query",
            past ? "What this register held then: a day, a time or @ and a journal position" : "", text));
        if (past)
            out.push_back(parameter_data("public_by", "query", "What was public by that day",
                                         {{"type", "string"}, {"format", "date"}}));
    }
    if (route.filters) {
        Json filters = parameter_data(
            "filters", "query", "Fields of the kind that its list filters by, each with the value wanted",
            {{"type", "object"}, {"additionalProperties", text}});
        filters["style"] = "form";
        filters["explode"] = true;
        out.push_back(std::move(filters));
    }
    return out;
}

/// One line for people, without links into the documentation.
std::string summary_of(const Route& route) {
    return std::string(route.about.substr(0, route.about.find(" ([")));
}

/// "get_commitments_json".
std::string id_of(std::string_view method, std::string_view path) {
    std::string out(method);
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain)
            out += c;
        else if (out.back() != '_')
            out += '_';
    }
    while (out.back() == '_') out.pop_back();
    return out;
}

Json operation_data(const Route& route, std::string_view method, const std::string& path,
                    std::string_view type) {
    const Json refused{
        {"description", "Refused, or nothing is there: why, as problem details (RFC 9457)"},
        {"content",
         {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
    Json out{{"operationId", id_of(method, path)},
             {"summary", summary_of(route)},
             {"parameters", parameters_data(route)},
             {"responses",
              {{method == "get" ? "200" : "2XX",
                {{"description", "As asked"}, {"content", {{std::string(type), Json::object()}}}}},
               {"default", refused}}}};
    if (route.takes == Takes::file)
        out["requestBody"] = {{"required", true},
                              {"content", {{"application/octet-stream", Json::object()}}}};
    if (route.takes == Takes::form)
        out["requestBody"] = {{"required", true}, {"content", {{"application/json", Json::object()}}}};
    if (route.path == "/api/v1/pending" || route.path == "/api/v1/seals")
        out["security"] = Json::array({{{"token", Json::array()}}});
    return out;
}

Json openapi_data(const std::string& origin) {
    Json paths = Json::object();
    const auto add = [&](const Route& route, const std::string& path, std::string_view type) {
        for (const std::string_view method : words_of(route.methods)) {
            const std::string key = method == "GET" ? "get" : method == "POST" ? "post" : "";
            if (key.empty() || (paths.contains(path) && paths[path].contains(key))) continue;
            paths[path][key] = operation_data(route, key, path, type);
        }
    };
    for (const Route& route : routes()) {
        if (route.who == Who::signed_in) continue;
        if (route.formats.empty()) {
            for (const auto& [path, type] : kPlainTypes)
                if (path == route.path) add(route, std::string(path), type);
            continue;
        }
        for (const std::string_view format : words_of(route.formats))
            for (const auto& [name, type] : kTypes)
                if (name == format) add(route, fmt::format("{}.{}", route.path, format), type);
    }
    const Json text{{"type", "string"}};
    const Json document{
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "Tamga: a register of international agreements"},
          {"version", "1"},
          {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}},
          {"description",
           "Every page answers with its data under the same address. What the members mean: "
           "docs/formats/json.md of the program."}}},
        {"servers", Json::array({{{"url", origin.empty() ? "/" : origin}}})},
        {"security", Json::array()},
        {"paths", std::move(paths)},
        {"components",
         {{"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}},
          {"schemas",
           {{"Problem",
             {{"type", "object"},
              {"required", {"type", "title", "status"}},
              {"properties",
               {{"type", text}, {"title", text}, {"status", {{"type", "integer"}}}, {"detail", text}}}}}}}}}};
    return document;
}

}  // namespace

std::string openapi(const std::string& origin) {
    return openapi_data(origin).dump(1) + "\n";
}

}  // namespace tamga::web

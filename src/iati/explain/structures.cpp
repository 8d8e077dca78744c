#include <algorithm>

#include "iati/explain/explain.hpp"
#include "iati/schema/tables.hpp"

namespace tamga::iati {

namespace {

std::string_view said(schema::Text text) {
    switch (text) {
        case schema::Text::any:
            return "text";
        case schema::Text::boolean:
            return "true or false";
        case schema::Text::decimal:
            return "decimal number";
        case schema::Text::date:
            return "date";
        case schema::Text::date_time:
            return "date and time";
        case schema::Text::any_uri:
            return "address";
        case schema::Text::int_:
            return "whole number";
        case schema::Text::non_negative_integer:
            return "whole number, 0 or more";
        case schema::Text::positive_integer:
            return "whole number, 1 or more";
        case schema::Text::nmtoken:
            return "word";
        case schema::Text::language:
            return "language";
        case schema::Text::xml_space:
            return "default or preserve";
        case schema::Text::xml_id:
            return "name";
    }
    return "text";
}

constexpr std::string_view kRoots[] = {"iati-activities", "iati-activity", "iati-organisations",
                                       "iati-organisation"};

const schema::Type* global(const schema::Tables& tables, std::string_view name) {
    const bool organisations = name.starts_with("iati-organisation");
    for (const schema::Global& one : organisations ? tables.organisation_globals : tables.activity_globals)
        if (one.name == name) return &tables.types[one.type];
    return nullptr;
}

std::span<const schema::Particle> particles(const schema::Tables& tables, const schema::Type& type) {
    return tables.particles.subspan(type.first_particle, type.particle_count);
}

bool is_root(std::string_view name) {
    return std::ranges::find(kRoots, name) != std::end(kRoots);
}

void add_paths(const schema::Tables& tables, const schema::Type& type, const std::string& path,
               std::vector<std::string>& out) {
    out.push_back(path);
    for (const schema::Particle& particle : particles(tables, type))
        if (!particle.name.empty() && !is_root(particle.name))
            add_paths(tables, tables.types[particle.type], path + '/' + std::string(particle.name), out);
}

}  // namespace

std::vector<std::string> SchemaStructures::paths(Version version) const {
    const schema::Tables& tables = schema::kTables[static_cast<std::size_t>(version)];
    std::vector<std::string> out;
    for (const std::string_view root : kRoots)
        if (const schema::Type* type = global(tables, root)) add_paths(tables, *type, std::string(root), out);
    return out;
}

std::optional<ElementStructure> SchemaStructures::find(Version version, std::string_view path) const {
    const schema::Tables& tables = schema::kTables[static_cast<std::size_t>(version)];
    const schema::Type* type = nullptr;
    for (bool first = true; !path.empty(); first = false) {
        const std::size_t slash = path.find('/');
        const std::string_view step = path.substr(0, slash);
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
        if (first) {
            type = is_root(step) ? global(tables, step) : nullptr;
        } else {
            const auto inner = particles(tables, *type);
            const auto at = std::ranges::find(inner, step, &schema::Particle::name);
            type = at == inner.end() ? nullptr : &tables.types[at->type];
        }
        if (!type) return std::nullopt;
    }
    if (!type) return std::nullopt;
    ElementStructure out;
    if (type->content == schema::Content::text) out.content = said(type->text);
    if (type->content == schema::Content::any) out.content = "anything";
    for (const schema::AttributeRule& rule :
         tables.attributes.subspan(type->first_attribute, type->attribute_count))
        out.attributes.push_back({rule.name, said(rule.text), rule.required});
    for (const schema::Particle& particle : particles(tables, *type))
        if (!particle.name.empty())
            out.children.push_back(
                {particle.name, particle.required ? 1U : 0U, particle.repeats ? kMany : 1U});
    return out;
}

}  // namespace tamga::iati

#include "journal/assent.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "access/policy.hpp"
#include "journal/evidence.hpp"
#include "journal/log.hpp"

namespace tamga::journal {

namespace {

using Links = std::vector<Link>;

/// Ids that the links of a field lead to, added to `out`.
void add_linked(const Links& links, std::string_view field, std::vector<std::string>& out) {
    for (const Link& link : links)
        if (link.field == field) out.push_back(link.to.id);
}

std::optional<std::string> first_linked(const Links& links, std::string_view field) {
    const auto found = std::ranges::find(links, field, &Link::field);
    if (found == links.end()) return std::nullopt;
    return found->to.id;
}

/// The record's body; an empty object where it is not there, or was erased.
Result<Json> body_at(store::Store& store, const RecordId& name, store::JournalPos as_of) {
    TAMGA_ASSIGN(const auto version, store.version(name, as_of));
    if (!version || version->withdrawn) return Json::object();
    TAMGA_ASSIGN(const auto payload, store.payload(version->payload));
    if (!payload) return Json::object();
    auto body = parse_json(payload->body);
    return body && body->is_object() ? *std::move(body) : Json::object();
}

}  // namespace

std::size_t enough_by(const Json& mechanism, std::size_t parties) {
    const std::string rule = text_of(mechanism, "assent_rule");
    if (rule == "majority") return parties == 0 ? 0 : parties / 2 + 1;
    const auto number = mechanism.find("assent_number");
    if (rule != "number" || number == mechanism.end() || !number->is_number_integer()) return parties;
    const auto told = number->get<std::int64_t>();
    return told < 1 ? parties : std::min(static_cast<std::size_t>(told), parties);
}

Result<Asked> asked_of(store::Store& store, const RecordId& name, store::JournalPos as_of) {
    Asked asked;
    if (!access::is_shared(name.kind)) return asked;
    TAMGA_ASSIGN(const auto version, store.version(name, as_of));
    if (!version || version->withdrawn) return asked;
    // By links, not by bodies: they lead to records by the ids that these have now.
    TAMGA_ASSIGN(Links links, links_at(store, store, name, as_of));
    if (name.kind == Kind::provision) {
        const auto instrument = first_linked(links, "instrument");
        links.clear();
        if (instrument) {
            TAMGA_ASSIGN(links, links_at(store, store, {Kind::instrument, *instrument}, as_of));
        }
    }
    if (name.kind == Kind::instrument || name.kind == Kind::provision || name.kind == Kind::mechanism)
        add_linked(links, "parties", asked.parties);
    if (name.kind == Kind::commitment) {
        add_linked(links, "by", asked.parties);
        add_linked(links, "to", asked.parties);
    }
    const auto mechanism = name.kind == Kind::mechanism ? name.id : first_linked(links, "mechanism");
    Json rule = Json::object();
    if (mechanism) {
        const RecordId framework{Kind::mechanism, *mechanism};
        TAMGA_ASSIGN(rule, body_at(store, framework, as_of));
        if (asked.parties.empty()) {
            TAMGA_ASSIGN(const Links its, links_at(store, store, framework, as_of));
            add_linked(its, "parties", asked.parties);
        }
    }
    std::ranges::sort(asked.parties);
    const auto twice = std::ranges::unique(asked.parties);
    asked.parties.erase(twice.begin(), twice.end());
    asked.stated = rule.contains("assent_rule");
    // Who changes the rule changes it for everybody.
    asked.enough =
        name.kind == Kind::mechanism ? asked.parties.size() : enough_by(rule, asked.parties.size());
    return asked;
}

Result<std::string> assent_body(const std::string& words) {
    return canonical(Json{{"words", words}});
}

std::string assent_words(const Json& body) {
    const auto words = body.find("words");
    return words != body.end() && words->is_string() ? words->get<std::string>() : std::string();
}

}  // namespace tamga::journal

#include "iati/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "iati/dates.hpp"
#include "iati/rules.hpp"
#include "xml/characters.hpp"
#include "xml/stream.hpp"

namespace tamga::iati {

namespace {

using xml::Name;
using xml::Node;
using xml::stripped;

/// A selection, compiled for one table of names.
class Wanted {
  public:
    Wanted(const Selection& selection, xml::Names& names)
        : countries_(selection.countries.begin(), selection.countries.end()),
          regions_(selection.regions.begin(), selection.regions.end()),
          organisations_(selection.organisations.begin(), selection.organisations.end()),
          identifiers_(selection.identifiers.begin(), selection.identifiers.end()),
          touched_countries_(selection.touched_countries.begin(), selection.touched_countries.end()),
          touched_organisations_(selection.touched_organisations.begin(), selection.touched_organisations.end()),
          sectors_(selection.sectors),
          from_(selection.from),
          to_(selection.to),
          activities(names.add("iati-activities")),
          activity(names.add("iati-activity")),
          identifier_(names.add("iati-identifier")),
          country_(names.add("recipient-country")),
          region_(names.add("recipient-region")),
          sector_(names.add("sector")),
          transaction_(names.add("transaction")),
          planned_(names.add("planned-disbursement")),
          reporting_(names.add("reporting-org")),
          participating_(names.add("participating-org")),
          provider_(names.add("provider-org")),
          receiver_(names.add("receiver-org")),
          date_(names.add("activity-date")),
          code_(names.add("code")),
          ref_(names.add("ref")),
          type_(names.add("type")),
          iso_date_(names.add("iso-date")) {}

    bool fits(const Node& node) {
        return (identifiers_.empty() || identified(node)) &&
               (countries_.empty() || coded(node, country_, [&](std::string_view code) { return countries_.contains(code); })) &&
               (regions_.empty() || coded(node, region_, [&](std::string_view code) { return regions_.contains(code); })) &&
               (sectors_.empty() || coded(node, sector_,
                                          [&](std::string_view code) {
                                              return std::ranges::any_of(sectors_, [&](const std::string& beginning) {
                                                  return code.starts_with(beginning);
                                              });
                                          })) &&
               (organisations_.empty() || organised(node, organisations_)) && touched(node) && ((from_.empty() && to_.empty()) || timed(node));
    }

  private:
    bool identified(const Node& node) {
        const Node* const found = node.child(identifier_);
        return found && identifiers_.contains(stripped(xml::string_value(*found, buffer_)));
    }
    template <typename Fits>
    bool coded(const Node& node, Name name, const Fits& fits) const {
        const auto here = [&](const Node& parent) {
            for (const Node* found = parent.child(name); found; found = found->same) {
                const xml::Attribute* const code = found->attribute(code_);
                if (code && fits(code->value)) return true;
            }
            return false;
        };
        if (here(node)) return true;
        for (const Node* inner = node.child(transaction_); inner; inner = inner->same)
            if (here(*inner)) return true;
        return false;
    }
    bool touched(const Node& node) const {
        if (touched_countries_.empty() && touched_organisations_.empty()) return true;
        return coded(node, country_, [&](std::string_view code) { return touched_countries_.contains(code); }) ||
               organised(node, touched_organisations_);
    }
    bool organised(const Node& node, const TextSet& wanted) const {
        const auto here = [&](const Node& parent, Name name) {
            for (const Node* found = parent.child(name); found; found = found->same) {
                const xml::Attribute* const ref = found->attribute(ref_);
                if (ref && wanted.contains(stripped(ref->value))) return true;
            }
            return false;
        };
        if (here(node, reporting_) || here(node, participating_)) return true;
        for (const Name outer : {transaction_, planned_})
            for (const Node* inner = node.child(outer); inner; inner = inner->same)
                if (here(*inner, provider_) || here(*inner, receiver_)) return true;
        return false;
    }
    /// Days compare as texts: "2026-11-23".
    bool timed(const Node& node) const {
        std::string_view day[5];
        for (const Node* found = node.child(date_); found; found = found->same) {
            const xml::Attribute* const type = found->attribute(type_);
            const xml::Attribute* const date = found->attribute(iso_date_);
            if (!type || !date || type->value.size() != 1 || type->value[0] < '1' || type->value[0] > '4') continue;
            if (xsd_date(date->value.substr(0, 10))) day[type->value[0] - '0'] = date->value.substr(0, 10);
        }
        const std::string_view start = day[2].empty() ? day[1] : day[2];
        const std::string_view end = day[4].empty() ? day[3] : day[4];
        if (start.empty() && end.empty()) return false;
        return (from_.empty() || end.empty() || end >= from_) && (to_.empty() || start.empty() || start <= to_);
    }

    TextSet countries_, regions_, organisations_, identifiers_, touched_countries_, touched_organisations_;
    std::vector<std::string> sectors_;
    std::string from_, to_;
    std::string buffer_;

  public:
    const Name activities, activity;

  private:
    Name identifier_, country_, region_, sector_, transaction_, planned_, reporting_, participating_, provider_, receiver_, date_,
        code_, ref_, type_, iso_date_;
};

}  // namespace

Result<Filtered> each_part(xml::Source& source, const std::string& name, const Selection& selection, xml::Names& names,
                           const std::function<Result<void>(const xml::Stream&)>& open,
                           const std::function<Result<void>(const Part&)>& take, std::size_t most_bytes_of_element) {
    Wanted wanted(selection, names);
    xml::Stream stream(source, names, {.child = most_bytes_of_element});
    const auto bad = [&](std::string what, xml::Position where, std::string hint) {
        return fail(ErrorCode::invalid_input, "read " + name, std::move(what), std::move(hint),
                    fmt::format("{}:{}:{}", name, where.line, where.column));
    };
    const auto broken = [&] {
        return bad(stream.broken()->what, stream.broken()->where,
                   stream.broken()->hint.empty() ? std::string("correct this place") : stream.broken()->hint);
    };
    if (!stream.open()) return broken();
    if (stream.root().name != wanted.activities)
        return bad(fmt::format("the root element is '{}', not iati-activities", stream.root().qualified), stream.root_position(0),
                   "give a file of activities");
    TAMGA_TRY(open(stream));
    Filtered filtered;
    xml::Reader reader(names, {.keep_space = false});
    bool dropped = false;  // The activity before was not wanted.
    while (auto piece = stream.next()) {
        Node root = stream.root();
        if (!reader.content(piece->text, stream.bindings(), root))
            return bad(reader.fault().what, xml::position_of(piece->text, reader.fault().where, piece->start), "correct this place");
        const std::string_view text = piece->text;
        std::size_t at = 0;
        xml::Position where = piece->start;
        const auto part = [&](const Node* activity, std::size_t end) -> Result<void> {
            const std::string_view all = text.substr(at, end - at);
            const Part told{activity, all, where};
            where = xml::position_of(all, all.size(), where);
            at = end;
            if (all.empty() || (!activity && dropped && xml::is_blank(all))) return {};
            return take(told);
        };
        for (const Node* child = root.first; child; child = child->next) {
            if (child->name != wanted.activity) continue;
            ++filtered.activities;
            TAMGA_TRY(part(nullptr, child->where));
            dropped = !wanted.fits(*child);
            if (dropped) {
                where = xml::position_of(text.substr(at, child->end - at), child->end - at, where);
                at = child->end;
            } else {
                ++filtered.kept;
                TAMGA_TRY(part(child, child->end));
            }
        }
        TAMGA_TRY(part(nullptr, text.size()));
    }
    filtered.bytes = stream.bytes();
    if (stream.broken()) return broken();
    return filtered;
}

Result<Filtered> filter(xml::Source& source, const std::string& name, const Selection& selection,
                        const std::function<Result<void>(std::string_view)>& write, std::size_t most_bytes_of_element) {
    xml::Names names;
    std::string end;
    TAMGA_ASSIGN(const Filtered filtered,
                 each_part(
                     source, name, selection, names,
                     [&](const xml::Stream& stream) -> Result<void> {
                         TAMGA_TRY(write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
                         end = fmt::format("</{}>\n", stream.root().qualified);
                         return write(stream.root_tag());
                     },
                     [&](const Part& part) { return write(part.text); }, most_bytes_of_element));
    TAMGA_TRY(write(end));
    return filtered;
}

}  // namespace tamga::iati

#include "iati/select/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "iati/rules/dates.hpp"
#include "iati/rules/rules.hpp"
#include "iati/schema/names.hpp"
#include "iati/standard/standard.hpp"
#include "xml/characters.hpp"
#include "xml/stream.hpp"

namespace tamga::iati {

namespace {

using xml::Name;
using xml::Node;
using xml::stripped;

constexpr std::size_t kTold = 20;

/// A selection, compiled for one table of names. Tells `out` what it met.
class Wanted {
  public:
    Wanted(const Selection& selection, Filtered& out)
        : out_(out),
          countries_(in_capitals(selection.countries)),
          regions_(selection.regions.begin(), selection.regions.end()),
          organisations_(selection.organisations.begin(), selection.organisations.end()),
          identifiers_(selection.identifiers.begin(), selection.identifiers.end()),
          touched_countries_(in_capitals(selection.touched_countries)),
          touched_organisations_(selection.touched_organisations.begin(),
                                 selection.touched_organisations.end()),
          sectors_(selection.sectors),
          sector_vocabulary_(selection.sector_vocabulary),
          from_(selection.from),
          to_(selection.to) {
        const auto wish = [&](std::string_view name, bool wished, bool (Wanted::*met)(const Node&)) {
            if (!wished) return;
            out_.wishes.push_back({name});
            wishes_.push_back(met);
        };
        wish("identifiers", !identifiers_.empty(), &Wanted::identified);
        wish("country", !countries_.empty(), &Wanted::in_countries);
        wish("region", !regions_.empty(), &Wanted::in_regions);
        wish("sector", !sectors_.empty(), &Wanted::in_sectors);
        wish("organisation", !organisations_.empty(), &Wanted::with_organisations);
        wish("mechanism", !touched_countries_.empty() || !touched_organisations_.empty(), &Wanted::touched);
        wish(from_.empty() ? "to"
             : to_.empty() ? "from"
                           : "from and --to",
             !from_.empty() || !to_.empty(), &Wanted::timed);
    }

    bool fits(const Node& node) {
        bool all = true;
        for (std::size_t i = 0; i < wishes_.size(); ++i) {
            const bool met = (this->*wishes_[i])(node);
            if (met) ++out_.wishes[i].met;
            all &= met;
        }
        return all;
    }

  private:
    static TextSet in_capitals(const std::vector<std::string>& codes) {
        TextSet set;
        for (const std::string& code : codes) set.insert(capitals(code));
        return set;
    }
    static void tell(std::set<std::string>& told, std::string_view text) {
        if (told.size() < kTold) told.emplace(text);
    }
    bool identified(const Node& node) {
        const Node* const found = node.child("iati-identifier"_iati);
        return found && identifiers_.contains(stripped(xml::string_value(*found, buffer_)));
    }
    /// Whether a node of that name, at the activity or a transaction of it, fits.
    template <typename Fits>
    bool anywhere(const Node& node, Name name, const Fits& fits) const {
        const auto here = [&](const Node& parent) {
            for (const Node* found = parent.child(name); found; found = found->same)
                if (fits(*found)) return true;
            return false;
        };
        if (here(node)) return true;
        for (const Node* inner = node.child("transaction"_iati); inner; inner = inner->same)
            if (here(*inner)) return true;
        return false;
    }
    static std::string_view attribute(const Node& node, Name name) {
        const xml::Attribute* const found = node.attribute(name);
        return found ? stripped(found->value) : std::string_view();
    }
    bool in_any(const Node& node, const TextSet& wanted) {
        return anywhere(node, "recipient-country"_iati, [&](const Node& found) {
            const std::string code = capitals(attribute(found, "code"_iati));
            if (code.empty()) return false;
            if (wanted.contains(code)) return true;
            tell(out_.countries, code);
            return false;
        });
    }
    bool in_countries(const Node& node) { return in_any(node, countries_); }
    bool in_regions(const Node& node) {
        return anywhere(node, "recipient-region"_iati,
                        [&](const Node& found) { return regions_.contains(attribute(found, "code"_iati)); });
    }
    bool in_sectors(const Node& node) {
        return anywhere(node, "sector"_iati, [&](const Node& found) {
            const std::string_view code = attribute(found, "code"_iati);
            if (!std::ranges::any_of(sectors_, [&](const auto& start) { return code.starts_with(start); }))
                return false;
            std::string_view vocabulary = attribute(found, "vocabulary"_iati);
            if (vocabulary.empty()) vocabulary = "1";
            if (sector_vocabulary_.empty() ? vocabulary == "1" || vocabulary == "2"
                                           : vocabulary == sector_vocabulary_)
                return true;
            tell(out_.sector_vocabularies, vocabulary);
            return false;
        });
    }
    bool touched(const Node& node) {
        return in_any(node, touched_countries_) || organised(node, touched_organisations_);
    }
    bool with_organisations(const Node& node) { return organised(node, organisations_); }
    bool organised(const Node& node, const TextSet& wanted) const {
        const auto here = [&](const Node& parent, Name name) {
            for (const Node* found = parent.child(name); found; found = found->same) {
                const xml::Attribute* const ref = found->attribute("ref"_iati);
                if (ref && wanted.contains(stripped(ref->value))) return true;
            }
            return false;
        };
        if (here(node, "reporting-org"_iati) || here(node, "participating-org"_iati)) return true;
        for (const Name outer : {"transaction"_iati, "planned-disbursement"_iati})
            for (const Node* inner = node.child(outer); inner; inner = inner->same)
                if (here(*inner, "provider-org"_iati) || here(*inner, "receiver-org"_iati)) return true;
        return false;
    }
    /// Days compare as texts: "2026-11-23".
    bool timed(const Node& node) {
        std::string_view day[5];
        for (const Node* found = node.child("activity-date"_iati); found; found = found->same) {
            const xml::Attribute* const type = found->attribute("type"_iati);
            const xml::Attribute* const date = found->attribute("iso-date"_iati);
            if (!type || !date || type->value.size() != 1 || type->value[0] < '1' || type->value[0] > '4')
                continue;
            const std::string_view text = stripped(date->value).substr(0, 10);
            if (xsd_date(text)) day[type->value[0] - '0'] = text;
        }
        const std::string_view start = day[2].empty() ? day[1] : day[2];
        const std::string_view end = day[4].empty() ? day[3] : day[4];
        if (start.empty() && end.empty()) return false;
        return (from_.empty() || end.empty() || end >= from_) &&
               (to_.empty() || start.empty() || start <= to_);
    }

    Filtered& out_;
    std::vector<bool (Wanted::*)(const Node&)> wishes_;  ///< As out_.wishes.
    TextSet countries_, regions_, organisations_, identifiers_, touched_countries_, touched_organisations_;
    std::vector<std::string> sectors_;
    std::string sector_vocabulary_, from_, to_;
    std::string buffer_;
};

}  // namespace

std::string capitals(std::string_view code) {
    std::string out(stripped(code));
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

std::string why_none(const Filtered& filtered) {
    if (filtered.kept > 0) return {};
    if (filtered.activities == 0) return "the file has no activity";
    for (const Filtered::Wish& wish : filtered.wishes) {
        if (wish.met > 0) continue;
        std::string out = fmt::format("no activity fits --{}", wish.name);
        if (wish.name == "country")
            out += filtered.countries.empty()
                       ? "; the file names no country"
                       : fmt::format("; the file names {}{}", fmt::join(filtered.countries, ", "),
                                     filtered.countries.size() < kTold ? "" : " and others");
        if (wish.name == "sector" && !filtered.sector_vocabularies.empty())
            out += fmt::format("; such codes stand in other vocabularies: --sector-vocabulary {}",
                               fmt::join(filtered.sector_vocabularies, " or "));
        return out;
    }
    return "each option fits some activity, but no activity fits them all";
}

Result<void> check_version(const xml::Stream& stream, const std::string& name) {
    const xml::Attribute* const version = stream.root().attribute("version"_iati);
    if (version && parse_version(version->value)) return {};
    const xml::Position at = stream.root_position(stream.root().where);
    return fail(ErrorCode::invalid_input, "read " + name,
                version ? fmt::format("'{}' is no version of the standard that is known here", version->value)
                        : std::string("the file does not say which version of the standard it keeps to"),
                "give a file of version 2.01, 2.02 or 2.03",
                fmt::format("{}:{}:{}", name, at.line, at.column));
}

Result<Filtered> each_part(xml::Source& source, const std::string& name, const Selection& selection,
                           const std::function<Result<void>(const xml::Stream&)>& open,
                           const std::function<Result<void>(const Part&)>& take,
                           std::size_t most_bytes_of_element) {
    Filtered filtered;
    Wanted wanted(selection, filtered);
    xml::Stream stream(source, standard_names(), {.child = most_bytes_of_element});
    const auto bad = [&](std::string what, xml::Position where, std::string hint) {
        return fail(ErrorCode::invalid_input, "read " + name, std::move(what), std::move(hint),
                    fmt::format("{}:{}:{}", name, where.line, where.column));
    };
    const auto broken = [&] {
        return bad(stream.broken()->what, stream.broken()->where,
                   stream.broken()->hint.empty() ? std::string("correct this place") : stream.broken()->hint);
    };
    if (!stream.open()) return broken();
    if (stream.root().name != "iati-activities"_iati)
        return bad(fmt::format("the root element is '{}', not iati-activities", stream.root().qualified),
                   stream.root_position(stream.root().where), "give a file of activities");
    TAMGA_TRY(open(stream));
    xml::Reader reader(standard_names(), {.keep_space = false});
    bool dropped = false;  // The activity before was not wanted.
    while (auto piece = stream.next()) {
        Node root = stream.root();
        if (!reader.content(piece->text, stream.bindings(), root))
            return bad(reader.fault().what, xml::position_of(piece->text, reader.fault().where, piece->start),
                       reader.fault().too_large ? "split it" : "correct this place");
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
            if (child->name != "iati-activity"_iati) continue;
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
    filtered.epilog = stream.epilog();
    return filtered;
}

Result<Filtered> filter(xml::Source& source, const std::string& name, const Selection& selection,
                        const std::function<Result<void>(std::string_view)>& write,
                        std::size_t most_bytes_of_element) {
    std::string end;
    TAMGA_ASSIGN(const Filtered filtered,
                 each_part(
                     source, name, selection,
                     [&](const xml::Stream& stream) -> Result<void> {
                         TAMGA_TRY(check_version(stream, name));
                         TAMGA_TRY(write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
                         end = fmt::format("</{}>", stream.root().qualified);
                         return write(stream.root_tag());
                     },
                     [&](const Part& part) { return write(part.text); }, most_bytes_of_element));
    TAMGA_TRY(write(end + (xml::is_blank(filtered.epilog) ? "\n" : filtered.epilog)));
    return filtered;
}

}  // namespace tamga::iati

#include "iati/explain/explain.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace tamga::iati {

std::string_view Structures::rule(Version, std::string_view) const {
    return {};
}

namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kMostSections = 3;  ///< More places than this are listed, not told one by one.
constexpr std::size_t kMostPlaces = 20;

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Appends text in lines, each after `indent` spaces but the first, which begins where the column stands.
void wrap(std::string& out, std::string_view text, std::size_t column, std::size_t indent) {
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const std::size_t length = characters(word);
        if (!first && column + 1 + length > kWidth) {
            out += '\n';
            out.append(indent, ' ');
            column = indent;
        } else if (!first) {
            out += ' ';
            ++column;
        }
        out += word;
        column += length;
        first = false;
    }
    out += '\n';
}

/// A table: the columns but the last as wide as their widest cell, the last wrapped; on a line of its own
/// where those before it leave too little room.
void table(std::string& out, const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows)
        for (std::size_t i = 0; i + 1 < row.size(); ++i) {
            widths.resize(std::max(widths.size(), i + 1));
            widths[i] = std::max(widths[i], characters(row[i]));
        }
    for (const auto& row : rows) {
        std::size_t column = 2;
        std::string line(2, ' ');
        if (row.size() == 1) {
            wrap(line, row[0], column, column);
            out += line;
            continue;
        }
        for (std::size_t i = 0; i + 1 < row.size(); ++i) {
            line += row[i];
            line.append(widths[i] - characters(row[i]) + 2, ' ');
            column += widths[i] + 2;
        }
        if (column > kWidth * 2 / 3 && !row.back().empty() && column + characters(row.back()) > kWidth) {
            line.append("\n      ");
            column = 6;
        }
        wrap(line, row.back(), column, column);
        for (std::size_t at = 0; (at = line.find(" \n", at)) != std::string::npos;)
            line.erase(at, 1), at -= at > 0;
        out += line;
    }
}

/// What a note says, if it is about that version: without the versions before it.
std::string note(std::string_view line, Version version) {
    const std::size_t colon = line.find(": ");
    const std::string_view head = line.substr(0, colon == std::string_view::npos ? 0 : colon);
    if (head.empty() || head.find_first_not_of("0123456789. ") != std::string_view::npos)
        return std::string(line);
    if (head.find(name(version)) == std::string_view::npos) return {};
    std::string rest(line.substr(colon + 2));
    if (rest[0] >= 'a' && rest[0] <= 'z') rest[0] = static_cast<char>(rest[0] - 'a' + 'A');
    return rest;
}

std::string_view last_step(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}
std::string_view parent_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash != std::string_view::npos) return path.substr(0, slash);
    return path == "iati-activity"       ? "iati-activities"
           : path == "iati-organisation" ? "iati-organisations"
                                         : std::string_view();
}

bool ends_at_step(std::string_view path, std::string_view end) {
    return path == end ||
           (path.size() > end.size() && path.ends_with(end) && path[path.size() - end.size() - 1] == '/');
}

/// An id's numbers: "10.1.2" comes after "9.1.2".
std::vector<unsigned> numbers(std::string_view id) {
    std::vector<unsigned> out(1, 0);
    for (const char c : id)
        if (c == '.')
            out.push_back(0);
        else
            out.back() = out.back() * 10 + static_cast<unsigned>(c - '0');
    return out;
}

/// How often a child may stand.
std::string how_often(const ChildUse& child) {
    if (child.max == 1) return child.min == 0 ? "at most once" : "once";
    if (child.max != kMany) return std::to_string(child.min) + " to " + std::to_string(child.max) + " times";
    return child.min == 0   ? "any number"
           : child.min == 1 ? "once or more"
                            : std::to_string(child.min) + " or more";
}

class Teller {
  public:
    Teller(Version version, const Structures& structures)
        : version_(version), structures_(structures), paths_(structures.paths(version)) {}

    Explanation tell(std::string_view asked) {
        std::string_view query = asked;
        while (query.starts_with('/')) query.remove_prefix(1);
        while (query.ends_with('/')) query.remove_suffix(1);
        for (const std::string_view root : {"iati-activities/", "iati-organisations/"})
            if (query.starts_with(root) && query.substr(root.size()).starts_with("iati-"))
                query.remove_prefix(root.size());
        const std::size_t at = query.rfind('@');
        const bool attribute = at != std::string_view::npos && (at == 0 || query[at - 1] == '/');
        const std::vector<std::string> places = query.empty() ? std::vector<std::string>()
                                                : attribute   ? with_attribute(paths_, version_, query)
                                                              : ending(paths_, query);
        if (places.empty()) return {unknown(asked, query, attribute), false};
        if (places.size() > kMostSections) {
            many(query, places, attribute);
        } else {
            for (const std::string& place : places) {
                if (!out_.empty()) out_ += '\n';
                attribute ? one_attribute(place) : one_element(place);
            }
        }
        return {out_, true};
    }

  private:
    static std::vector<std::string> ending(const std::vector<std::string>& paths, std::string_view query) {
        if (std::ranges::find(paths, query) != paths.end()) return {std::string(query)};
        std::vector<std::string> out;
        for (const std::string& path : paths)
            if (ends_at_step(path, query)) out.push_back(path);
        return out;
    }

    std::vector<std::string> with_attribute(const std::vector<std::string>& paths, Version version,
                                            std::string_view query) const {
        const std::size_t at = query.rfind('@');
        const std::string_view wanted = query.substr(at + 1);
        const std::string_view element = query.substr(0, at == 0 ? 0 : at - 1);
        std::vector<std::string> out;
        for (const std::string& path : element.empty() ? paths : ending(paths, element)) {
            const auto structure = structures_.find(version, path);
            if (structure && std::ranges::find(structure->attributes, wanted, &AttributeUse::name) !=
                                 structure->attributes.end())
                out.push_back(path + "/@" + std::string(wanted));
        }
        return out;
    }

    void title(std::string_view path) {
        out_.append(path).append("  (version ").append(name(version_)).append(")\n\n");
    }

    void meanings(std::string_view path) {
        const auto entry = meaning(path);
        if (!entry) return;
        out_ += "  ";
        wrap(out_, entry->meaning, 2, 2);
        std::string_view notes = entry->notes;
        while (!notes.empty()) {
            const std::size_t end = notes.find('\n');
            const std::string said = note(notes.substr(0, end), version_);
            notes.remove_prefix(end + 1);
            if (said.empty()) continue;
            out_ += "  ";
            wrap(out_, said, 2, 2);
        }
    }

    std::string short_meaning(const std::string& path) const {
        const auto entry = meaning(path);
        return entry ? std::string(entry->meaning) : std::string();
    }

    void one_element(const std::string& path) {
        title(path);
        meanings(path);
        const std::string_view parent = parent_of(path);
        if (!parent.empty()) {
            const auto above = structures_.find(version_, parent);
            std::string line = "\nStands in " + std::string(parent);
            if (above)
                for (const ChildUse& child : above->children)
                    if (child.name == last_step(path)) line += ", " + how_often(child);
            out_ += line + ".\n";
        } else {
            out_ += "\nStands at the root of a file.\n";
        }
        if (const auto structure = structures_.find(version_, path)) {
            if (!structure->content.empty()) out_.append("Holds: ").append(structure->content).append(".\n");
            attributes(path, *structure);
            children(path, *structure);
        }
        lists({path});
        rules(path);
    }

    void attributes(const std::string& path, const ElementStructure& structure) {
        if (structure.attributes.empty()) return;
        std::vector<std::vector<std::string>> rows;
        for (const AttributeUse& use : structure.attributes)
            rows.push_back({"@" + std::string(use.name), std::string(use.type),
                            use.required ? "must be there" : "",
                            short_meaning(path + "/@" + std::string(use.name))});
        out_ += "\nAttributes\n";
        table(out_, rows);
    }

    void children(const std::string& path, const ElementStructure& structure) {
        if (structure.children.empty()) return;
        std::vector<std::vector<std::string>> rows;
        for (const ChildUse& child : structure.children) {
            const bool begins = child.name == "iati-activity" || child.name == "iati-organisation";
            rows.push_back(
                {std::string(child.name), how_often(child),
                 short_meaning(begins ? std::string(child.name) : path + "/" + std::string(child.name))});
        }
        out_ += structure.children.size() > 1 ? "\nChildren, in this order\n" : "\nChildren\n";
        table(out_, rows);
    }

    void one_attribute(const std::string& path) {
        title(path);
        meanings(path);
        const std::string element = path.substr(0, path.rfind("/@"));
        const std::string_view wanted = std::string_view(path).substr(element.size() + 2);
        if (const auto structure = structures_.find(version_, element))
            for (const AttributeUse& use : structure->attributes)
                if (use.name == wanted)
                    out_.append("\nHolds: ")
                        .append(use.type)
                        .append(use.required ? "; must be there.\n" : ".\n");
        lists({path});
        rules(path);
    }

    /// An element or attribute of many places: what is the same everywhere, and where it is.
    void many(std::string_view query, const std::vector<std::string>& places, bool attribute) {
        title(query);
        meanings(query);
        const auto general = meaning(query);
        out_ += "\nStands in " + std::to_string(places.size()) + " places\n";
        std::vector<std::vector<std::string>> rows;
        for (const std::string& place : places) {
            if (rows.size() == kMostPlaces) break;
            const auto entry = meaning(place);
            const bool differs = entry && (!general || entry->key != general->key);
            rows.push_back({place, differs ? std::string(entry->meaning) : ""});
        }
        table(out_, rows);
        if (places.size() > rows.size())
            out_ += "  and " + std::to_string(places.size() - rows.size()) + " more\n";
        if (!attribute) {
            const auto first = structures_.find(version_, places.front());
            const bool same = first && std::ranges::all_of(places, [&](const std::string& place) {
                                  return alike(*first, *structures_.find(version_, place));
                              });
            if (same) {
                if (!first->content.empty()) out_.append("\nHolds: ").append(first->content).append(".\n");
                attributes(std::string(query), *first);
                children(std::string(query), *first);
            }
        }
        lists(places);
        out_ += "\nAsk for one place to read more, such as " + places.front() + ".\n";
    }

    static bool alike(const ElementStructure& a, const ElementStructure& b) {
        return a.content == b.content &&
               std::ranges::equal(a.attributes, b.attributes,
                                  [](const AttributeUse& x, const AttributeUse& y) {
                                      return x.name == y.name && x.type == y.type && x.required == y.required;
                                  }) &&
               std::ranges::equal(a.children, b.children, [](const ChildUse& x, const ChildUse& y) {
                   return x.name == y.name && x.min == y.min && x.max == y.max;
               });
    }

    /// The code lists that concern these elements or attributes. What a list is about is told where there is
    /// one place; where there are several, the places are told.
    void lists(const std::vector<std::string>& places) {
        std::vector<std::vector<std::string>> rows;
        for (const CodeCheck& check : code_checks()) {
            if (!holds(check.versions, version_)) continue;
            const std::string last = check.attribute.empty() ? "text" : "@" + std::string(check.attribute);
            const std::string full = std::string(check.path) + "/" + last;
            // A check of any element's attribute concerns those who ask for that attribute.
            const bool fits = std::ranges::any_of(places, [&](const std::string& place) {
                return check.path.empty() ? ends_at_step(place, last) : place == check.path || place == full;
            });
            if (!fits) continue;
            std::string list(check.list);
            if (!check.vocabulary.empty())
                list.append(check.of_parent ? ", where the parent's vocabulary is "
                                            : ", where the vocabulary is ")
                    .append(check.vocabulary);
            if (check.or_none) list += " or not stated";
            list.append(" (").append(check.id).append(")");
            if (places.size() == 1) list.append(": ").append(code_list(check.list_index).meaning());
            if (check.never_public) list += " Checked in the strict profile only.";
            rows.push_back({places.size() == 1 || check.path.empty() ? last : full, list});
        }
        if (rows.empty()) return;
        out_ += "\nCode lists\n";
        const std::size_t all = rows.size();
        rows.resize(std::min(all, kMostPlaces));
        table(out_, rows);
        if (all > rows.size()) out_ += "  and " + std::to_string(all - rows.size()) + " more\n";
    }

    void rules(const std::string& path) {
        std::vector<std::string_view> ids = rules_of(version_, path);
        const auto add = [&](const std::string& more) {
            for (const std::string_view id : rules_of(version_, more))
                if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
        };
        if (path.find('@') == std::string::npos) {
            add(path + "/narrative");
            if (const auto structure = structures_.find(version_, path))
                for (const AttributeUse& use : structure->attributes)
                    add(path + "/@" + std::string(use.name));
        }
        if (ids.empty()) return;
        std::ranges::sort(ids, {}, numbers);
        out_ += "\nRules\n";
        std::vector<std::vector<std::string>> rows;
        std::string plain;
        for (const std::string_view id : ids) {
            const std::string_view sentence = structures_.rule(version_, id);
            if (sentence.empty())
                plain.append(plain.empty() ? "" : ", ").append(id);
            else
                rows.push_back({std::string(id), std::string(sentence)});
        }
        if (!plain.empty()) rows.push_back({plain});
        table(out_, rows);
    }

    std::string unknown(std::string_view asked, std::string_view query, bool attribute) const {
        std::string out;
        std::string elsewhere;
        for (const Version other : kVersions) {
            if (other == version_ || query.empty()) continue;
            const std::vector<std::string> paths = structures_.paths(other);
            if (!(attribute ? with_attribute(paths, other, query) : ending(paths, query)).empty())
                elsewhere.append(elsewhere.empty() ? "" : " and ").append(name(other));
        }
        const std::string what = attribute ? "attribute" : "element";
        wrap(out,
             "There is no " + what + " '" + std::string(asked) + "' in version " +
                 std::string(name(version_)) + (elsewhere.empty() ? "." : ", but in " + elsewhere + "."),
             0, 0);
        if (!elsewhere.empty()) return out;

        // The nearest names: of the last step, whatever stands before it; or of an attribute if one was asked
        // for.
        const std::string_view wanted = last_step(query);
        std::set<std::string> names;
        for (const std::string& path : paths_) {
            names.emplace(last_step(path));
            if (!attribute) continue;
            if (const auto structure = structures_.find(version_, path))
                for (const AttributeUse& use : structure->attributes)
                    names.insert("@" + std::string(use.name));
        }
        std::multimap<std::size_t, std::string> near;
        const std::size_t limit = std::max<std::size_t>(2, wanted.size() / 3);
        for (const std::string& one : names) {
            if (wanted.empty()) break;
            std::size_t distance = edit_distance(wanted, one, limit);
            if (distance > limit && wanted.size() >= 4 && one.find(wanted) != std::string::npos)
                distance = limit;
            if (distance <= limit) near.emplace(distance, one);
        }
        std::string list;
        std::size_t count = 0;
        for (const auto& [distance, one] : near) {
            if (++count > 4) break;
            list.append(list.empty() ? "" : ", ").append(one);
        }
        if (!list.empty()) wrap(out, "Near it: " + list + ".", 0, 0);
        return out;
    }

    Version version_;
    const Structures& structures_;
    std::vector<std::string> paths_;
    std::string out_;
};

}  // namespace

Explanation explain(Version version, std::string_view element_or_path, const Structures& structures) {
    return Teller(version, structures).tell(element_or_path);
}

}  // namespace tamga::iati

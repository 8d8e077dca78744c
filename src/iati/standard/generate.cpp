// Reads the tables of standard/ and writes them as constant arrays (tables.hpp). Runs while the program is
// built:
//
//   generate STANDARD_DIR OUT.cpp
//
// A table that does not keep to its form is told as file:line: sentence, and nothing is written.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "iati/standard/hash.hpp"

namespace tamga::iati::tables {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kVersionNames[] = {"2.01", "2.02", "2.03"};
constexpr unsigned kAll = 7;

/// Where a fault was found. All faults are told, not only the first.
class Faults {
  public:
    void tell(const fs::path& file, std::size_t line, const std::string& sentence) {
        std::cerr << file.string() << ':' << line << ": " << sentence << '\n';
        any_ = true;
    }
    bool any() const { return any_; }

  private:
    bool any_ = false;
};

struct Line {
    std::size_t number;
    std::string text;
};

std::vector<Line> lines_of(const fs::path& file, Faults& faults) {
    std::ifstream in(file, std::ios::binary);
    std::vector<Line> lines;
    if (!in) faults.tell(file, 0, "the file cannot be read");
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number) {
        if (text.ends_with('\r')) faults.tell(file, number, "lines end with a line feed alone here");
        if (text.ends_with(' ') || text.ends_with('\t'))
            faults.tell(file, number, "there is space at the end");
        lines.push_back({number, text});
    }
    return lines;
}

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// "all" or "2.01 2.03" as bits; none if it is neither.
std::optional<unsigned> versions_of(std::string_view text) {
    if (text == "all") return kAll;
    unsigned bits = 0;
    for (const std::string& word : split(text, ' ')) {
        const auto* at = std::find(std::begin(kVersionNames), std::end(kVersionNames), word);
        if (at == std::end(kVersionNames)) return std::nullopt;
        bits |= 1U << (at - std::begin(kVersionNames));
    }
    return bits;
}

/// "9.76.1": numbers with dots between them.
bool is_id(std::string_view text) {
    bool digit = false;
    for (const char c : text) {
        if (c == '.' && !digit) return false;
        if (c != '.' && (c < '0' || c > '9')) return false;
        digit = c != '.';
    }
    return digit;
}

std::string literal(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '?') {
            out += "\\?";  // No trigraphs.
        } else if (byte < 0x20 || byte == 0x7f) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\%03o", byte);
            out += escape.data();
        } else {
            out += c;
        }
    }
    return out + '"';
}

/// All texts of the code lists, each once.
class Pool {
  public:
    std::size_t add(const std::string& text) {
        const auto [known, fresh] = at_.try_emplace(text, size_);
        if (fresh) {
            pieces_ += literal(text) + '\n';
            size_ += text.size();
        }
        return known->second;
    }
    const std::string& pieces() const { return pieces_; }

  private:
    std::map<std::string, std::size_t> at_;
    std::string pieces_;
    std::size_t size_ = 0;
};

struct CodeEntry {
    std::string code, name;
    unsigned versions = kAll;
    bool withdrawn = false;
};

struct List {
    std::string name, meaning;
    std::vector<CodeEntry> codes;
    unsigned versions = 0;
};

List read_list(const fs::path& file, Faults& faults) {
    List list;
    list.name = file.stem().string();
    std::map<std::string, unsigned> seen;
    for (const Line& line : lines_of(file, faults)) {
        if (line.number == 1) {
            const std::string head = "# " + list.name + ": ";
            if (!line.text.starts_with(head) || line.text.size() == head.size())
                faults.tell(file, 1, "the first line must be \"" + head + "\" and what the codes tell");
            else
                list.meaning = line.text.substr(head.size());
            continue;
        }
        if (line.text.empty() || line.text.starts_with('#')) continue;
        const std::vector<std::string> parts = split(line.text, '\t');
        CodeEntry entry{parts[0], parts.size() > 1 ? parts[1] : "", kAll, false};
        if (entry.code.empty() || entry.code.size() > 255)
            faults.tell(file, line.number, "a code has 1 to 255 bytes");
        if (entry.name.size() > 65'535)
            faults.tell(file, line.number, "the name is longer than 65,535 bytes");
        if (parts.size() > 3)
            faults.tell(file, line.number,
                        "a line holds a code, a name and marks, with one tab between them");
        if (parts.size() > 2) {
            std::string rest = parts[2];
            if (rest.starts_with("withdrawn")) {
                entry.withdrawn = true;
                rest.erase(0, rest.starts_with("withdrawn ") ? 10 : 9);
            }
            const auto versions = rest.empty() ? std::optional(kAll) : versions_of(rest);
            if (!versions)
                faults.tell(file, line.number,
                            "the marks are \"withdrawn\", then versions: not '" + parts[2] + "'");
            entry.versions = versions.value_or(kAll);
        }
        unsigned& before = seen[entry.code];
        if (before & entry.versions)
            faults.tell(file, line.number, "the code '" + entry.code + "' stands twice for one version");
        before |= entry.versions;
        list.versions |= entry.versions;
        list.codes.push_back(std::move(entry));
    }
    if (list.codes.empty()) faults.tell(file, 1, "the list has no codes");
    if (list.codes.size() > 60'000) faults.tell(file, 1, "the list has more than 60,000 codes");
    return list;
}

struct Layout {
    std::uint64_t seed = 0;
    unsigned bits = 0;
    std::vector<unsigned> slots;
};

/// Places the codes in at least four times as many slots, and tries seeds until as few as possible are pushed
/// aside.
Layout lay_out(const List& list) {
    Layout best;
    best.bits = std::max(2U, static_cast<unsigned>(std::bit_width(list.codes.size() * 4 - 1)));
    const std::size_t mask = (std::size_t{1} << best.bits) - 1;
    std::size_t least = SIZE_MAX;
    std::uint64_t state = 1;
    const int trials = list.codes.size() < 100 ? 400 : 60;
    for (int trial = 0; trial < trials && least > 0; ++trial) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const std::uint64_t seed = (state ^ state >> 31) | 1;
        std::vector<unsigned> slots(mask + 1, 0);
        std::size_t aside = 0;
        for (std::size_t i = 0; i < list.codes.size(); ++i) {
            std::size_t slot = hash(list.codes[i].code, seed) >> (64 - best.bits);
            for (; slots[slot]; slot = (slot + 1) & mask) ++aside;
            slots[slot] = static_cast<unsigned>(i) + 1;
        }
        if (aside < least) {
            least = aside;
            best.seed = seed;
            best.slots = std::move(slots);
        }
    }
    return best;
}

void write_lists(const std::vector<List>& lists, std::ostream& out) {
    Pool pool;
    std::ostringstream codes, slots, rows;
    std::size_t code_count = 0, slot_count = 0;
    for (const List& list : lists) {
        const Layout layout = lay_out(list);
        rows << "    {{" << pool.add(list.name) << ", " << list.name.size() << "}, {"
             << pool.add(list.meaning) << ", " << list.meaning.size() << "}, " << layout.seed << "U, "
             << code_count << ", " << list.codes.size() << ", " << slot_count << ", " << layout.bits << ", "
             << list.versions << "},\n";
        for (const CodeEntry& entry : list.codes)
            codes << '{' << pool.add(entry.code) << ',' << pool.add(entry.name) << ',' << entry.name.size()
                  << ',' << entry.code.size() << ',' << (entry.versions | (entry.withdrawn ? 0x80U : 0U))
                  << "},\n";
        for (std::size_t i = 0; i < layout.slots.size(); ++i)
            slots << layout.slots[i] << (i % 32 == 31 ? ",\n" : ",");
        code_count += list.codes.size();
        slot_count += layout.slots.size();
    }
    out << "const char text[] =\n"
        << pool.pieces() << ";\n"
        << "const CodeRow codes[] = {\n"
        << codes.str() << "};\n"
        << "const std::uint16_t slots[] = {\n"
        << slots.str() << "};\n"
        << "static constexpr ListRow kLists[] = {\n"
        << rows.str() << "};\n"
        << "const std::span<const ListRow> lists = kLists;\n";
}

void write_checks(const fs::path& file, const std::vector<List>& lists, std::ostream& out, Faults& faults) {
    static const std::set<std::string> kCategories = {
        "identifiers", "organisation", "information", "participating", "geo", "classifications",
        "financial",   "documents",    "relations",   "performance",   "iati"};
    static const std::set<std::string> kRoots = {"iati-activities", "iati-activity", "iati-organisations",
                                                 "iati-organisation"};
    out << "static constexpr CodeCheck kChecks[] = {\n";
    for (const Line& line : lines_of(file, faults)) {
        if (line.text.empty() || line.text.starts_with('#')) continue;
        const std::vector<std::string> parts = split(line.text, '\t');
        const auto wrong = [&](const std::string& sentence) { faults.tell(file, line.number, sentence); };
        if (parts.size() != 6 && parts.size() != 7) {
            wrong("a check has six columns, or seven with a mark, with one tab between them");
            continue;
        }
        const auto versions = versions_of(parts[0]);
        if (!versions) wrong("'" + parts[0] + "' is neither \"all\" nor a row of versions");
        if (!is_id(parts[1])) wrong("'" + parts[1] + "' is no id such as 9.76.1");
        const auto list =
            std::find_if(lists.begin(), lists.end(), [&](const List& l) { return l.name == parts[2]; });
        if (list == lists.end())
            wrong("there is no list '" + parts[2] + "' in codelists/");
        else if (versions && (list->versions & *versions) != *versions)
            wrong("the list '" + parts[2] + "' has no codes in one of these versions");
        std::string path = parts[3], attribute;
        if (path.starts_with("//@")) {
            attribute = path.substr(3);
            path.clear();
        } else {
            const std::size_t slash = path.rfind('/');
            const std::string last = slash == std::string::npos ? "" : path.substr(slash + 1);
            if (last.starts_with('@') && last.size() > 1)
                attribute = last.substr(1);
            else if (last != "text()")
                wrong("a path ends with /@attribute or /text(), not as '" + parts[3] + "' does");
            path.erase(slash == std::string::npos ? path.size() : slash);
            if (!kRoots.contains(path.substr(0, path.find('/'))))
                wrong("a path begins with the file's root, an activity or an organisation, not as '" +
                      parts[3] + "' does");
        }
        std::string when = parts[4];
        bool or_none = false, of_parent = false;
        if (when == "-") {
            when.clear();
        } else {
            of_parent = when.starts_with("../");
            if (of_parent) when.erase(0, 3);
            or_none = when.ends_with(" or none");
            if (or_none) when.erase(when.size() - 8);
            constexpr std::string_view kHead = "@vocabulary=";
            if (!when.starts_with(kHead) || when.size() == kHead.size())
                wrong("'" + parts[4] +
                      "' is neither - nor @vocabulary=V, with ../ before or \" or none\" after it");
            else
                when.erase(0, kHead.size());
            if (of_parent && or_none) wrong("\"or none\" does not go with the parent's vocabulary");
        }
        if (!kCategories.contains(parts[5])) wrong("'" + parts[5] + "' is no category");
        const bool never_public = parts.size() == 7;
        if (never_public && parts[6] != "never-public")
            wrong("the only mark is never-public, not '" + parts[6] + "'");
        out << "    {" << literal(parts[1]) << ", " << literal(parts[2]) << ", " << literal(path) << ", "
            << literal(attribute) << ", " << literal(when) << ", " << literal(parts[5]) << ", "
            << (list - lists.begin()) << ", " << versions.value_or(0) << ", " << or_none << ", " << of_parent
            << ", " << never_public << "},\n";
    }
    out << "};\nconst std::span<const CodeCheck> checks = kChecks;\n";
}

void write_glossary(const fs::path& file, std::ostream& out, Faults& faults) {
    struct Entry {
        std::string meaning, notes;
    };
    std::map<std::string, Entry> entries;
    Entry* last = nullptr;
    for (const Line& line : lines_of(file, faults)) {
        if (line.text.empty() || line.text.starts_with('#')) continue;
        if (line.text.starts_with('\t')) {
            if (!last)
                faults.tell(file, line.number, "a note needs a key and a meaning before it");
            else
                last->notes += line.text.substr(1) + '\n';
            continue;
        }
        const std::vector<std::string> parts = split(line.text, '\t');
        if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
            faults.tell(file, line.number, "a line holds a key and a meaning, with one tab between them");
            last = nullptr;
            continue;
        }
        const auto [at, fresh] = entries.try_emplace(parts[0], Entry{parts[1], ""});
        if (!fresh) faults.tell(file, line.number, "'" + parts[0] + "' has a line already");
        last = &at->second;
    }
    out << "static constexpr GlossaryRow kGlossary[] = {\n";
    for (const auto& [key, entry] : entries)
        out << "    {" << literal(key) << ", " << literal(entry.meaning) << ", " << literal(entry.notes)
            << "},\n";
    out << "};\nconst std::span<const GlossaryRow> glossary = kGlossary;\n";
}

void write_rule_places(const fs::path& file, std::ostream& out, Faults& faults) {
    out << "static constexpr RulePlace kRulePlaces[] = {\n";
    for (const Line& line : lines_of(file, faults)) {
        if (line.text.empty() || line.text.starts_with('#')) continue;
        const std::vector<std::string> parts = split(line.text, '\t');
        if (parts.size() != 3) {
            faults.tell(file, line.number,
                        "a line holds versions, an id and paths, with one tab between them");
            continue;
        }
        const auto versions = versions_of(parts[0]);
        if (!versions)
            faults.tell(file, line.number, "'" + parts[0] + "' is neither \"all\" nor a row of versions");
        if (!is_id(parts[1])) faults.tell(file, line.number, "'" + parts[1] + "' is no id such as 7.5.3");
        for (const std::string& path : split(parts[2], ' ')) {
            if (path.empty()) faults.tell(file, line.number, "there is one space between paths");
            out << "    {" << literal(parts[1]) << ", " << literal(path) << ", " << versions.value_or(0)
                << "},\n";
        }
    }
    out << "};\nconst std::span<const RulePlace> rule_places = kRulePlaces;\n";
}

int run(const fs::path& standard, const fs::path& target) {
    Faults faults;
    std::vector<List> lists;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(standard / "codelists", failure))
        if (entry.path().extension() == ".txt") lists.push_back(read_list(entry.path(), faults));
    if (failure) faults.tell(standard / "codelists", 0, "the folder cannot be read: " + failure.message());
    std::sort(lists.begin(), lists.end(), [](const List& a, const List& b) { return a.name < b.name; });

    std::ostringstream out;
    out << "// Made by generate.cpp from standard/. Change the tables there.\n"
           "#include \"iati/standard/tables.hpp\"\n\nnamespace tamga::iati::tables {\n";
    write_lists(lists, out);
    write_checks(standard / "codelist-checks.txt", lists, out, faults);
    write_glossary(standard / "glossary.txt", out, faults);
    write_rule_places(standard / "rule-places.txt", out, faults);
    out << "}  // namespace tamga::iati::tables\n";
    if (faults.any()) return 1;

    std::ofstream file(target, std::ios::binary | std::ios::trunc);
    file << out.str();
    file.close();
    if (file) return 0;
    std::cerr << target.string() << ":0: the file cannot be written\n";
    return 1;
}

}  // namespace
}  // namespace tamga::iati::tables

int main(int count, char** arguments) {
    if (count != 3) {
        std::cerr << "usage: generate STANDARD_DIR OUT.cpp\n";
        return 2;
    }
    return tamga::iati::tables::run(arguments[1], arguments[2]);
}

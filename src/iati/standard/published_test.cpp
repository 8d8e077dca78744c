// Compares our tables with what the standard publishes, where that is at hand: see IATI_STANDARD in
// CMakeLists.txt.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "iati/standard/standard.hpp"
#include "xml/read.hpp"

namespace tamga::iati {
namespace {

namespace fs = std::filesystem;

fs::path published() {
    const char* given = std::getenv("TAMGA_IATI_STANDARD");
    return given && *given ? given : TAMGA_IATI_STANDARD;
}

#define NEEDS_PUBLISHED()                                              \
    if (published().empty() || !fs::exists(published() / "codelists")) \
    GTEST_SKIP() << "The published standard is not here; name its folder in TAMGA_IATI_STANDARD to compare."

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A published file as a tree; its text lives in here.
struct Document {
    explicit Document(const fs::path& file) : text(content_of(file)), reader(names) {
        for (const char* name : {"path", "codelist", "condition", "mapping", "codelist-items",
                                 "codelist-item", "code", "name", "narrative", "ref", "status"})
            known[name] = names.add(name);
        root = reader.document(text);
        EXPECT_TRUE(root) << file << ": " << reader.fault().what;
    }
    std::string child_text(const xml::Node& node, const char* name) {
        std::string buffer;
        const xml::Node* child = node.child(known[name]);
        return child ? std::string(xml::string_value(*child, buffer)) : std::string();
    }
    std::string text;
    xml::Names names;
    std::map<std::string, xml::Name> known;
    xml::Reader reader;
    const xml::Node* root;
};

/// White space, also that which does not break, as single spaces: our tables keep names so.
std::string squeezed(std::string text) {
    for (std::size_t at = 0; (at = text.find("\u00a0", at)) != std::string::npos;) text.replace(at, 2, " ");
    std::string out;
    bool space = false;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            space = !out.empty();
            continue;
        }
        if (space) out += ' ';
        space = false;
        out += c;
    }
    return out;
}

TEST(Published, TheChecksAreThoseOfTheMapping) {
    NEEDS_PUBLISHED();
    for (const Version version : kVersions) {
        using Check = std::tuple<std::string, std::string, std::string>;
        std::multiset<Check> theirs, ours;
        Document mapping(published() / "codelists" / ("embedded-" + std::string(name(version))) /
                         "mapping.xml");
        ASSERT_TRUE(mapping.root);
        for (const xml::Node* one = mapping.root->child(mapping.known["mapping"]); one; one = one->same) {
            std::string path = mapping.child_text(*one, "path");
            if (path.find("xml:lang") == std::string::npos) path = path.substr(path.find_first_not_of('/'));
            const xml::Attribute* list =
                one->child(mapping.known["codelist"])->attribute(mapping.known["ref"]);
            theirs.emplace(path, list->value, mapping.child_text(*one, "condition"));
        }
        for (const CodeCheck& check : code_checks()) {
            if (!holds(check.versions, version)) continue;
            std::string path = check.path.empty() ? "/" : std::string(check.path);
            path += check.attribute.empty() ? "/text()" : "/@" + std::string(check.attribute);
            std::string condition;
            if (!check.vocabulary.empty())
                condition = std::string(check.of_parent ? "../" : "") + "@vocabulary = '" +
                            std::string(check.vocabulary) + "'" +
                            (check.or_none ? " or not(@vocabulary)" : "");
            ours.emplace(path, check.list, condition);
        }
        EXPECT_EQ(theirs, ours) << name(version);
    }
}

TEST(Published, TheCodesAreThoseOfTheLists) {
    NEEDS_PUBLISHED();
    std::set<std::string> seen;
    for (const char* folder : {"non-embedded", "embedded-2.01", "embedded-2.02", "embedded-2.03"}) {
        for (const auto& entry : fs::directory_iterator(published() / "codelists" / folder)) {
            const std::string stem = entry.path().stem().string();
            if (stem == "mapping" || entry.path().extension() != ".xml") continue;
            seen.insert(stem);
            const auto list = find_code_list(stem);
            ASSERT_TRUE(list) << stem;
            Document file(entry.path());
            ASSERT_TRUE(file.root);
            std::set<std::string> theirs;
            std::set<Version> versions(std::begin(kVersions), std::end(kVersions));
            if (const auto only =
                    parse_version(std::string_view(folder).substr(std::string_view(folder).size() - 4)))
                versions = {*only};
            const xml::Node* items = file.root->child(file.known["codelist-items"]);
            for (const xml::Node* item = items->child(file.known["codelist-item"]); item; item = item->same) {
                const std::string code = file.child_text(*item, "code");
                theirs.insert(code);
                const xml::Attribute* status = item->attribute(file.known["status"]);
                std::string first_name;
                if (const xml::Node* names = item->child(file.known["name"]))
                    first_name = squeezed(file.child_text(*names, "narrative"));
                for (const Version version : versions) {
                    const auto ours = list->find(version, code);
                    ASSERT_TRUE(ours) << stem << ' ' << code << ' ' << name(version);
                    EXPECT_EQ(ours->withdrawn, status && status->value == "withdrawn") << stem << ' ' << code;
                    EXPECT_EQ(ours->name, first_name) << stem << ' ' << code;
                }
            }
            for (const Version version : versions) {
                std::set<std::string> ours;
                for (std::size_t i = 0; i < list->size(); ++i)
                    if (holds((*list)[i].versions, version)) ours.emplace((*list)[i].code);
                EXPECT_EQ(ours, theirs) << stem << ' ' << name(version);
            }
        }
    }
    EXPECT_EQ(seen.size(), code_list_count());
}

}  // namespace
}  // namespace tamga::iati

// Makes constant C++ tables of standard/schema-*.txt, and a list of all names in them. Runs at build time:
// generate OUT.cpp NAMES.hpp schema-2.01.txt …

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

[[noreturn]] void give_up(const std::string& file, int line, const std::string& why) {
    std::cerr << file << ":" << line << ": " << why << "\n";
    std::exit(1);
}

const std::map<std::string, std::string> kTexts{
    {"string", "any"},
    {"boolean", "boolean"},
    {"decimal", "decimal"},
    {"date", "date"},
    {"dateTime", "date_time"},
    {"anyURI", "any_uri"},
    {"int", "int_"},
    {"nonNegativeInteger", "non_negative_integer"},
    {"positiveInteger", "positive_integer"},
    {"NMTOKEN", "nmtoken"},
    {"language", "language"},
};

struct Attribute {
    std::string name, text;
    bool required;
};
struct Particle {
    std::string name, type;
    bool required, repeats;
    int line;
};
struct Type {
    std::string name, content = "elements", text = "any";
    bool closed = false;
    std::vector<Attribute> attributes;
    std::vector<Particle> particles;
};
struct Global {
    std::string name, type;
    int line;
};

void generate(std::ostream& out, const std::string& file, int index, std::set<std::string>& names) {
    std::ifstream in(file);
    if (!in) give_up(file, 0, "cannot be read");
    std::vector<Type> types;
    std::map<std::string, std::vector<Global>> globals;
    std::string kind;
    std::string line;
    const auto text_of = [&](const std::string& name, int at) {
        const auto found = kTexts.find(name);
        if (found == kTexts.end()) give_up(file, at, "there is no kind of text '" + name + "'");
        return found->second;
    };
    for (int at = 1; std::getline(in, line); ++at) {
        std::vector<std::string> words;
        std::istringstream split(line);
        for (std::string word; split >> word;) words.push_back(word);
        if (words.empty() || words[0].starts_with('#')) continue;
        const bool inside = line.starts_with(' ');
        if (!inside && words[0] == "type") {
            if (words.size() < 2) give_up(file, at, "a type needs a name");
            Type type;
            type.name = words[1];
            for (std::size_t i = 2; i < words.size(); ++i) {
                if (words[i] == "closed") {
                    type.closed = true;
                } else if (words[i] == "any") {
                    type.content = "any";
                } else if (words[i] == "text" && i + 1 < words.size()) {
                    type.content = "text";
                    type.text = text_of(words[++i], at);
                } else {
                    give_up(file, at, "'" + words[i] + "' is not known here");
                }
            }
            types.push_back(type);
        } else if (!inside && words[0] == "file") {
            if (words.size() != 2) give_up(file, at, "write: file NAME");
            kind = words[1];
        } else if (!inside) {
            if (kind.empty()) give_up(file, at, "an element before the first 'file' line");
            globals[kind].push_back({words[0], words.back(), at});
        } else if (types.empty()) {
            give_up(file, at, "a line of a type before the first 'type' line");
        } else if (words[0].starts_with('@')) {
            Attribute attribute{words[0].substr(1), "any", false};
            if (attribute.name.ends_with('!')) {
                attribute.required = true;
                attribute.name.pop_back();
            }
            if (words.size() > 1) attribute.text = text_of(words[1], at);
            types.back().attributes.push_back(attribute);
        } else if (words[0] == "...") {
            types.back().particles.push_back({"", "", false, true, at});
        } else {
            const std::string count = words.size() > 1 ? words[1] : "";
            if (count != "1" && count != "0..1" && count != "1..*" && count != "0..*")
                give_up(file, at, "how often: write 1, 0..1, 1..* or 0..*");
            types.back().particles.push_back({words[0], words.size() > 2 ? words[2] : words[0],
                                              count[0] == '1', count.ends_with('*'), at});
        }
    }
    std::map<std::string, int> numbers;
    for (const Type& type : types)
        if (!numbers.emplace(type.name, static_cast<int>(numbers.size())).second)
            give_up(file, 0, "the type '" + type.name + "' stands twice");
    const auto number = [&](const std::string& name, int at) {
        const auto found = numbers.find(name);
        if (found == numbers.end()) give_up(file, at, "there is no type '" + name + "'");
        return found->second;
    };
    out << "constexpr AttributeRule kAttributes" << index << "[] = {\n";
    for (const Type& type : types)
        for (const Attribute& attribute : type.attributes) {
            // xml:lang is in a namespace.
            if (attribute.name.find(':') == std::string::npos) names.insert(attribute.name);
            out << "    {\"" << attribute.name << "\", Text::" << attribute.text << ", "
                << (attribute.required ? "true" : "false") << "},\n";
        }
    out << "};\nconstexpr Particle kParticles" << index << "[] = {\n";
    for (const Type& type : types) {
        std::set<std::string> seen;
        for (const Particle& particle : type.particles) {
            if (!particle.name.empty() && !seen.insert(particle.name).second)
                give_up(file, particle.line, "the child '" + particle.name + "' stands twice in one type");
            if (!particle.name.empty()) names.insert(particle.name);
            out << "    {\"" << particle.name << "\", " << (particle.required ? "true" : "false") << ", "
                << (particle.repeats ? "true" : "false") << ", "
                << (particle.name.empty() ? 0 : number(particle.type, particle.line)) << "},\n";
        }
    }
    out << "};\nconstexpr Type kTypes" << index << "[] = {\n";
    std::size_t attributes = 0;
    std::size_t particles = 0;
    for (const Type& type : types) {
        out << "    {\"" << type.name << "\", Content::" << type.content << ", Text::" << type.text << ", "
            << (type.closed ? "true" : "false") << ", " << attributes << ", " << type.attributes.size()
            << ", " << particles << ", " << type.particles.size() << "},\n";
        attributes += type.attributes.size();
        particles += type.particles.size();
    }
    out << "};\n";
    for (const char* name : {"iati-activities", "iati-organisations"}) {
        out << "constexpr Global k" << (std::string(name) == "iati-activities" ? "Activity" : "Organisation")
            << index << "[] = {\n";
        for (const Global& global : globals[name]) {
            names.insert(global.name);
            out << "    {\"" << global.name << "\", " << number(global.type, global.line) << "},\n";
        }
        out << "};\n";
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 6) {
        std::cerr << "usage: generate OUT.cpp NAMES.hpp SCHEMA-2.01 SCHEMA-2.02 SCHEMA-2.03\n";
        return 2;
    }
    std::set<std::string> names;
    std::ostringstream out;
    out << "// Made from standard/schema-*.txt.\n#include \"iati/schema/tables.hpp\"\n\nnamespace "
           "tamga::iati::schema "
           "{\nnamespace {\n";
    for (int i = 0; i < 3; ++i) generate(out, arguments[i + 3], i, names);
    out << "}  // namespace\nconst Tables kTables[3] = {\n";
    for (int i = 0; i < 3; ++i)
        out << "    {\"2.0" << i + 1 << "\", kTypes" << i << ", kAttributes" << i << ", kParticles" << i
            << ", kActivity" << i << ", kOrganisation" << i << "},\n";
    out << "};\n}  // namespace tamga::iati::schema\n";
    std::ofstream file(arguments[1]);
    file << out.str();
    file.close();
    std::ofstream list(arguments[2]);
    list << "// Made from standard/schema-*.txt.\n#pragma once\n#include <string_view>\n\nnamespace "
            "tamga::iati {\n"
            "/// The names of elements and attributes of all versions, each once.\n"
            "inline constexpr std::string_view kStandardNames[] = {\n";
    for (const std::string& name : names) list << "    \"" << name << "\",\n";
    list << "};\n}  // namespace tamga::iati\n";
    list.close();
    return file && list ? 0 : 1;
}

#include "activities/kept.hpp"

#include <algorithm>

#include "iati/schema/names.hpp"
#include "xml/characters.hpp"

namespace tamga::activities {

using iati::operator""_iati;

namespace {

std::string declaration(const xml::Binding& binding) {
    return " xmlns" + (binding.prefix.empty() ? "" : ":" + binding.prefix) + "=\"" + escaped(binding.space) +
           "\"";
}

/// Whether a start tag declares a prefix. The tag is well-formed.
bool declares(std::string_view tag, const std::string& prefix) {
    const std::string wanted = prefix.empty() ? "xmlns" : "xmlns:" + prefix;
    char quote = 0;
    for (std::size_t i = 0; i < tag.size(); ++i) {
        if (quote != 0) {
            if (tag[i] == quote) quote = 0;
            continue;
        }
        if (tag[i] == '"' || tag[i] == '\'') quote = tag[i];
        if (tag[i] == '>') return false;
        if (xml::is_space(tag[i]) && tag.substr(i + 1).starts_with(wanted)) {
            const char next = i + 1 + wanted.size() < tag.size() ? tag[i + 1 + wanted.size()] : '>';
            if (next == '=' || xml::is_space(next)) return true;
        }
    }
    return false;
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t good = xml::first_bad_byte(text).value_or(text.size());
        for (const char c : text.substr(0, good)) switch (c) {
                case '&':
                    out += "&amp;";
                    break;
                case '<':
                    out += "&lt;";
                    break;
                case '>':
                    out += "&gt;";
                    break;
                case '"':
                    out += "&quot;";
                    break;
                case '\t':
                    out += "&#9;";
                    break;
                case '\n':
                    out += "&#10;";
                    break;
                case '\r':
                    out += "&#13;";
                    break;
                default:
                    out += c;
            }
        text.remove_prefix(good);
        if (text.empty()) break;
        out += "\uFFFD";
        // The other bytes of the character: 10xxxxxx.
        do text.remove_prefix(1);
        while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xc0) == 0x80);
    }
    return out;
}

std::string keep(const xml::Node& root, std::span<const xml::Binding> bindings, std::string_view activity) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<iati-activities";
    for (const xml::Attribute& attribute : root.all_attributes())
        if (attribute.qualified != "generated-datetime")
            out += " " + std::string(attribute.qualified) + "=\"" + escaped(attribute.value) + "\"";
    for (const xml::Binding& binding : bindings) out += declaration(binding);
    out += ">\n";
    out += activity;
    return out + "\n</iati-activities>\n";
}

Result<Kept> Kept::read(std::string file) {
    Kept kept;
    xml::normalise_line_ends(file);
    kept.file_ = std::make_unique<std::string>(std::move(file));
    kept.reader_ = std::make_unique<xml::Reader>(iati::standard_names());
    const auto bad = [](std::string cause) {
        return fail(ErrorCode::invalid_input, "read a kept activity", std::move(cause),
                    "give a file with one activity, as an import of IATI keeps it");
    };
    const xml::Node* const root = kept.reader_->document(*kept.file_);
    if (!root) return bad(kept.reader_->fault().what);
    if (root->name != "iati-activities"_iati) return bad("its root is not iati-activities");
    kept.activity_ = root->child("iati-activity"_iati);
    if (!kept.activity_ || kept.activity_->same) return bad("it does not hold one iati-activity");
    return kept;
}

std::string_view Kept::text() const {
    return std::string_view(*file_).substr(activity_->where, activity_->end - activity_->where);
}

std::string Kept::standalone() const {
    const std::string_view whole = text();
    constexpr std::string_view kStart = "<iati-activity";
    std::string out(kStart);
    for (const xml::Binding& binding : reader_->root_bindings())
        if (!declares(whole, binding.prefix)) out += declaration(binding);
    out += whole.substr(kStart.size());
    return out;
}

}  // namespace tamga::activities

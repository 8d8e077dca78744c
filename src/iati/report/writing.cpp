#include "iati/report/writing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <unordered_map>
#include <utility>

#include "base/utf8.hpp"

namespace tamga::iati::writing {

namespace {

constexpr std::size_t kFull = std::size_t{1} << 16;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "…";

struct Range {
    char32_t first, last;
};

template <std::size_t N>
bool within(const Range (&ranges)[N], char32_t code) {
    return std::ranges::any_of(ranges,
                               [&](Range range) { return code >= range.first && code <= range.last; });
}

/// Marks that take no column of their own: the blocks of combining marks that scripts in use have, joiners
/// and variation selectors.
constexpr Range kNone[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
                           {0x064B, 0x065F}, {0x06D6, 0x06DC}, {0x0900, 0x0902}, {0x093C, 0x093C},
                           {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A},
                           {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
                           {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};
/// East Asian wide and full-width (UAX #11), by block.
constexpr Range kWide[] = {{0x1100, 0x115F},  {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97F},
                           {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                           {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
                           {0x20000, 0x3FFFD}};
/// Controls, what changes the direction of writing, line separators, invisible operators, the byte order
/// mark, tags, and what XML has no place for.
constexpr Range kHidden[] = {{0x00, 0x1F},     {0x7F, 0x9F},      {0x061C, 0x061C}, {0x200E, 0x200F},
                             {0x2028, 0x202E}, {0x2060, 0x206F},  {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
                             {0xFFFE, 0xFFFF}, {0xE0000, 0xE007F}};

std::string escaped(char32_t code) {
    switch (code) {
        case '\t':
            return "\\t";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        default:
            return code < 0x80      ? fmt::format("\\x{:02x}", static_cast<unsigned>(code))
                   : code < 0x10000 ? fmt::format("\\u{:04x}", static_cast<unsigned>(code))
                                    : fmt::format("\\U{:06x}", static_cast<unsigned>(code));
    }
}

bool plain_uri(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~/").find(c) != std::string_view::npos;
}

}  // namespace

Character first_character(std::string_view text) {
    const std::size_t length = utf8::length(text);
    if (length == 0) return {0xFFFD, 1, false};
    const auto lead = static_cast<unsigned char>(text[0]);
    auto code = static_cast<char32_t>(length == 1 ? lead : lead & (0x7F >> length));
    for (std::size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
    return {code, length, true};
}

std::size_t columns(char32_t code) {
    if (code < 0x300) return 1;
    return within(kNone, code) ? 0 : within(kWide, code) ? 2 : 1;
}

std::size_t columns(std::string_view text) {
    std::size_t sum = 0;
    while (!text.empty()) {
        const Character next = first_character(text);
        sum += columns(next.code);
        text.remove_prefix(next.length);
    }
    return sum;
}

std::string visible(std::string_view text, std::size_t limit, Space space) {
    std::string out;
    std::size_t used = 0, fits = 0;  // `fits`: bytes of `out` that leave room for the ellipsis.
    bool gap = false;
    while (!text.empty()) {
        const Character next = first_character(text);
        const std::string_view bytes = next.well_formed ? text.substr(0, next.length) : kReplacement;
        text.remove_prefix(next.length);
        const bool white = next.code == ' ' || (next.code >= '\t' && next.code <= '\r');
        if (space == Space::collapsed && white) {
            gap = !out.empty();
            continue;
        }
        const auto put = [&](std::string_view piece, std::size_t width) {
            out += piece;
            used += width;
            if (used < limit) fits = out.size();
        };
        if (std::exchange(gap, false)) put(" ", 1);
        if (within(kHidden, next.code)) {
            const std::string shown = escaped(next.code);
            put(shown, shown.size());
        } else {
            put(bytes, columns(next.code));
        }
        // Marks without a width count too: a letter may carry a million of them.
        if (used > limit || out.size() / 16 > limit) {
            out.resize(fits);
            return out += kEllipsis;
        }
    }
    return out;
}

Sink& Sink::operator<<(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= kFull) flush();
    return *this;
}

Sink& Sink::operator<<(std::uint64_t number) {
    const fmt::format_int digits(number);
    return *this << std::string_view(digits.data(), digits.size());
}

void Sink::flush() {
    out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.clear();
}

void json_string(Sink& sink, std::string_view text) {
    sink << "\"";
    std::size_t plain = 0;  // Bytes at the front that go out as they are.
    const auto put = [&](std::string_view piece, std::size_t length) {
        sink << text.substr(0, plain) << piece;
        text.remove_prefix(plain + length);
        plain = 0;
    };
    while (plain < text.size()) {
        const char c = text[plain];
        if (c >= ' ' && c < '\x7F' && c != '"' && c != '\\') {
            ++plain;
            continue;
        }
        const Character next = first_character(text.substr(plain));
        if (!next.well_formed)
            put(kReplacement, 1);
        else if (c == '"')
            put("\\\"", 1);
        else if (c == '\\')
            put("\\\\", 1);
        else if (c == '\n')
            put("\\n", 1);
        else if (next.code < ' ' || (next.code >= 0x7F && next.code <= 0x9F))
            put(fmt::format("\\u{:04x}", static_cast<unsigned>(next.code)), next.length);
        else
            plain += next.length;
    }
    sink << text << "\"";
}

void html(Sink& sink, std::string_view text) {
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find_first_of("&<>\"'"), text.size());
        sink << text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) return;
        const char c = text.front();
        sink << (c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : "&#39;");
        text.remove_prefix(1);
    }
}

std::string uri(std::string_view file) {
    const bool address = file.starts_with("https://") || file.starts_with("http://");
    std::string out = file.starts_with('/') ? "file://" : "";
    for (const char c : file) {
        const bool kept = plain_uri(c) || (address && std::string_view(":?#[]@!$&'()*+,;=%").find(c) !=
                                                          std::string_view::npos);
        if (kept)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return out;
}

std::string number(std::uint64_t value) {
    std::string out = fmt::format_int(value).str();
    for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > 0; at -= 3)
        out.insert(static_cast<std::size_t>(at), 1, ',');
    return out;
}

std::string counted(std::uint64_t value, std::string_view one, std::string_view more) {
    return number(value).append(" ").append(value == 1 ? one : more);
}

std::string counted(const std::array<std::uint64_t, 4>& counts) {
    const std::string all[] = {
        counted(counts[0], "critical finding", "critical findings"), counted(counts[1], "error", "errors"),
        counted(counts[2], "warning", "warnings"), counted(counts[3], "advisory", "advisories")};
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i]) words.push_back(all[i]);
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out.append(i == 0 ? "" : i + 1 == words.size() ? " and " : ", ").append(words[i]);
    return out;
}

std::string left_out(const Report& report) {
    std::string out = counted(report.left_out.findings);
    if (!out.empty()) out = "Counted but not listed, because there are too many: " + out + ".";
    if (const std::uint64_t places = report.left_out.places)
        out.append(out.empty() ? "" : " ")
            .append("Of the findings that are listed, ")
            .append(counted(places, "place is", "places are"))
            .append(" not told.");
    return out;
}

std::string size(std::uint64_t bytes) {
    if (bytes < 1000) return counted(bytes, "byte", "bytes");
    const auto value = static_cast<double>(bytes);
    return bytes < 1'000'000 ? fmt::format("{:.1f} kB", value / 1e3) : fmt::format("{:.1f} MB", value / 1e6);
}

std::string elements(std::span<const Report> reports) {
    std::uint64_t sum = 0;
    bool activities = false, organisations = false, others = false;
    for (const Report& report : reports) {
        sum += report.element_count;
        if (report.element_count == 0) continue;
        activities |= report.file_type == "iati-activities";
        organisations |= report.file_type == "iati-organisations";
        others |= report.file_type != "iati-activities" && report.file_type != "iati-organisations";
    }
    if (others || (activities && organisations)) return counted(sum, "element", "elements");
    return organisations ? counted(sum, "organisation", "organisations")
                         : counted(sum, "activity", "activities");
}

std::string duration(double seconds, std::uint64_t bytes) {
    if (!(seconds > 0)) return {};
    return fmt::format("{:.{}f} s ({:.1f} MB/s)", seconds, seconds < 0.1 ? 3 : 2,
                       static_cast<double>(bytes) / 1e6 / seconds);
}

std::array<std::uint64_t, 4> counts(std::span<const Report> reports) {
    std::array<std::uint64_t, 4> sum{};
    for (const Report& report : reports)
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += report.counts[i];
    return sum;
}

std::uint64_t bytes(std::span<const Report> reports) {
    std::uint64_t sum = 0;
    for (const Report& report : reports) sum += report.bytes;
    return sum;
}

std::vector<Group> groups(const Report& report) {
    constexpr std::uint64_t kWholeFile = std::numeric_limits<std::uint64_t>::max();
    std::vector<Group> out;
    std::unordered_map<std::uint64_t, std::size_t> places;
    for (const Finding& finding : report.findings) {
        const std::uint64_t key = finding.identifier == kFile ? kWholeFile : finding.index;
        const auto [place, fresh] = places.try_emplace(key, out.size());
        if (fresh) out.push_back({finding.identifier, {}, finding.severity, {}});
        Group& group = out[place->second];
        if (group.title.empty()) group.title = finding.title;
        group.worst = std::min(group.worst, finding.severity);
        group.findings.push_back(&finding);
    }
    for (Group& group : out) {
        // Rules keep the order in which they first appear.
        std::map<RuleKey, std::size_t> order;
        for (const Finding* finding : group.findings)
            order.try_emplace({finding->severity, finding->id}, order.size());
        std::ranges::stable_sort(group.findings, {}, [&](const Finding* finding) {
            return std::pair(finding->severity, order.at({finding->severity, finding->id}));
        });
    }
    std::ranges::stable_sort(out, {}, &Group::worst);
    return out;
}

std::string in_common(const Finding& finding) {
    if (!finding.codelist.empty()) return fmt::format("A code is not on the list {}.", finding.codelist);
    if (finding.category == "schema") return "The structure is not that of the schema.";
    return std::string(finding.message.view());
}

std::vector<Tally> tally(std::span<const Report> reports) {
    std::map<RuleKey, Tally> sums;
    for (const Report& report : reports)
        for (const Finding& finding : report.findings) {
            Tally& sum = sums[{finding.severity, finding.id}];
            if (sum.findings++ == 0) {
                sum.id = finding.id;
                sum.message = finding.message.view();
                sum.hint = finding.hint;
                sum.severity = finding.severity;
            } else if (finding.message != sum.message) {
                sum.message = in_common(finding);
                sum.hint = {};
            }
            sum.places += std::max<std::size_t>(finding.context.size(), 1);
        }
    std::vector<Tally> out;
    for (const auto& [key, sum] : sums) out.push_back(sum);
    std::ranges::stable_sort(out, [](const Tally& a, const Tally& b) {
        return a.severity != b.severity ? a.severity < b.severity : a.findings > b.findings;
    });
    return out;
}

}  // namespace tamga::iati::writing

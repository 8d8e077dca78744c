#include "sheet/sax.hpp"

#include <fmt/format.h>

#include <charconv>
#include <new>
#include <utility>

namespace tamga::sheet {

namespace {

/// No character of XML 1.0, so that none of a namespace's name.
constexpr char kBetween = '\x01';
constexpr int kDepth = 256;
constexpr std::size_t kSilent = std::size_t{16} << 20;
constexpr int kBlock = 64 << 10;

constexpr std::pair<std::string_view, std::string_view> kSpaces[] = {
    {"http://schemas.openxmlformats.org/spreadsheetml/2006/main", ""},
    {"http://purl.oclc.org/ooxml/spreadsheetml/main", ""},
    {"http://schemas.openxmlformats.org/package/2006/relationships", ""},
    {"http://schemas.openxmlformats.org/officeDocument/2006/relationships", "r:"},
    {"http://purl.oclc.org/ooxml/officeDocument/relationships", "r:"},
    {"urn:oasis:names:tc:opendocument:xmlns:office:1.0", "office:"},
    {"urn:oasis:names:tc:opendocument:xmlns:table:1.0", "table:"},
    {"urn:oasis:names:tc:opendocument:xmlns:text:1.0", "text:"},
    {"urn:oasis:names:tc:opendocument:xmlns:style:1.0", "style:"},
    {"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0", "number:"},
    {"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "manifest:"},
    {"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "calcext:"},
};

}  // namespace

std::string_view short_name(const char* name, std::string& buffer) {
    const std::string_view whole = name;
    const std::size_t between = whole.find(kBetween);
    if (between == std::string_view::npos) return whole;
    const std::string_view space = whole.substr(0, between), local = whole.substr(between + 1);
    for (const auto& [uri, prefix] : kSpaces) {
        if (uri != space) continue;
        if (prefix.empty()) return local;
        buffer = prefix;
        buffer += local;
        return buffer;
    }
    buffer = "?:";
    buffer += local;
    return buffer;
}

std::optional<std::string_view> Attributes::find(std::string_view name) const {
    std::string buffer;
    for (const char** pair = pairs_; *pair != nullptr; pair += 2)
        if (short_name(pair[0], buffer) == name) return std::string_view(pair[1]);
    return std::nullopt;
}

int Attributes::count(std::string_view name) const {
    constexpr int kMost = 1'000'000'000;
    const auto value = find(name);
    if (!value) return 1;
    int count = 0;
    const auto [end, bad] = std::from_chars(value->data(), value->data() + value->size(), count);
    const bool good =
        bad == std::errc() && end == value->data() + value->size() && count > 0 && count <= kMost;
    return good ? count : 0;
}

/// Tells the handler of an event. What it throws, memory being out, must not run through a library in C.
template <typename Do>
void Sax::guarded(Do&& tell) {
    silent_ = 0;
    if (no_memory_ || !handler_.fault().empty()) return;
    try {
        std::forward<Do>(tell)();
    } catch (const std::bad_alloc&) {
        no_memory_ = true;
    }
    if (no_memory_ || !handler_.fault().empty() || too_deep_)
        XML_StopParser(parser_.get(), XML_FALSE);
    else if (handler_.take_pause())
        XML_StopParser(parser_.get(), XML_TRUE);
}

Sax::Sax(Part part, std::string place, Handler& handler)
    : part_(std::move(part)),
      place_(std::move(place)),
      handler_(handler),
      parser_(XML_ParserCreateNS(nullptr, kBetween)) {
    if (!parser_) {
        no_memory_ = true;
        return;
    }
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const char* name, const char** attributes) {
            Sax& sax = *static_cast<Sax*>(self);
            sax.guarded([&] {
                sax.too_deep_ = ++sax.depth_ > kDepth;
                if (!sax.too_deep_) sax.handler_.start(short_name(name, sax.name_), Attributes(attributes));
            });
        },
        [](void* self, const char* name) {
            Sax& sax = *static_cast<Sax*>(self);
            sax.guarded([&] {
                --sax.depth_;
                sax.handler_.end(short_name(name, sax.name_));
            });
        });
    XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* text, int length) {
        Sax& sax = *static_cast<Sax*>(self);
        sax.guarded([&] { sax.handler_.text({text, static_cast<std::size_t>(length)}); });
    });
    // No program writes one, and entities are declared in nothing else.
    XML_SetStartDoctypeDeclHandler(parser_.get(), [](void* self, const char*, const char*, const char*, int) {
        Sax& sax = *static_cast<Sax*>(self);
        sax.doctype_ = true;
        XML_StopParser(sax.parser_.get(), XML_FALSE);
    });
}

std::unexpected<Error> Sax::why() {
    if (no_memory_ || XML_GetErrorCode(parser_.get()) == XML_ERROR_NO_MEMORY)
        return refuse(ErrorCode::out_of_range, place_, "there is no memory left to read it",
                      "split it into several workbooks, or save its sheets as CSV files");
    if (doctype_) return damaged(place_, "it declares a document type, as no spreadsheet program does");
    if (too_deep_) return damaged(place_, "its elements stand too deep within each other");
    if (handler_.too_large())
        return refuse(ErrorCode::out_of_range, place_, handler_.fault(),
                      "split it into several workbooks, or save its sheets as CSV files");
    if (!handler_.fault().empty()) return damaged(place_, handler_.fault());
    return damaged(place_, fmt::format("its XML is not well-formed ({})",
                                       XML_ErrorString(XML_GetErrorCode(parser_.get()))));
}

Result<bool> Sax::run() {
    if (!parser_) return why();
    for (;;) {
        XML_Status status = XML_STATUS_OK;
        if (std::exchange(paused_, false)) {
            status = XML_ResumeParser(parser_.get());
        } else {
            if (last_) return false;
            void* const room = XML_GetBuffer(parser_.get(), kBlock);
            if (room == nullptr) return why();
            TAMGA_ASSIGN(const std::size_t count, part_.read({static_cast<char*>(room), kBlock}));
            silent_ += count;
            if (silent_ > kSilent) return damaged(place_, "one tag of it is longer than 16 MiB");
            last_ = count == 0;
            status = XML_ParseBuffer(parser_.get(), static_cast<int>(count), last_ ? XML_TRUE : XML_FALSE);
        }
        if (status == XML_STATUS_ERROR) return why();
        if (status == XML_STATUS_SUSPENDED) {
            paused_ = true;
            return true;
        }
    }
}

Result<void> read_part(const Package& package, const std::string& part, Handler& handler) {
    TAMGA_ASSIGN(Part opened, package.part(part));
    Sax sax(std::move(opened), package.place(), handler);
    for (;;) {
        TAMGA_ASSIGN(const bool more, sax.run());
        if (!more) return {};
    }
}

}  // namespace tamga::sheet

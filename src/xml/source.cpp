#include "xml/source.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <iconv.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "xml/characters.hpp"
#include "xml/read.hpp"

namespace tamga::xml {

namespace {

constexpr std::size_t kBlock = std::size_t{64} * 1024;
/// So much may come out of however few bytes.
constexpr std::uint64_t kSmall = std::uint64_t{16} * 1024 * 1024;
/// So much of a file's start tells what it is.
constexpr std::size_t kHead = 512;

class FileSource : public Source {
  public:
    FileSource(int file, std::string name) : file_(file), name_(std::move(name)) {}
    ~FileSource() override {
        if (file_ != STDIN_FILENO) ::close(file_);
    }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    Result<std::size_t> read(std::span<char> to) override {
        for (;;) {
            const ssize_t count = ::read(file_, to.data(), to.size());
            if (count >= 0) return static_cast<std::size_t>(count);
            if (errno != EINTR)
                return fail(ErrorCode::io, "read a file", std::strerror(errno),
                            "give the name of a file, or - for standard input", name_);
        }
    }

  private:
    int file_;
    std::string name_;
};

class MemorySource : public Source {
  public:
    explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}
    Result<std::size_t> read(std::span<char> to) override {
        const std::size_t count = bytes_.copy(to.data(), to.size());
        bytes_.remove_prefix(count);
        return count;
    }

  private:
    std::string_view bytes_;
};

/// Gives back what was read ahead, then goes on.
class Ahead : public Source {
  public:
    Ahead(std::string head, std::unique_ptr<Source> rest) : head_(std::move(head)), rest_(std::move(rest)) {}
    Result<std::size_t> read(std::span<char> to) override {
        if (at_ == head_.size()) return rest_->read(to);
        const std::size_t count = std::string_view(head_).substr(at_).copy(to.data(), to.size());
        at_ += count;
        return count;
    }

  private:
    std::string head_;
    std::size_t at_ = 0;
    std::unique_ptr<Source> rest_;
};

bool is_gzip(std::string_view head) {
    return head.starts_with("\x1f\x8b");
}
bool is_zip(std::string_view head) {
    return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06");  // the second holds no file
}

/// Whether a text begins as XML does, in any encoding.
bool begins_as_xml(std::string_view head) {
    for (const std::string_view mark : {"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"})
        if (head.starts_with(mark)) head.remove_prefix(mark.size());
    while (!head.empty() && (is_space(head.front()) || head.front() == '\0')) head.remove_prefix(1);
    return head.starts_with('<');
}

/// The limits of what comes out, kept.
class Measure {
  public:
    Measure(UnpackLimits limits, std::string name) : limits_(limits), name_(std::move(name)) {}

    void took(std::size_t count) { in_ += count; }
    Result<void> gave(std::size_t count) {
        out_ += count;
        if (out_ > limits_.bytes)
            return fail(ErrorCode::out_of_range, "unpack a file",
                        fmt::format("it holds more than {} bytes", limits_.bytes),
                        "split it, or raise the limit where there is room", name_);
        if (out_ > kSmall && out_ / std::max<std::uint64_t>(in_, 1) >= limits_.ratio)
            return fail(ErrorCode::out_of_range, "unpack a file",
                        fmt::format("it unpacks to more than {} times its size", limits_.ratio),
                        "give it unpacked, or raise the limit where there is room", name_);
        return {};
    }

  private:
    UnpackLimits limits_;
    std::string name_;
    std::uint64_t in_ = 0, out_ = 0;
};

/// What was never packed.
class Plain : public Source {
  public:
    Plain(std::unique_ptr<Source> source, const Measure& measure)
        : source_(std::move(source)), measure_(measure) {}
    Result<std::size_t> read(std::span<char> to) override {
        TAMGA_ASSIGN(const std::size_t count, source_->read(to));
        measure_.took(count);
        TAMGA_TRY(measure_.gave(count));
        return count;
    }

  private:
    std::unique_ptr<Source> source_;
    Measure measure_;
};

/// What gzip packed, or the one document of a zip archive.
class Unpacked : public Source {
  public:
    Unpacked(std::unique_ptr<Source> packed, std::string name, const Measure& measure)
        : packed_(std::move(packed)),
          name_(std::move(name)),
          measure_(measure),
          archive_(archive_read_new()) {}
    ~Unpacked() override { archive_read_free(archive_); }
    Unpacked(const Unpacked&) = delete;
    Unpacked& operator=(const Unpacked&) = delete;

    Result<void> open(bool zip) {
        if (!archive_) return broken();
        zip_ = zip;
        if (zip) {
            archive_read_support_format_zip_streamable(archive_);
        } else {
            // This one filter alone: by itself the library unpacks layer within layer.
            archive_read_append_filter(archive_, ARCHIVE_FILTER_GZIP);
            archive_read_support_format_raw(archive_);
        }
        if (archive_read_open(archive_, this, nullptr, &Unpacked::give, nullptr) != ARCHIVE_OK)
            return broken();
        TAMGA_ASSIGN(const bool found, to_document());
        if (found) return {};
        if (packed_inside_)
            return fail(ErrorCode::invalid_input, "unpack a file", "it is a packed file within a packed file",
                        "unpack it once and give what comes out", name_);
        return fail(ErrorCode::invalid_input, "unpack a file",
                    files_ == 0 ? "the archive holds no file" : "the archive holds no XML file",
                    "put one XML file in it", name_);
    }

    Result<std::size_t> read(std::span<char> to) override {
        if (at_ < head_.size()) {
            const std::size_t count = std::string_view(head_).substr(at_).copy(to.data(), to.size());
            at_ += count;
            return count;
        }
        if (ended_) return std::size_t{0};
        TAMGA_ASSIGN(const std::size_t count, data(to));
        if (count > 0 || !zip_) return count;
        ended_ = true;
        TAMGA_ASSIGN(const bool another, to_document());
        if (another)
            return fail(ErrorCode::invalid_input, "unpack a file",
                        "the archive holds more than one file of XML", "unpack it and check each file",
                        name_);
        head_.clear();
        return std::size_t{0};
    }

  private:
    static la_ssize_t give(archive*, void* self, const void** bytes) {
        auto& source = *static_cast<Unpacked*>(self);
        auto count = source.packed_->read(source.block_);
        if (!count) {
            source.error_ = count.error();
            return -1;
        }
        source.measure_.took(*count);
        *bytes = source.block_.data();
        return static_cast<la_ssize_t>(*count);
    }

    /// Goes to the archive's next document and reads its head; false if there is none.
    Result<bool> to_document() {
        for (;;) {
            archive_entry* entry = nullptr;
            const int state = archive_read_next_header(archive_, &entry);
            if (state == ARCHIVE_EOF) return false;
            if (state != ARCHIVE_OK && state != ARCHIVE_WARN) return std::unexpected(broken().error());
            const char* const path = zip_ ? archive_entry_pathname(entry) : nullptr;
            const std::string_view called = path ? path : "";
            const bool wanted =
                !zip_ || (archive_entry_filetype(entry) == AE_IFREG && !is_of_the_system(called));
            head_.clear();
            at_ = 0;
            while (wanted && head_.size() < kHead) {
                std::array<char, kHead> bytes;
                TAMGA_ASSIGN(const std::size_t count, data(std::span(bytes).first(kHead - head_.size())));
                if (count == 0) break;
                head_.append(bytes.data(), count);
            }
            files_ += wanted ? 1 : 0;
            const bool packed = is_gzip(head_) || is_zip(head_);
            packed_inside_ |= packed;
            if (packed && !zip_) return false;
            if (wanted && !packed && (!zip_ || is_xml_name(called) || begins_as_xml(head_))) return true;
            // Read to its end rather than left to the library, so that what comes out is measured.
            std::array<char, kHead * 16> rest;
            for (std::size_t count = 1; count > 0;) {
                TAMGA_ASSIGN(count, data(rest));
            }
        }
    }
    /// What systems put beside people's files.
    static bool is_of_the_system(std::string_view path) {
        const std::string_view file = path.substr(path.rfind('/') + 1);
        return path.starts_with("__MACOSX/") || file.starts_with("._");
    }
    static bool is_xml_name(std::string_view path) {
        if (path.size() < 4) return false;
        std::string end(path.substr(path.size() - 4));
        for (char& c : end) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        return end == ".xml";
    }

    /// Bytes of the file that the archive is at.
    Result<std::size_t> data(std::span<char> to) {
        const la_ssize_t count = archive_read_data(archive_, to.data(), to.size());
        if (count < 0) return std::unexpected(broken().error());
        TAMGA_TRY(measure_.gave(static_cast<std::size_t>(count)));
        return static_cast<std::size_t>(count);
    }
    Result<void> broken() {
        if (!error_.cause.empty()) return std::unexpected(error_);
        const char* const why = archive_ ? archive_error_string(archive_) : "there is no memory left";
        return fail(ErrorCode::invalid_input, "unpack a file", why ? why : "the packed bytes are damaged",
                    "pack the file anew", name_);
    }

    std::unique_ptr<Source> packed_;
    std::string name_;
    Measure measure_;
    archive* archive_;
    std::array<char, kBlock> block_{};
    Error error_{};
    std::string head_;  ///< The document's first bytes, read to know what it is.
    std::size_t at_ = 0;
    std::size_t files_ = 0;
    bool zip_ = false, packed_inside_ = false, ended_ = false;
};

/// Encodings in which ASCII bytes stand for themselves, at least in markup, and which keep no state.
bool is_offered(std::string_view name) {
    constexpr std::string_view kStarts[] = {"ISO-8859-", "WINDOWS-125", "CP125", "KOI8-", "ISO_8859-"};
    constexpr std::string_view kNames[] = {"US-ASCII", "ASCII", "LATIN1",    "LATIN-1", "GB2312", "GBK",
                                           "GB18030",  "BIG5",  "SHIFT_JIS", "EUC-JP",  "EUC-KR", "TIS-620"};
    return std::ranges::any_of(kStarts, [&](std::string_view start) { return name.starts_with(start); }) ||
           std::ranges::find(kNames, name) != std::end(kNames);
}

/// UTF-32, by its mark or by the four bytes of a <.
bool is_utf32(std::string_view head) {
    using namespace std::string_view_literals;
    return head.starts_with("\xff\xfe\0\0"sv) || head.starts_with("\0\0\xfe\xff"sv) ||
           head.starts_with("<\0\0\0"sv) || head.starts_with("\0\0\0<"sv);
}

/// The encoding that the XML declaration at the start of ASCII-like bytes names, in capitals; empty if none.
std::string declared_encoding(std::string_view bytes) {
    if (!bytes.starts_with("<?xml") || bytes.size() < 6 || !is_space(bytes[5])) return {};
    bytes = bytes.substr(0, bytes.find("?>"));
    std::size_t at = bytes.find("encoding");
    if (at == std::string_view::npos) return {};
    at += 8;
    while (at < bytes.size() && (is_space(bytes[at]) || bytes[at] == '=')) ++at;
    if (at == bytes.size() || (bytes[at] != '"' && bytes[at] != '\'')) return {};
    const std::size_t close = bytes.find(bytes[at], at + 1);
    if (close == std::string_view::npos) return {};
    std::string name(bytes.substr(at + 1, close - at - 1));
    for (char& c : name)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    return name;
}

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::string& path, UnpackLimits limits) {
    int file = STDIN_FILENO;
    if (path != "-") {
        file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0)
            return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io, "read a file",
                        std::strerror(errno), "give the name of a file, or - for standard input", path);
    }
    const std::string name = path == "-" ? "standard input" : path;
    return unpacked_source(std::make_unique<FileSource>(file, name), name, limits);
}

Result<std::unique_ptr<Source>> unpacked_source(std::unique_ptr<Source> source, const std::string& name,
                                                UnpackLimits limits) {
    std::string head;
    while (head.size() < 4) {
        std::array<char, 4> bytes{};
        TAMGA_ASSIGN(const std::size_t count, source->read(std::span(bytes).first(4 - head.size())));
        if (count == 0) break;
        head.append(bytes.data(), count);
    }
    const bool zip = is_zip(head);
    const bool packed = zip || is_gzip(head);
    const Measure measure(limits, name);
    source = std::make_unique<Ahead>(std::move(head), std::move(source));
    if (!packed) return std::make_unique<Plain>(std::move(source), measure);
    auto unpacked = std::make_unique<Unpacked>(std::move(source), name, measure);
    TAMGA_TRY(unpacked->open(zip));
    return unpacked;
}

std::unique_ptr<Source> memory_source(std::string_view bytes) {
    return std::make_unique<MemorySource>(bytes);
}

Decoder::~Decoder() {
    if (converter_) iconv_close(static_cast<iconv_t>(converter_));
}

Result<bool> Decoder::raw(std::size_t wanted) {
    const std::size_t before = raw_.size();
    raw_.resize(before + wanted);
    auto count = source_->read(std::span(raw_).subspan(before));
    raw_.resize(before + (count ? *count : 0));
    if (!count) return std::unexpected(count.error());
    bytes_ += *count;
    at_end_ = *count == 0;
    return !at_end_;
}

std::unexpected<Error> Decoder::malformed(std::string what, std::string hint) {
    malformed_ = true;
    return fail(ErrorCode::invalid_input, "decode the file", std::move(what),
                hint.empty() ? "save it in UTF-8 and say so in the first line" : std::move(hint));
}

Result<void> Decoder::start() {
    started_ = true;
    while (raw_.size() < 1024 && !at_end_) {
        TAMGA_TRY(raw(kBlock));
    }
    std::string from;
    const auto contradicts = [this](std::string_view mark, const std::string& declared) {
        return malformed(fmt::format("its first bytes say {}, its first line says {}", mark, declared));
    };
    if (raw_.starts_with("\xef\xbb\xbf")) {
        raw_.erase(0, 3);
        const std::string declared = declared_encoding(raw_);
        if (!declared.empty() && declared != "UTF-8" && declared != "UTF8")
            return contradicts("UTF-8", declared);
    } else if (is_utf32(raw_)) {
        return malformed("it is in UTF-32, which is not read here", "save it in UTF-8");
    } else if (raw_.starts_with("\xfe\xff")) {
        from = "UTF-16BE";
        raw_.erase(0, 2);
    } else if (raw_.starts_with("\xff\xfe")) {
        from = "UTF-16LE";
        raw_.erase(0, 2);
    } else if (raw_.size() >= 2 && raw_[0] == '\0' && raw_[1] == '<') {
        from = "UTF-16BE";
    } else if (raw_.size() >= 2 && raw_[0] == '<' && raw_[1] == '\0') {
        from = "UTF-16LE";
    } else {
        from = declared_encoding(raw_);
        if (from == "UTF-8" || from == "UTF8") from.clear();
        if (from.starts_with("UTF-16") || from == "UCS-2" || from.starts_with("ISO-10646"))
            return malformed("it says that it is in " + from + ", but it is not");
        if (!from.empty() && !is_offered(from))
            return malformed("the encoding '" + from + "' is not known here");
    }
    if (from.starts_with("UTF-16")) {
        // ASCII in UTF-16 is ASCII with zeros between.
        std::string head = raw_.substr(0, 512);
        std::erase(head, '\0');
        const std::string declared = declared_encoding(head);
        if (!declared.empty() && !declared.starts_with("UTF-16") && declared != "UCS-2" &&
            declared != "ISO-10646-UCS-2")
            return contradicts("UTF-16", declared);
    }
    if (from.empty()) return {};
    encoding_ = from;
    const iconv_t converter = iconv_open("UTF-8", from.c_str());
    if (converter == reinterpret_cast<iconv_t>(-1))
        return malformed("the encoding '" + from + "' is not known here");
    converter_ = converter;
    return {};
}

Result<bool> Decoder::more(std::string& text, std::size_t wanted) {
    if (!started_) TAMGA_TRY(start());
    const std::size_t before = text.size();
    if (!converter_ && raw_.empty() && !at_end_) {
        // As it is, without a copy between.
        Result<std::size_t> count = std::size_t{0};
        text.resize_and_overwrite(before + wanted, [&](char* to, std::size_t size) {
            count = source_->read(std::span(to + before, size - before));
            return before + count.value_or(0);
        });
        if (!count) return std::unexpected(count.error());
        bytes_ += *count;
        at_end_ = *count == 0;
        if (at_end_) return false;
    } else if (!converter_) {
        if (raw_.empty()) return false;
        text += raw_;
        raw_.clear();
    } else {
        if (raw_.empty() && !at_end_) TAMGA_TRY(raw(wanted));
        if (raw_.empty()) return false;
        char* in = raw_.data();
        std::size_t left = raw_.size();
        std::array<char, kBlock> out;
        while (left > 0) {
            char* to = out.data();
            std::size_t room = out.size();
            const std::size_t done = iconv(static_cast<iconv_t>(converter_), &in, &left, &to, &room);
            text.append(out.data(), out.size() - room);
            if (done != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
            if (errno == EINVAL && !at_end_) {  // a character's first bytes: more will come
                raw_.erase(0, raw_.size() - left);
                TAMGA_TRY(raw(wanted));
                in = raw_.data();
                left = raw_.size();
                if (!at_end_) continue;
            }
            return malformed(fmt::format("byte {} is no character in {}", bytes_ - left + 1, encoding_),
                             "say in the first line which encoding the file really has, or save it in UTF-8");
        }
        raw_.clear();
    }
    // A line feed after a carriage return that ended the text before belongs to it.
    if (pending_return_ && text.size() > before && text[before] == '\n') text.erase(before, 1);
    pending_return_ = text.ends_with('\r');
    const std::size_t first = text.find('\r', before);
    if (first != std::string::npos) {
        std::string tail = text.substr(first);
        normalise_line_ends(tail);
        text.replace(first, std::string::npos, tail);
    }
    return true;
}

}  // namespace tamga::xml

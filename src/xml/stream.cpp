#include "xml/stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "xml/characters.hpp"
#include "xml/scan.hpp"

namespace tamga::xml {

namespace {
constexpr std::size_t kRead = std::size_t{128} * 1024;
}

Stream::Stream(Source& source, const Names& names, StreamLimits limits)
    : decoder_(source), reader_(names), limits_(limits) {}

void Stream::fault(std::size_t where, std::string what) {
    broken_ = Broken{Broken::Kind::not_well_formed, std::move(what), {}, position_of(buffer_, where, start_)};
}

/// Decodes more text: at least as much as is waiting, so that markup that is cut short is looked at again
/// only a few times. False at the end, or when broken.
bool Stream::more() {
    if (at_end_ || broken_) return false;
    const std::size_t wanted = buffer_.size() + std::max(kRead, buffer_.size() - boundary_);
    if (buffer_.size() - boundary_ > limits_.child) {
        broken_ = Broken{Broken::Kind::too_large,
                         fmt::format("one element here is larger than {} MB", limits_.child / (1024 * 1024)),
                         "split it, or raise the limit", position_of(buffer_, boundary_, start_)};
        return false;
    }
    while (buffer_.size() < wanted) {
        const auto read = decoder_.more(buffer_, kRead);
        if (!read) {
            broken_ =
                Broken{decoder_.is_malformed() ? Broken::Kind::not_well_formed : Broken::Kind::unreadable,
                       read.error().cause, read.error().hint, position_of(buffer_, buffer_.size(), start_),
                       read.error().code};
            return false;
        }
        if (!*read) {
            at_end_ = true;
            break;
        }
    }
    return true;
}

/// Goes past the markup at buffer_[at]; `whole` is false if it does not end in the buffer.
bool Stream::skip_markup(std::size_t& at, int& depth, bool& whole) {
    const std::string_view text = buffer_;
    const auto past = [&](std::string_view close, std::size_t from) {
        const std::size_t found = text.find(close, from);
        whole = found != std::string_view::npos;
        if (whole) at = found + close.size();
        return whole;
    };
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (next == '!') {
        if (text.substr(at, 4) == "<!--") return past("-->", at + 4);
        if (text.substr(at, 9) == "<![CDATA[") return past("]]>", at + 9);
        return past(">", at);  // the document type declaration; anything else is not well-formed
    }
    if (next == '?') return past("?>", at + 2);
    if (next == '/') {
        --depth;
        return past(">", at);
    }
    const char* const end = text.data() + text.size();
    const char* c = text.data() + at + 1;
    for (;;) {
        c = find_any<'>', '"', '\''>(c, end);
        if (c == end) return whole = false;
        if (*c == '>') break;
        c = *c == '"' ? find_any<'"'>(c + 1, end) : find_any<'\''>(c + 1, end);
        if (c == end) return whole = false;
        ++c;
    }
    if (c[-1] != '/') ++depth;
    at = static_cast<std::size_t>(c + 1 - text.data());
    return true;
}

bool Stream::open() {
    // The prolog, up to the end of the root's start tag.
    std::size_t at = 0;
    for (;;) {
        const std::size_t found = buffer_.find('<', at);
        if (found != std::string::npos && found + 9 < buffer_.size()) {
            at = found;
            int depth = 0;
            bool whole = true;
            const char next = buffer_[at + 1];
            const std::size_t before = at;
            if (skip_markup(at, depth, whole)) {
                if (next == '!' || next == '?') continue;
                empty_root_ = depth == 0;
                break;
            }
            at = before;
        }
        if (more()) continue;
        if (broken_) return false;
        // Too short for what is sought: the reader says what is wrong, or the root is all there is.
        at = buffer_.size();
        break;
    }
    prolog_ = buffer_.substr(0, at);
    const std::size_t tag = prolog_.rfind('<');
    std::string whole = prolog_;
    if (at_end_ && at == buffer_.size()) {
        if (!reader_.document(prolog_)) return fault(reader_.fault().where, reader_.fault().what), false;
        empty_root_ = true;
    } else if (!empty_root_) {
        // Quotation marks may hold a <: the tag's name stands behind the last one that the scan took as
        // markup.
        std::size_t name_at = tag;
        for (std::size_t i = 0; i < at;) {
            const std::size_t found = prolog_.find('<', i);
            if (found == std::string::npos) break;
            name_at = found;
            i = found;
            int depth = 0;
            bool ok = true;
            if (!skip_markup(i, depth, ok)) break;
        }
        std::size_t end = name_at + 1;
        while (end < prolog_.size() && !is_space(prolog_[end]) && prolog_[end] != '>' && prolog_[end] != '/')
            ++end;
        root_name_ = prolog_.substr(name_at + 1, end - name_at - 1);
        whole += "</" + root_name_ + ">";
    }
    root_ = reader_.document(whole);
    if (!root_) {
        fault(std::min(reader_.fault().where, prolog_.size()), reader_.fault().what);
        return false;
    }
    // The reader's tree points into `whole`: read it again from text that stays.
    prolog_ = std::move(whole);
    root_ = reader_.document(prolog_);
    if (at_end_ && at == buffer_.size()) epilog_ = prolog_.substr(root_->end);
    start_ = position_of(buffer_, at);
    buffer_.erase(0, at);
    return true;
}

std::string Stream::root_tag() const {
    // prolog_ ends with the end tag that was added, or with the empty tag and what follows it.
    if (!empty_root_)
        return prolog_.substr(root_->where, prolog_.size() - root_->where - root_name_.size() - 3);
    const std::size_t end = prolog_.find("/>", root_->where);
    return prolog_.substr(root_->where, end - root_->where) + ">";
}

std::string Stream::prolog() const {
    std::size_t from = 0;
    if (prolog_.starts_with("<?xml") && prolog_.size() > 5 && is_space(prolog_[5])) {
        from = prolog_.find("?>") + 2;
        if (from < prolog_.size() && prolog_[from] == '\n') ++from;
    }
    return prolog_.substr(from, root_->where - from);
}

Stream::Scan Stream::scan() {
    for (;;) {
        const char* const end = buffer_.data() + buffer_.size();
        const char* const found = find_any<'<'>(buffer_.data() + at_, end);
        if (found == end) {
            at_ = buffer_.size();
            return Scan::more;
        }
        std::size_t at = static_cast<std::size_t>(found - buffer_.data());
        at_ = at;
        if (buffer_.size() - at < 9 && !at_end_) return Scan::more;
        if (depth_ == 0) {
            boundary_ = at;
            if (at + 1 < buffer_.size() && buffer_[at + 1] == '/') return Scan::root_end;
            if (at >= limits_.piece) return Scan::boundary;
        }
        int depth = depth_;
        bool whole = true;
        if (!skip_markup(at, depth, whole)) return Scan::more;
        depth_ = depth;
        at_ = at;
    }
}

Piece Stream::take(std::size_t end) {
    std::string rest = buffer_.substr(end);
    buffer_.resize(end);
    Piece piece{std::move(buffer_), start_};
    buffer_ = std::move(rest);
    start_ = position_of(piece.text, piece.text.size(), start_);
    at_ -= std::min(at_, end);
    boundary_ = 0;
    return piece;
}

/// Reads the root's end tag at the buffer's start and what follows it.
void Stream::finish() {
    finished_ = true;
    while (more()) {
    }
    if (broken_) return;
    std::size_t at = 0;
    if (!empty_root_) {
        const std::string_view text = buffer_;
        at = 2 + root_name_.size();
        if (text.substr(2, root_name_.size()) != root_name_)
            return fault(0, fmt::format("this end tag closes nothing: '{}' is open", root_name_));
        while (at < text.size() && is_space(text[at])) ++at;
        if (at == text.size() || text[at] != '>')
            return fault(at, fmt::format("the end tag of '{}' holds nothing but the name", root_name_));
        ++at;
    }
    // Comments, instructions and white space: what may follow a root may follow this one.
    // A reader of its own: the root's tree is still in use.
    constexpr std::string_view kRoot = "<x/>";
    const Names no_names;
    Reader reader(no_names);
    if (!reader.document(std::string(kRoot) + buffer_.substr(at)))
        return fault(at + reader.fault().where - std::min(reader.fault().where, kRoot.size()),
                     reader.fault().what);
    epilog_ += buffer_.substr(at);
}

std::optional<Piece> Stream::next() {
    if (finished_ || broken_) return std::nullopt;
    if (empty_root_) {
        finish();
        return std::nullopt;
    }
    for (;;) {
        switch (scan()) {
            case Scan::boundary:
                return take(boundary_);
            case Scan::root_end:
                if (boundary_ > 0) return take(boundary_);
                finish();
                return std::nullopt;
            case Scan::more:
                if (more()) continue;
                if (broken_) return boundary_ > 0 ? std::optional(take(boundary_)) : std::nullopt;
                // The text ends within the root: what is wrong in the rest is for the reader to find.
                finished_ = true;
                Piece rest = take(buffer_.size());
                broken_ = Broken{Broken::Kind::not_well_formed,
                                 fmt::format("the element '{}' is not closed", root_name_),
                                 {},
                                 start_};
                return rest;
        }
    }
}

}  // namespace tamga::xml

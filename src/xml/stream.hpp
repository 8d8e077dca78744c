#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "xml/read.hpp"
#include "xml/source.hpp"

namespace tamga::xml {

/// A part of a document: some of its root's children, whole, with what stands between them.
struct Piece {
    std::string text;
    Position start;  ///< Of text[0] in the document.
};

/// Why a stream ended before its document did.
struct Broken {
    enum class Kind {
        not_well_formed,
        unreadable,  ///< The source failed.
        too_large,   ///< One child of the root is larger than is allowed.
    };
    Kind kind = Kind::not_well_formed;
    std::string what;
    std::string hint;
    Position where;
    ErrorCode code = ErrorCode::invalid_input;  ///< Of the source's error.
};

struct StreamLimits {
    std::size_t piece =
        std::size_t{128} * 1024;  ///< A piece ends at the first child's end after so many bytes.
    std::size_t child =
        std::size_t{32} * 1024 * 1024;  ///< Most bytes of one child of the root (and of the prolog).
};

/// A document of any size, read as its root's start tag and then piece by piece: memory is bounded by the
/// largest child. What stands between tags is looked at only as far as is needed to find where children end;
/// whoever takes a piece reads it with Reader::content(), which finds what is not well-formed in it. One
/// thread at a time.
class Stream {
  public:
    Stream(Source& source, const Names& names, StreamLimits limits = {});

    /// Reads up to the root's start tag. False: see broken().
    bool open();
    /// The root element, without children; and the namespaces that it declares. After open().
    const Node& root() const { return *root_; }
    const std::vector<Binding>& bindings() const { return reader_.root_bindings(); }
    /// The root's start tag as it stands in the document (of an empty root: as if it had an end tag).
    std::string root_tag() const;
    /// What stands before the root, without the XML declaration.
    std::string prolog() const;
    /// What stands behind the root: comments, instructions and white space. Known once next() gave nothing.
    const std::string& epilog() const { return epilog_; }
    /// The position of an offset in root().
    Position root_position(std::size_t where) const { return position_of(prolog_, where); }

    /// The next piece; nothing at the end of the document or when broken() holds something. Pieces that came
    /// before a break may themselves be not well-formed: the first in order counts.
    std::optional<Piece> next();

    const std::optional<Broken>& broken() const { return broken_; }
    std::size_t bytes() const { return decoder_.bytes(); }

  private:
    enum class Scan { boundary, root_end, more };
    Scan scan();
    bool skip_markup(std::size_t& at, int& depth, bool& whole);
    bool more();
    void fault(std::size_t where, std::string what);
    void finish();
    Piece take(std::size_t end);

    Decoder decoder_;
    Reader reader_;
    StreamLimits limits_;
    std::string buffer_;        ///< Text that was decoded and not yet given away.
    std::size_t at_ = 0;        ///< Scanned up to here.
    std::size_t boundary_ = 0;  ///< The last place in the buffer between two children.
    int depth_ = 0;             ///< Elements open below the root.
    bool at_end_ = false;
    bool finished_ = false;
    bool empty_root_ = false;
    Position start_;  ///< Of buffer_[0].
    std::string prolog_, epilog_;
    const Node* root_ = nullptr;
    std::string root_name_;
    std::optional<Broken> broken_;
};

}  // namespace tamga::xml

#pragma once

#include <expat.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sheet/package.hpp"

// XML read event by event, for this room alone. The room xml/ cuts a document at its root's children; here
// one child holds all rows.
namespace tamga::sheet {

/// A name as this room writes it: "table:table-row". What belongs to SpreadsheetML, transitional or strict,
/// and what is in no namespace has no prefix; a namespace that is not known here has "?:".
std::string_view short_name(const char* name, std::string& buffer);

/// The attributes of an element, while it is told.
class Attributes {
  public:
    explicit Attributes(const char** pairs) : pairs_(pairs) {}
    /// The value; nothing if it is not there.
    std::optional<std::string_view> find(std::string_view name) const;
    std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }
    /// A count, 1 if it is not there; 0 if it is none or beyond a milliard.
    int count(std::string_view name) const;
    bool is_true(std::string_view name) const { return get(name) == "1" || get(name) == "true"; }

  private:
    const char** pairs_;
};

/// Is told what is in a document.
class Handler {
  public:
    virtual ~Handler() = default;
    virtual void start(std::string_view name, const Attributes& attributes) = 0;
    virtual void end(std::string_view name) = 0;
    virtual void text(std::string_view text) = 0;

    /// True once, where reading is to pause after an event.
    bool take_pause() { return std::exchange(pause_, false); }
    /// What is wrong with the document's content; reading ends there.
    const std::string& fault() const { return fault_; }
    bool too_large() const { return too_large_; }

  protected:
    void pause() { pause_ = true; }
    void fail_with(std::string what, bool too_large = false) {
        if (!fault_.empty()) return;
        fault_ = std::move(what);
        too_large_ = too_large;
    }

  private:
    bool pause_ = false, too_large_ = false;
    std::string fault_;
};

/// Reads a part's document. Memory: a block, and the longest tag, 16 MiB at most.
class Sax {
  public:
    Sax(Part part, std::string place, Handler& handler);

    /// Reads on: true where the handler paused, false at the document's end. Errors: invalid_input,
    /// out_of_range.
    Result<bool> run();

  private:
    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };
    template <typename Do>
    void guarded(Do&& tell);
    std::unexpected<Error> why();

    Part part_;
    std::string place_;
    Handler& handler_;
    std::unique_ptr<XML_ParserStruct, Free> parser_;
    std::string name_;
    int depth_ = 0;
    std::size_t silent_ = 0;  ///< Bytes since the last event.
    bool paused_ = false, last_ = false, no_memory_ = false, doctype_ = false, too_deep_ = false;
};

/// Reads a whole part, of a handler that never pauses.
Result<void> read_part(const Package& package, const std::string& part, Handler& handler);

}  // namespace tamga::sheet

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "iati/standard/standard.hpp"
#include "xml/names.hpp"
#include "xml/tree.hpp"

// Whether attributes and texts that must hold a code of a list do. Comparison is byte by byte; what is absent
// is not checked, what is empty is checked and fails; withdrawn codes are allowed. Only elements in no
// namespace, at exactly the paths of the table, are looked at.

namespace tamga::iati {

/// Which checks are made: those of the public validator, with its gaps, or also those that the standard asks
/// for and that never fire there: xml:lang of any element (9.95.1) and the version of the file
/// (9.1.1, 9.97.1).
enum class Profile : std::uint8_t { as_published, strict };

/// A value that is no code of the list that is asked for. Views last as long as the tree.
struct CodeFailure {
    const CodeCheck* check;  ///< Id, list and category.
    Version version;
    const xml::Node* element;    ///< The one that has the attribute or the text.
    std::string_view value;      ///< As it stands in the file; may be empty.
    std::string_view attribute;  ///< As it is written: "code", "xml:lang"; empty: the element's text.
    std::string_view
        vocabulary;  ///< That was decisive, also where it goes without saying; empty: the check is for all.
    std::uint32_t where;  ///< Offset of the attribute's opening quote, or of the text's first byte.

    CodeList list() const { return code_list(check->list_index); }
    /// "'XX' is not a code of the list Country (recipient-country/@code)."
    std::string message() const;
    /// What to write instead, if one code is close or bears that name; else where to look. Searches the list
    /// (some microseconds), so ask only for what is shown.
    std::string hint() const;
};

/// The checks of one version, compiled for a table of names. Constant once made: any number of threads may
/// check.
class CodeListChecks {
  public:
    /// `names` begins as standard_names(); adds what else it needs: before any reader uses them.
    CodeListChecks(Version version, xml::Names& names);

    Version version() const { return version_; }

    /// Gives each failure in one activity or organisation to `sink(const CodeFailure&)`: in the order in
    /// which elements end, and for one element in the order of its checks. An element of any other name has
    /// none (except, in the strict profile, those of xml:lang). Nothing is allocated, and elements without
    /// checks beneath them are passed over, so that without failures this costs little beside the reading of
    /// the tree.
    template <class Sink>
    void check(const xml::Node& element, Profile profile, Sink&& sink) const {
        run(element, profile, false,
            {&call<std::remove_reference_t<Sink>>, const_cast<void*>(static_cast<const void*>(&sink))});
    }

    /// The same for the root of a file, without its children: `version`, and xml:lang. Strict profile only;
    /// the public validator makes none of these.
    template <class Sink>
    void check_root(const xml::Node& root, Profile profile, Sink&& sink) const {
        run(root, profile, true,
            {&call<std::remove_reference_t<Sink>>, const_cast<void*>(static_cast<const void*>(&sink))});
    }

  private:
    friend class CodeListWalk;
    struct Report {
        void (*call)(void* sink, const CodeFailure& failure);
        void* sink;
    };
    template <class Sink>
    static void call(void* sink, const CodeFailure& failure) {
        (*static_cast<Sink*>(sink))(failure);
    }
    void run(const xml::Node& element, Profile profile, bool root, Report report) const;

    /// One check at an element.
    struct Step {
        const CodeCheck* check;
        CodeList list;
        xml::Name attribute;  ///< kUnknownName: the element's text.
        xml::Name
            child;  ///< Not kUnknownName: it is this child's attribute; the condition is the element's own.
    };
    /// An element of the tree of paths.
    struct Place {
        std::uint16_t first_step = 0;
        std::uint16_t step_count = 0;
        bool inner = false;  ///< There are checks beneath it.
    };

    std::uint8_t next(std::uint8_t place, xml::Name name) const {
        return name < width_ ? next_[place * width_ + name] : 0;
    }

    Version version_;
    std::size_t width_ = 0;           ///< Names that paths are made of are below this.
    std::vector<Place> places_;       ///< 0: nothing to check, here or beneath.
    std::vector<std::uint8_t> next_;  ///< For each place and name, the place of the child.
    std::vector<Step> steps_;
    std::uint8_t above_ = 1;  ///< The place above activities, organisations and the files' roots.
    const CodeCheck* language_ = nullptr;  ///< 9.95.1.
};

}  // namespace tamga::iati

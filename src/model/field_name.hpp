#pragma once

#include <string_view>

#include "model/kind_table.hpp"

namespace tamga {

/// The name of a field that some kind of record has. Made from a literal, which is looked up in the table of
/// kinds while the program is compiled: a misspelt name does not compile. A value type.
class FieldName {
  public:
    consteval FieldName(const char* name) : name_(name) {  // Not explicit: text_of(body, "title").
        for (const KindInfo& kind : kind_table::kKinds)
            for (const Field& field : kind.fields)
                if (field.name == name_) return;
        no_kind_of_record_has_this_field();
    }
    /// Of a field itself.
    constexpr FieldName(const Field& field) : name_(field.name) {}

    constexpr operator std::string_view() const { return name_; }
    constexpr std::string_view text() const { return name_; }

  private:
    /// Not constexpr, so that the compiler's error names it.
    static void no_kind_of_record_has_this_field();

    std::string_view name_;
};

}  // namespace tamga

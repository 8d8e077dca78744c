#include "model/field_name.hpp"

#include "model/record.hpp"

// Compiled, and not run, by two tests: as it is it must compile, and with MISSPELT it must not.
namespace tamga {

std::string title_of(const Json& body) {
#ifdef MISSPELT
    return text_of(body, "titel");
#else
    return text_of(body, "title");
#endif
}

static_assert(FieldName("due_basis") == std::string_view("due_basis"));

}  // namespace tamga

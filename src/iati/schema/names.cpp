#include "iati/schema/names.hpp"

namespace tamga::iati {

const xml::Names& standard_names() {
    static const xml::Names kNames = [] {
        xml::Names names;
        for (const std::string_view name : kStandardNames) names.add(name);
        return names;
    }();
    return kNames;
}

}  // namespace tamga::iati

#include "iati/schema/names.hpp"

#include <gtest/gtest.h>

namespace tamga::iati {
namespace {

#ifdef TAMGA_MISSPELT
// A test compiles this to see that it does not compile.
constexpr StandardName kMisspelt = "recipent-country";
#endif

TEST(StandardName, IsThatNameOfTheTable) {
    constexpr StandardName kSector = "sector";
    static_assert(kSector.text() == "sector");
    static_assert("iati-activity"_iati.text() == "iati-activity");
    EXPECT_EQ(standard_names().find("sector"), kSector);
    EXPECT_EQ(standard_names().text(kSector), "sector");
    EXPECT_EQ(standard_names().find("recipent-country"), xml::kUnknownName);
    EXPECT_EQ(standard_names().size(), xml::kFirstName + std::size(kStandardNames)) << "each once";
}

}  // namespace
}  // namespace tamga::iati

#include "iati/schema/text.hpp"

#include <gtest/gtest.h>

namespace tamga::iati::schema {
namespace {

struct Case {
    Text kind;
    std::vector<std::string_view> good, bad;
};

TEST(Text, HoldsWhatTheStandardAndItsReferenceReaderHold) {
    using namespace std::string_view_literals;
    const Case cases[] = {
        {Text::boolean, {"true", "false", "1", "0", " true "}, {"TRUE", "", "yes", "01"}},
        {Text::decimal,
         {"1", "1.", ".5", "-1", "+1", " 1 ", "-.5", "00.10", "0000000000000000000000000000000001",
          "111111111111111111111111"},
         {".", "+-1", "1e5", "", "1,000", "1111111111111111111111111", "INF", "1 2", "1.2.3", "0x1",
          "1\u00a0"}},
        {Text::date,
         {"2020-01-01", "2020-02-29", "-0001-01-01", "12020-01-01", "2020-01-01Z", "2020-01-01+14:00",
          "99999999999-01-01"},
         {"2020-02-30", "2019-02-29", "1900-02-29", "0000-01-01", "02020-01-01", "2020-1-1",
          "2020-01-01+14:01", " 2020-01-01", "", "2020-01-01T00:00:00", "+2020-01-01",
          "9999999999999999999999-01-01", "20-01-01", "2020-01-01z", "2020-01-01+00:60"}},
        {Text::date_time,
         {"2020-01-01T00:00:00", "2020-01-01T24:00:00", "2020-01-01T23:59:59.999",
          "2020-01-01T12:00:00+05:30"},
         {"2020-01-01T24:00:01", "2020-01-01T23:59:60", "2020-01-01T23:59:59.", "2020-01-01T12:00",
          "2020-01-01", "2020-01-01 12:00:00", "2020-01-01t12:00:00"}},
        {Text::int_,
         {"1", "2147483647", "-2147483648", "+5", "-0"},
         {"2147483648", "-2147483649", "1.0", "", " 7 "}},
        {Text::positive_integer, {"1", "+1", " 1", "01"}, {"0", "-1", "", "1.0"}},
        {Text::non_negative_integer,
         {"0", "-0", "111111111111111111111111"},
         {"-1", "1111111111111111111111111"}},
        {Text::nmtoken, {"a", "1", "a:b", "-", " a "}, {"a b", "", "$"}},
        {Text::language,
         {"en", "", "en-US", "english", "x-klingon"},
         {"englishes1", "e1", "en-", "en_US", "en  us"}},
        {Text::any_uri,
         {"", "http://a b", "http://a/%20", "http://a#[b]", "http://[::1]", "mailto:a@b", "http:", "?a?b",
          "a/b:c", "//a//b", "\u00e9", "http://h:2147483647", "http://1.2.3.04/"},
         {"http://a/%zz", "http://a/[b]", "http://a#b#c", "::", "1:2", "http://a:b", "%", "a%2",
          "http://a@b@c/", "##", "http://h:", "a_b:c", ":a", "http://h:2147483648", "http://1.2.3.4x/"}},
        {Text::xml_id, {"a", "_1"}, {"1", "", "a:b"}},
    };
    for (const Case& one : cases) {
        for (std::string_view value : one.good)
            EXPECT_TRUE(holds(one.kind, value)) << name(one.kind) << " " << value;
        for (std::string_view value : one.bad)
            EXPECT_FALSE(holds(one.kind, value)) << name(one.kind) << " " << value;
    }
}

}  // namespace
}  // namespace tamga::iati::schema

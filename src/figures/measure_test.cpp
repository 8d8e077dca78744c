#include "figures/measure.hpp"

#include <gtest/gtest.h>

namespace tamga::figures {
namespace {

std::string measured(std::string_view text) {
    const auto measure = measure_of(text);
    return measure ? measure->times.text() + " " + measure->unit : "nothing";
}

TEST(Measure, IsReadInTheWordsOfOffices) {
    EXPECT_EQ(measured("Value, million USD"), "1000000 USD");
    EXPECT_EQ(measured("US$ million"), "1000000 USD");
    EXPECT_EQ(measured("Trade value (US$ m)"), "1000000 USD");
    EXPECT_EQ(measured("USD bn"), "1000000000 USD");
    EXPECT_EQ(measured("hundred million yuan"), "100000000 CNY");
    EXPECT_EQ(measured("'000 tonnes"), "1000 tonnes");
    EXPECT_EQ(measured("Quantity, thousand tonnes"), "1000 tonnes");
    EXPECT_EQ(measured("млн долл. США"), "1000000 USD");
    EXPECT_EQ(measured("Стоимость, тыс. долларов"), "1000 USD");
    EXPECT_EQ(measured("МЛРД ТЕНГЕ"), "1000000000 KZT");
    EXPECT_EQ(measured("тыс. тонн"), "1000 tonnes");
    EXPECT_EQ(measured("млн сомов"), "1000000 KGS");
    EXPECT_EQ(measured("Объём, млрд куб. м"), "1000000000 cubic metres");
    EXPECT_EQ(measured("亿美元"), "100000000 USD");
    EXPECT_EQ(measured("金额（万元）"), "10000 CNY");
    EXPECT_EQ(measured("进出口总值 单位：亿元人民币"), "100000000 CNY");
    EXPECT_EQ(measured("百万美元"), "1000000 USD");
    EXPECT_EQ(measured("重量（千克）"), "1 kg");
    EXPECT_EQ(measured("万吨"), "10000 tonnes");
    EXPECT_EQ(measured("Montant, millions d’euros"), "1000000 EUR");
    EXPECT_EQ(measured("milliards de dollars"), "1000000000 USD");
    EXPECT_EQ(measured("bcm"), "1000000000 cubic metres");
    EXPECT_EQ(measured("Доля, %"), "1 percent");
}

TEST(Measure, IsNotSeenInOtherWords) {
    for (const char* const text : {"", "Value", "Country", "Year", "Comment", "ALL", "Month", "Страна",
                                   "国家", "m", "k", "Sum", "Summary", "\xff\xe4"})
        EXPECT_EQ(measured(text), "nothing") << text;
}

TEST(Measure, KnowsOneUnitByTwoNames) {
    EXPECT_TRUE(same_unit("t", "tonnes"));
    EXPECT_TRUE(same_unit("US$", "USD"));
    EXPECT_TRUE(same_unit("trips", "trips"));
    EXPECT_FALSE(same_unit("USD", "million USD"));
    EXPECT_FALSE(same_unit("trips", "visits"));
}

}  // namespace
}  // namespace tamga::figures

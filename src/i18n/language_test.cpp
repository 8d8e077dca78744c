#include "i18n/language.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <thread>

namespace tamga::i18n {
namespace {

Date day(const char* text) {
    return *Date::parse(text);
}

TEST(Language, is_there_for_every_tag_of_the_register) {
    std::set<std::string_view> endonyms;
    for (const std::string_view tag : languages()) {
        EXPECT_EQ(language(tag).tag(), tag);
        endonyms.insert(language(tag).endonym());
    }
    EXPECT_EQ(endonyms.size(), languages().size());
    EXPECT_EQ(language("xx").tag(), "en");
}

TEST(Language, writes_dates_as_precise_as_they_are) {
    EXPECT_EQ(language("en").date(day("2025-06-17")), "17 June 2025");
    EXPECT_EQ(language("zh").date(day("2025-06-17")), "2025年6月17日");
    EXPECT_EQ(language("ru").date(day("2025-06-17")), "17 июня 2025\u202fг.");
    EXPECT_EQ(language("en").date(day("2025-06")), "June 2025");
    EXPECT_EQ(language("zh").date(day("2025-06")), "2025年6月");
    EXPECT_EQ(language("ru").date(day("2025-06")), "июнь 2025\u202fг.");
    EXPECT_EQ(language("en").date(day("2025")), "2025");
    EXPECT_EQ(language("zh").date(day("2025")), "2025年");
    EXPECT_EQ(language("ru").date(day("2025")), "2025");
    EXPECT_EQ(language("en").date(day("0001-02-03")), "3 February 1");
    EXPECT_EQ(language("ru").date(day("2022-02-22")), "22 февраля 2022\u202fг.");
    EXPECT_EQ(language("en").date(day("2222-12-31")), "31 December 2222");
}

TEST(Language, writes_french) {
    const Language& french = language("fr");
    EXPECT_EQ(french.date(day("2025-06-17")), "17 juin 2025");
    EXPECT_EQ(french.date(day("2025-08-01")), "1er août 2025");
    EXPECT_EQ(french.date(day("2025-06")), "juin 2025");
    EXPECT_EQ(french.number("1234567.5"), "1\u202f234\u202f567,5");
    EXPECT_EQ(french.percent("35"), "35\u00a0%");
    EXPECT_EQ(french.compact_number("94800000000").text, "94,8 milliards");
    EXPECT_LT(french.compare("État", "Europe"), 0);
}

TEST(Language, writes_lists) {
    const std::vector<std::string> three{"a", "b", "c"};
    EXPECT_EQ(language("en").list(three), "a, b and c");
    EXPECT_EQ(language("zh").list(three), "a、b和c");
    EXPECT_EQ(language("ru").list(three), "a, b и c");
    EXPECT_EQ(language("fr").list(three), "a, b et c");
    for (const std::string_view tag : languages()) {
        EXPECT_EQ(language(tag).list({}), "");
        EXPECT_EQ(language(tag).list({"a"}), "a");
        EXPECT_EQ(language(tag).joints(2).size(), 3U);
        EXPECT_EQ(language(tag).joints(9).size(), 10U);
    }
    EXPECT_EQ(language("en").list({"\uFFFC", "b"}), "\uFFFC and b");
}

TEST(LikelyLanguage, is_that_of_most_letters) {
    EXPECT_EQ(likely_language("Xi Jinping"), "en");
    EXPECT_EQ(likely_language("习近平 (Xi)"), "zh");
    EXPECT_EQ(likely_language("Токаев, К.-Ж."), "ru");
    EXPECT_EQ(likely_language("2025 · 12.5 %"), "");
    EXPECT_EQ(likely_language(""), "");
    EXPECT_EQ(likely_language("\xff\xfe"), "");
}

TEST(Language, says_once_what_both_ends_of_a_span_share) {
    EXPECT_EQ(language("en").date_range(day("2025-01"), day("2025-05")), "January–May 2025");
    EXPECT_EQ(language("en").date_range(day("2023-05-18"), day("2023-05-19")), "18–19 May 2023");
    EXPECT_EQ(language("zh").date_range(day("2025-01"), day("2025-05")), "2025年1月至5月");
    EXPECT_EQ(language("zh").date_range(day("2023-05-18"), day("2023-05-19")), "2023年5月18日至19日");
    EXPECT_EQ(language("ru").date_range(day("2025-01"), day("2025-05")), "январь – май 2025\u202fг.");
    EXPECT_EQ(language("ru").date_range(day("2023-05-18"), day("2023-05-19")), "18–19 мая 2023\u202fг.");
    EXPECT_EQ(language("en").date_range(day("2023"), day("2025")), "2023–2025");
    EXPECT_EQ(language("en").date_range(day("2025-06-17"), day("2025-06-17")), "17 June 2025");
    // Of different precision, or turned round: both as they are.
    EXPECT_EQ(language("en").date_range(day("2024"), day("2025-06-17")), "2024–17 June 2025");
    EXPECT_EQ(language("en").date_range(day("2025-05"), day("2025-01")), "May 2025–January 2025");
    // Before 1582 too, dates are those of the proleptic Gregorian calendar.
    EXPECT_EQ(language("en").date_range(day("1500-02-01"), day("1500-02-03")),
              "1 February 1500–3 February 1500");
}

TEST(Language, writes_every_digit_of_a_number) {
    EXPECT_EQ(language("en").number("94800000000"), "94,800,000,000");
    EXPECT_EQ(language("ru").number("94800000000.50"), "94\u00a0800\u00a0000\u00a0000,50");
    EXPECT_EQ(language("zh").number("-1234.5"), "-1,234.5");
    EXPECT_EQ(language("en").number("999"), "999");
    EXPECT_EQ(language("en").number("0"), "0");
    EXPECT_EQ(language("en").number("12.50"), "12.50");
    EXPECT_EQ(language("en").number(std::string(25, '9') + ".0000000000000000000000001"),
              "9,999,999,999,999,999,999,999,999.0000000000000000000000001");
    for (const char* other : {"", "-", ".", "1.", ".5", "1e9", "--1", "1,000", "abc"})
        EXPECT_EQ(language("ru").number(other), other);
}

TEST(Language, shortens_a_number_and_says_if_that_is_exact) {
    const auto same = [](const Language::Compact& compact, const char* text, bool exact) {
        EXPECT_EQ(compact.text, text);
        EXPECT_EQ(compact.exact, exact) << text;
    };
    same(language("en").compact_number("94800000000"), "94.8 billion", true);
    same(language("zh").compact_number("94800000000"), "948亿", true);
    same(language("ru").compact_number("94800000000"), "94,8\u00a0млрд", true);
    same(language("en").compact_number("94820000000"), "94.82 billion", true);
    same(language("en").compact_number("94812600000"), "94.813 billion", false);
    same(language("en").compact_number("999999"), "999,999", true);
    same(language("en").compact_number("1000000"), "1 million", true);
    same(language("en").compact_number("35.40"), "35.40", true);
    same(language("en").compact_number("-1500000.00"), "-1.5 million", true);
    same(language("en").compact_number("0.50"), "0.50", true);
    same(language("en").compact_number("0"), "0", true);
    same(language("zh").compact_number("948126000000"), "9481.3亿", false);
    same(language("en").compact_number("not a number"), "not a number", true);
    EXPECT_GT(language("en").compact_number(std::string(5000, '9')).text.size(), 5000U);
}

TEST(Language, puts_the_percent_sign_where_it_belongs) {
    EXPECT_EQ(language("en").percent("35"), "35%");
    EXPECT_EQ(language("zh").percent("35.0"), "35.0%");
    EXPECT_EQ(language("ru").percent("-3.5"), "-3,5\u00a0%");
}

TEST(Language, makes_names_readable_without_a_translation) {
    EXPECT_EQ(language("en").translate("code", "joint-statement"), "Joint statement");
    EXPECT_EQ(language("en").translate("field", "official_name"), "Official name");
    EXPECT_EQ(language("en").translate("code", "+1"), "+1");
    EXPECT_EQ(language("en").translate("code", "-1"), "-1");
    EXPECT_EQ(language("en").translate("code", ""), "");
    EXPECT_EQ(language("en").translate("No such message"), "No such message");
    EXPECT_EQ(language("zh").translate("No such message"), "No such message");
}

TEST(Language, fills_in_arguments_once) {
    EXPECT_EQ(language("en").format("{1} of {2}, {1}", {"{2}", "b"}), "{2} of b, {2}");
    EXPECT_EQ(language("en").format("{3} {0} {x} {", {"a"}), "{3} {0} {x} {");
}

TEST(Language, orders_names_as_its_readers_do) {
    EXPECT_LT(language("en").compare("Österreich", "Poland"), 0);
    EXPECT_GT(language("en").compare("b", "A"), 0);
    EXPECT_LT(language("ru").compare("Ёлка", "Жук"), 0);  // by code point, Ё comes before А
    EXPECT_LT(language("ru").compare("Егор", "Ёлка"), 0);
    EXPECT_LT(language("zh").compare("哈萨克斯坦", "中国"), 0);  // by pinyin: ha, zhong
    EXPECT_EQ(language("zh").compare("中国", "中国"), 0);
}

TEST(Negotiate, takes_the_language_with_the_greatest_weight) {
    EXPECT_EQ(negotiate("ru"), "ru");
    EXPECT_EQ(negotiate("zh-Hans-CN"), "zh");
    EXPECT_EQ(negotiate("ZH-cn, en;q=0.8"), "zh");
    EXPECT_EQ(negotiate("en;q=0.5, ru;q=0.7"), "ru");
    EXPECT_EQ(negotiate("de, kk;q=0.9, ru ; q=0.8 , en;q=0.7"), "ru");
    EXPECT_EQ(negotiate("en-GB,zh"), "en");
    EXPECT_EQ(negotiate("zh-TW;q=0.3, zh;q=0.9, en;q=0.5"), "zh");
    EXPECT_EQ(negotiate("en;q=0, *"), "zh");
    EXPECT_EQ(negotiate("*, ru;q=0.5"), "en");
    EXPECT_EQ(negotiate("fr-CA, en;q=0.9"), "fr");
    EXPECT_EQ(negotiate("ru;q=0.001"), "ru");
}

TEST(Negotiate, answers_english_to_what_it_cannot_read) {
    EXPECT_EQ(negotiate(""), "en");
    EXPECT_EQ(negotiate("de"), "en");
    EXPECT_EQ(negotiate("*;q=0"), "en");
    EXPECT_EQ(negotiate("ru;q=0, zh;q=0"), "en");
    EXPECT_EQ(negotiate("zho, rus, ru_RU"), "en");
    for (const char* weight : {"2", "1.001", "0.1234", "-1", "0,5", "1e0", "", "nan", ".5"})
        EXPECT_EQ(negotiate(std::string("ru;q=") + weight), "en") << weight;
    EXPECT_EQ(negotiate("ru;level=1"), "en");
    EXPECT_EQ(negotiate(";;;,,,;q=,=\0\xff"), "en");
    EXPECT_EQ(negotiate(std::string(1'000'000, ',') + "ru"), "en");
    EXPECT_EQ(negotiate(std::string(1000, ',') + "ru"), "ru");
}

TEST(Pick, falls_back_to_english_then_to_the_first_tag) {
    const Json all = {{"en", "treaty"}, {"kk", "шарт"}, {"zh", "条约"}};
    const auto same = [](const Picked& picked, const char* text, const char* tag, bool is_fallback) {
        EXPECT_EQ(picked.text, text);
        EXPECT_EQ(picked.tag, tag);
        EXPECT_EQ(picked.is_fallback, is_fallback);
    };
    same(pick(all, "zh"), "条约", "zh", false);
    same(pick(all, "ru"), "treaty", "en", true);
    same(pick(all, "en"), "treaty", "en", false);
    same(pick({{"tg", "б"}, {"kk", "а"}}, "ru"), "а", "kk", true);
    same(pick({{"en", 1}, {"zh", "条约"}}, "ru"), "条约", "zh", true);
    for (const Json& none : {Json::object(), Json(), Json("text"), Json::array({"text"})})
        same(pick(none, "en"), "", "", true);
}

TEST(Language, is_the_same_for_all_threads) {
    std::vector<std::thread> threads;
    for (const char* tag : {"en", "zh", "ru", "en", "zh", "ru"})
        threads.emplace_back([tag] {
            const Language& own = language(tag);
            const std::string span = own.date_range(day("2025-01"), day("2025-05"));
            for (int i = 0; i < 50; ++i) {
                EXPECT_EQ(own.date_range(day("2025-01"), day("2025-05")), span);
                EXPECT_NE(own.date(day("2025-06-17")), "");
                EXPECT_TRUE(own.compact_number("94800000000").exact);
                EXPECT_NE(own.plural("{1} month", "{1} months", i), "");
                EXPECT_LT(own.compare("a", "b"), 0);
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(&language("de"), &language("en"));
}

}  // namespace
}  // namespace tamga::i18n

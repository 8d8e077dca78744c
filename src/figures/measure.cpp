#include "figures/measure.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "i18n/fold.hpp"

namespace tamga::figures {

namespace {

/// A word, or with * how one begins; what it says: a power of ten, a unit, or both.
struct Word {
    std::string_view word;
    int power;
    std::string_view unit;
};

constexpr auto kWords = std::to_array<Word>({{"hundred", 2, ""},
                                             {"thousand*", 3, ""},
                                             {"thous", 3, ""},
                                             {"ths", 3, ""},
                                             {"000", 3, ""},
                                             {"000s", 3, ""},
                                             {"1000", 3, ""},
                                             {"millier*", 3, ""},
                                             {"тыс", 3, ""},
                                             {"тысяч*", 3, ""},
                                             {"million*", 6, ""},
                                             {"mln", 6, ""},
                                             {"mn", 6, ""},
                                             {"mio", 6, ""},
                                             {"млн", 6, ""},
                                             {"миллион*", 6, ""},
                                             {"billion*", 9, ""},
                                             {"bln", 9, ""},
                                             {"bn", 9, ""},
                                             {"mrd", 9, ""},
                                             {"milliard*", 9, ""},
                                             {"mds", 9, ""},
                                             {"млрд", 9, ""},
                                             {"миллиард*", 9, ""},
                                             {"trillion*", 12, ""},
                                             {"trn", 12, ""},
                                             {"трлн", 12, ""},
                                             {"триллион*", 12, ""},
                                             {"$", 0, "USD"},
                                             {"dollar*", 0, "USD"},
                                             {"долл*", 0, "USD"},
                                             {"yuan*", 0, "CNY"},
                                             {"rmb", 0, "CNY"},
                                             {"renminbi", 0, "CNY"},
                                             {"юан*", 0, "CNY"},
                                             {"tenge", 0, "KZT"},
                                             {"тенге", 0, "KZT"},
                                             {"som", 0, "KGS"},
                                             {"soms", 0, "KGS"},
                                             {"сом", 0, "KGS"},
                                             {"сома", 0, "KGS"},
                                             {"сомов", 0, "KGS"},
                                             {"somoni", 0, "TJS"},
                                             {"сомони", 0, "TJS"},
                                             {"manat*", 0, "TMT"},
                                             {"манат*", 0, "TMT"},
                                             {"soum*", 0, "UZS"},
                                             {"сум", 0, "UZS"},
                                             {"сума", 0, "UZS"},
                                             {"сумов", 0, "UZS"},
                                             {"ruble*", 0, "RUB"},
                                             {"rouble*", 0, "RUB"},
                                             {"руб", 0, "RUB"},
                                             {"рублей", 0, "RUB"},
                                             {"euro*", 0, "EUR"},
                                             {"€", 0, "EUR"},
                                             {"евро", 0, "EUR"},
                                             {"percent", 0, "percent"},
                                             {"percentage", 0, "percent"},
                                             {"pct", 0, "percent"},
                                             {"%", 0, "percent"},
                                             {"процент*", 0, "percent"},
                                             {"t", 0, "tonnes"},
                                             {"ton", 0, "tonnes"},
                                             {"tons", 0, "tonnes"},
                                             {"tonne*", 0, "tonnes"},
                                             {"т", 0, "tonnes"},
                                             {"тонн*", 0, "tonnes"},
                                             {"kg", 0, "kg"},
                                             {"kilogram*", 0, "kg"},
                                             {"кг", 0, "kg"},
                                             {"cubic", 0, "cubic metres"},
                                             {"m3", 0, "cubic metres"},
                                             {"куб", 0, "cubic metres"},
                                             {"bcm", 9, "cubic metres"},
                                             {"people", 0, "people"},
                                             {"persons", 0, "people"},
                                             {"человек", 0, "people"},
                                             {"чел", 0, "people"},
                                             {"personnes", 0, "people"}});

/// Short for a scale beside a currency alone: "US$ m".
constexpr auto kShort = std::to_array<Word>({{"k", 3, ""}, {"m", 6, ""}, {"b", 9, ""}});

/// Codes that a heading may hold; others would be found in words of capital letters.
constexpr auto kCodes = std::to_array<std::string_view>(
    {"USD", "CNY", "KZT", "KGS", "TJS", "TMT", "UZS", "RUB", "EUR", "GBP", "JPY", "KRW",
     "INR", "TRY", "IRR", "AFN", "MNT", "PKR", "AED", "SAR", "CHF", "HKD", "XDR"});

// In Chinese words are not parted: the longest comes first.
constexpr auto kChinese = std::to_array<Word>({{"万亿", 12, ""},
                                               {"千亿", 11, ""},
                                               {"百亿", 10, ""},
                                               {"十亿", 9, ""},
                                               {"亿", 8, ""},
                                               {"千万", 7, ""},
                                               {"百万", 6, ""},
                                               {"十万", 5, ""},
                                               {"万", 4, ""},
                                               {"千克", 0, "kg"},
                                               {"千", 3, ""},
                                               {"美元", 0, "USD"},
                                               {"欧元", 0, "EUR"},
                                               {"日元", 0, "JPY"},
                                               {"港元", 0, "HKD"},
                                               {"人民币", 0, "CNY"},
                                               {"坚戈", 0, "KZT"},
                                               {"索莫尼", 0, "TJS"},
                                               {"索姆", 0, "KGS"},
                                               {"苏姆", 0, "UZS"},
                                               {"马纳特", 0, "TMT"},
                                               {"卢布", 0, "RUB"},
                                               {"元", 0, "CNY"},
                                               {"吨", 0, "tonnes"},
                                               {"立方米", 0, "cubic metres"},
                                               {"百分", 0, "percent"}});

bool is_ascii_sign(char c) {
    return static_cast<unsigned char>(c) < 0x80 &&
           !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

/// Runs of letters and digits, and $, % and € alone.
std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> out;
    constexpr std::string_view kEuro = "€";
    for (std::size_t i = 0, begin = 0; i <= text.size(); ++i) {
        const bool euro = text.substr(i).starts_with(kEuro);
        if (i < text.size() && !is_ascii_sign(text[i]) && !euro) continue;
        if (i > begin) out.push_back(text.substr(begin, i - begin));
        begin = i + 1;
        if (euro) {
            out.push_back(text.substr(i, kEuro.size()));
            i += kEuro.size() - 1;
            begin = i + 1;
        } else if (i < text.size() && (text[i] == '$' || text[i] == '%')) {
            out.push_back(text.substr(i, 1));
        }
    }
    return out;
}

std::string without_apostrophes(std::string_view text) {
    constexpr std::string_view kCurled = "\u2019";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool curled = text.substr(i).starts_with(kCurled);
        out += curled || text[i] == '\'' ? ' ' : text[i];
        if (curled) i += kCurled.size() - 1;
    }
    return out;
}

template <class Words>
const Word* find_word(const Words& words, std::string_view part) {
    const auto found = std::ranges::find_if(words, [&](const Word& one) {
        return one.word.ends_with('*') ? part.starts_with(one.word.substr(0, one.word.size() - 1))
                                       : part == one.word;
    });
    return found == words.end() ? nullptr : &*found;
}

class Reading {
  public:
    explicit Reading(std::string_view text) {
        for (const std::string_view part : parts_of(text))
            if (std::ranges::find(kCodes, part) != kCodes.end()) unit(part);
        // Folding takes apostrophes away; here they part words: "millions d’euros", "'000".
        const std::string folded = i18n::fold(without_apostrophes(text));
        const std::vector<std::string_view> parts = parts_of(folded);
        for (const std::string_view part : parts) {
            if (const Word* const word = find_word(kWords, part))
                take(*word);
            else if (static_cast<unsigned char>(part.front()) >= 0xE3)  // From U+3000: not parted by spaces.
                chinese(part);
        }
        if (!is_scaled_ && unit_.size() == 3)
            for (const std::string_view part : parts)
                if (const Word* const word = find_word(kShort, part)) take(*word);
    }

    std::optional<Measure> measure() const {
        constexpr int kMostPower = 15;
        if ((!is_scaled_ && unit_.empty()) || power_ > kMostPower) return std::nullopt;
        const auto times = Decimal::parse("1" + std::string(static_cast<std::size_t>(power_), '0'));
        return Measure{times.value_or(Decimal(1)), unit_};
    }

  private:
    void unit(std::string_view unit) {
        if (unit_.empty()) unit_ = unit;
    }
    void take(const Word& word) {
        if (word.power > 0) {
            power_ += word.power;
            is_scaled_ = true;
        }
        unit(word.unit);
    }
    void chinese(std::string_view text) {
        while (!text.empty()) {
            const auto found =
                std::ranges::find_if(kChinese, [&](const Word& one) { return text.starts_with(one.word); });
            if (found != kChinese.end()) take(*found);
            text.remove_prefix(found == kChinese.end() ? 1 : found->word.size());
        }
    }

    int power_ = 0;
    bool is_scaled_ = false;
    std::string unit_;
};

}  // namespace

std::optional<Measure> measure_of(std::string_view text) {
    return Reading(text).measure();
}

bool same_unit(std::string_view a, std::string_view b) {
    if (a == b) return true;
    const auto of_a = measure_of(a), of_b = measure_of(b);
    return of_a && of_b && !of_a->unit.empty() && *of_a == *of_b;
}

}  // namespace tamga::figures

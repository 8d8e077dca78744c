#include "web/parts/template.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tamga::web {
namespace {

Templates templates(std::string_view text) {
    return {[text](std::string_view) { return text; },
            [](std::string_view message) { return std::string(message); }};
}

TEST(Templates, EscapeWhatTheyAreGiven) {
    EXPECT_EQ(templates("<p>{{a}}</p>").render("page", {{"a", "<b> & \"c\" 'd'"}}),
              "<p>&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</p>");
}

TEST(Templates, TakeWhatIsEmptyForFalse) {
    EXPECT_EQ(templates("{{#a}}yes{{/a}}{{^a}}no{{/a}}").render("page", {{"a", ""}}), "no");
    EXPECT_EQ(templates("{{#a}}yes{{/a}}{{^a}}no{{/a}}").render("page", {{"a", nullptr}}), "no");
    EXPECT_EQ(
        templates("{{#a}}{{b}}{{c}}{{/a}}").render("page", {{"a", {{{"b", 1}}, {{"b", 2}}}}, {"c", "!"}}),
        "1!2!");
}

TEST(Templates, HaveNoSpaceBehindASignThatIsWide) {
    const auto said = [](std::string_view message, const std::string& translation) {
        const Templates made([message](std::string_view) { return message; },
                             [&translation](std::string_view) { return translation; });
        return made.render("page", {{"a", "A"}});
    };
    EXPECT_EQ(said("{{#_}}from:{{/_}} {{a}} b", "来源："), "来源：A b");
    EXPECT_EQ(said("{{#_}}from:{{/_}} {{a}}", "источник:"), "источник: A");
    EXPECT_EQ(said("{{#_}}by{{/_}} {{a}}", "记录者"), "记录者 A");
}

TEST(TemplatesDeathTest, EndABuildWithTestsAtAKeyThatNoContextHas) {
    EXPECT_DEATH(templates("{{known}} {{mispelt}}").render("page", {{"known", "x"}}),
                 "the template 'page' reads 'mispelt', which its context does not have");
}

}  // namespace
}  // namespace tamga::web

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

TEST(TemplatesDeathTest, EndABuildWithTestsAtAKeyThatNoContextHas) {
    EXPECT_DEATH(templates("{{known}} {{mispelt}}").render("page", {{"known", "x"}}),
                 "the template 'page' reads 'mispelt', which its context does not have");
}

}  // namespace
}  // namespace tamga::web

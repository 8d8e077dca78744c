#include "iati/rules/xpath.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "xml/read.hpp"

namespace tamga::iati {
namespace {

/// Evaluates an expression at the root of a document: "true", "false", or its nodes as "name" and
/// "@name=value".
std::string value(std::string_view document, std::string_view expression, std::string_view variable = {}) {
    xml::Names names;
    auto compiled = XPath::compile(expression, names, !variable.empty());
    if (!compiled) return compiled.error().cause;
    xml::Reader reader(names);
    const xml::Node* root = reader.document(document);
    EXPECT_TRUE(root) << reader.fault().what;
    XPathScratch scratch;
    scratch.index(root);
    scratch.variable = variable;
    if (compiled->kind() != XPath::Kind::nodes) return compiled->holds(*root, scratch) ? "true" : "false";
    std::vector<XmlItem> found;
    compiled->nodes(*root, scratch, found);
    EXPECT_EQ(compiled->holds(*root, scratch), !found.empty());
    std::string out;
    std::string buffer;
    for (const XmlItem& item : found) {
        if (!out.empty()) out += " ";
        if (item.attribute) {
            out += "@" + std::string(item.attribute->value);
        } else {
            out += item.node->is_text()
                       ? "'" + std::string(item.node->text()) + "'"
                       : std::string(item.node->qualified) + string_value(item, buffer).data()[0];
        }
    }
    return out;
}

const char* const kDocument =
    "<r a='5' xml:lang='en'><x v='1'>1<y>2</y></x><x v='2'>3</x><z v='2'>4</z><n:x xmlns:n='u' "
    "v='9'>5</n:x><x>6</x></r>";

TEST(XPath, SelectsByPath) {
    EXPECT_EQ(value(kDocument, "x"), "x1 x3 x6");
    EXPECT_EQ(value(kDocument, "x/@v"), "@1 @2");
    EXPECT_EQ(value(kDocument, "x/y/.."), "x1");
    EXPECT_EQ(value(kDocument, "x/y/../../z"), "z4");
    EXPECT_EQ(value(kDocument, "//y"), "y2");
    EXPECT_EQ(value(kDocument, "/r/z"), "z4");
    EXPECT_EQ(value(kDocument, "*[@v = 2]"), "x3 z4");
    EXPECT_EQ(value(kDocument, "x | z"), "x1 x3 z4 x6");
    EXPECT_EQ(value(kDocument, "z | x | z"), "x1 x3 z4 x6");
    EXPECT_EQ(value(kDocument, "@xml:lang"), "@en");
    EXPECT_EQ(value(kDocument, "x/text()"), "'1' '3' '6'");
    EXPECT_EQ(value(kDocument, ".//y"), "y2");
    EXPECT_EQ(value(kDocument, "nothing"), "");
}

TEST(XPath, AppliesPredicatesInOrder) {
    EXPECT_EQ(value(kDocument, "x[1]"), "x1");
    EXPECT_EQ(value(kDocument, "x[@v][2]"), "x3");
    EXPECT_EQ(value(kDocument, "x[2][@v = '1']"), "");
    EXPECT_EQ(value(kDocument, "x[not(@v)]"), "x6");
    EXPECT_EQ(value(kDocument, "x[@v = '1' or @v = '2']"), "x1 x3");
    EXPECT_EQ(value(kDocument, "x[@v = '1' and y]"), "x1");
    EXPECT_EQ(value(kDocument, "x[@v = '$1']", "2"), "x3");
    EXPECT_EQ(value(kDocument, "x[@v = '$1']"), "");
}

TEST(XPath, ComparesAsXPathDoes) {
    EXPECT_EQ(value(kDocument, "x/@v = 2"), "true");
    EXPECT_EQ(value(kDocument, "x/@v != 2"), "true") << "some node is not";
    EXPECT_EQ(value(kDocument, "not(x/@v = 2)"), "false");
    EXPECT_EQ(value(kDocument, "nothing = 2"), "false");
    EXPECT_EQ(value(kDocument, "nothing != 2"), "false");
    EXPECT_EQ(value(kDocument, "x/@v = z/@v"), "true");
    EXPECT_EQ(value(kDocument, "@a > 4 and @a <= 5"), "true");
    EXPECT_EQ(value(kDocument, "4 < @a"), "true");
    EXPECT_EQ(value(kDocument, "count(x) + count(z) - 1 = 3"), "true");
    EXPECT_EQ(value(kDocument, "count(x | z | x) = 4"), "true");
    EXPECT_EQ(value(kDocument, "nothing = false()"), "true");
    EXPECT_EQ(value(kDocument, "number(@a) = @a"), "true");
    EXPECT_EQ(value(kDocument, "number(@xml:lang) = @xml:lang"), "false");
    EXPECT_EQ(value(kDocument, "'a' = 'a'"), "true");
    EXPECT_EQ(value(kDocument, "-1 < 0"), "true");
}

TEST(XPath, KnowsTheFunctionsOfRulesets) {
    EXPECT_EQ(value(kDocument, "contains('abc', 'b')"), "true");
    EXPECT_EQ(value(kDocument, "starts-with(@xml:lang, 'e')"), "true");
    EXPECT_EQ(value(kDocument, "normalize-space('  a  b ') = 'a b'"), "true");
    EXPECT_EQ(value(kDocument, "string-length('\u00e9a') = 2"), "true");
    EXPECT_EQ(value(kDocument, "string(x) = '12'"), "true");
    EXPECT_EQ(value(kDocument, "boolean(nothing)"), "false");
    EXPECT_EQ(value(kDocument, "string(1 + 1) = '2'"), "true");
}

TEST(XPath, ReadsNumbersStrictly) {
    for (std::string_view good : {"1", "-1.5", " 2 ", ".5"})
        EXPECT_FALSE(std::isnan(xpath_number(good))) << good;
    for (std::string_view bad : {"", " ", "+1", "1e3", "0x1", "1,0", ".", "-", "NaN", "1 2"})
        EXPECT_TRUE(std::isnan(xpath_number(bad))) << bad;
    EXPECT_TRUE(std::isnan(xpath_number("5."))) << "as the public validator has it";
}

TEST(XPath, SaysWhatItDoesNotUnderstand) {
    for (const char* bad :
         {"", "x[", "x]", "count(1)", "f(x)", "x/", "a:b", "'x", "x | 1", "count(x", "//x[1]", "x y", "1 +"})
        EXPECT_NE(value("<r/>", bad).find(" at character "), std::string::npos)
            << bad << ": " << value("<r/>", bad);
    EXPECT_NE(value("<r/>", std::string(500, '(') + "1").find("too deep"), std::string::npos);
}

}  // namespace
}  // namespace tamga::iati

#include "xml/read.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace tamga::xml {
namespace {

Names some_names() {
    Names names;
    for (const char* name : {"a", "b", "c", "x", "y"}) names.add(name);
    return names;
}

/// Writes a tree in a plain form: to see that everything arrived.
std::string shown(const Node& node) {
    if (node.is_text()) return "[" + std::string(node.text()) + "]";
    std::string out = "(" + std::string(node.qualified);
    if (!node.space.empty()) out += "{" + std::string(node.space) + "}";
    for (const Attribute& attribute : node.all_attributes())
        out += " " + std::string(attribute.qualified) +
               (attribute.space.empty() ? "" : "{" + std::string(attribute.space) + "}") + "=" +
               std::string(attribute.value);
    for (const Node* child = node.first; child; child = child->next) out += shown(*child);
    return out + ")";
}

std::string read(std::string_view text) {
    const Names names = some_names();
    Reader reader(names);
    const Node* root = reader.document(text);
    return root ? shown(*root) : std::to_string(reader.fault().where) + ": " + reader.fault().what;
}

bool well_formed(std::string_view text) {
    const Names names = some_names();
    Reader reader(names);
    return reader.document(text) != nullptr;
}

TEST(Read, KeepsElementsAttributesAndText) {
    EXPECT_EQ(read("<?xml version='1.0'?>\n<!-- c --><a x=\"1\" y='2'>t<b/>u<c>v</c></a>\n"),
              "(a x=1 y=2[t](b)[u](c[v]))");
}

TEST(Read, ReplacesReferencesAndJoinsText) {
    EXPECT_EQ(read("<a x='&lt;&#65;&#x42;&quot;'>1&amp;2<![CDATA[<&]]>3</a>"), "(a x=<AB\"[1&2<&3])");
    EXPECT_EQ(read("<a>&#x10FFFF;&apos;&gt;</a>"), "(a[\xf4\x8f\xbf\xbf'>])");
}

TEST(Read, NormalisesLineEndsAndAttributeSpace) {
    EXPECT_EQ(read("<a x='1\r\n2\t3&#10;4'>5\r6\r\n</a>"), "(a x=1 2 3\n4[5\n6\n])");
}

TEST(Read, ResolvesNamespaces) {
    EXPECT_EQ(read("<a xmlns:p='u'><p:b p:x='1' y='2' xml:lang='en'/><c xmlns='v'><x xmlns=''/></c><y/></a>"),
              "(a(p:b{u} p:x{u}=1 y=2 xml:lang{http://www.w3.org/XML/1998/namespace}=en)(c{v}(x))(y))");
}

TEST(Read, LinksSiblingsOfOneName) {
    const Names names = some_names();
    Reader reader(names);
    const Node* root = reader.document("<a><b x='1'/><c/><b x='2'><b x='9'/></b>text<c/><b x='3'/></a>");
    ASSERT_TRUE(root);
    std::string seen;
    for (const Node* node = root->child(names.find("b")); node; node = node->same)
        seen += node->attribute(names.find("x"))->value;
    EXPECT_EQ(seen, "123");
}

TEST(Read, LeavesOutSpaceBetweenElementsWhenAsked) {
    const Names names = some_names();
    Reader reader(names, {.keep_space = false});
    const Node* root = reader.document("<a>\n <b> </b>\n <c/> x </a>");
    ASSERT_TRUE(root);
    EXPECT_EQ(shown(*root), "(a(b[ ])(c)[ x ])");
}

TEST(Read, TellsWhereThingsStand) {
    const Names names = some_names();
    Reader reader(names);
    const Node* root = reader.document("<a>\n<b x = 'q'/></a>");
    const Node* b = root->child(names.find("b"));
    EXPECT_EQ(b->where, 4U);
    EXPECT_EQ(b->attribute(names.find("x"))->where, 11U);
}

TEST(Read, RefusesWhatIsNotWellFormed) {
    for (const char* text : {"",
                             " ",
                             "a",
                             "<a>",
                             "<a",
                             "<a></b>",
                             "<a/><b/>",
                             "<a/>x",
                             "x<a/>",
                             "<a x/>",
                             "<a x=1/>",
                             "<a x='1' x='2'/>",
                             "<a x='1'y='2'/>",
                             "<a x='<'/>",
                             "<a>&</a>",
                             "<a>&nbsp;</a>",
                             "<a>&#0;</a>",
                             "<a>&#xD800;</a>",
                             "<a>&#;</a>",
                             "<a>]]></a>",
                             "<a><!-- -- --></a>",
                             "<a><!----></a",
                             "<a><?xml version='1.0'?></a>",
                             " <?xml version='1.0'?><a/>",
                             "<a><![CDATA[</a>",
                             "<1/>",
                             "<a><:b/></a>",
                             "<p:a/>",
                             "<a p:x='1'/>",
                             "<a xmlns:p=''/>",
                             "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>",
                             "<a xmlns:xml='u'/>",
                             "<a xmlns:xmlns='u'/>",
                             "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
                             "<!DOCTYPE a><!DOCTYPE a><a/>",
                             "<a/><!DOCTYPE a>",
                             "<?xml version='1.0' standalone='maybe'?><a/>",
                             "<?xml encoding='UTF-8'?><a/>",
                             "<a>\x01</a>",
                             "<a>\xff</a>",
                             "<a>\xc0\x80</a>",
                             "<a>\xed\xa0\x80</a>",
                             "<a>\xef\xbf\xbf</a>",
                             "<a ></ a>",
                             "< a/>",
                             "<a/ >",
                             "<a><b></a></b>"}) {
        EXPECT_FALSE(well_formed(text)) << text;
    }
}

TEST(Read, AcceptsWhatIs) {
    for (const char* text :
         {"<a/>", "<a></a >", "<a\n/>", "<!DOCTYPE a><a/>", "<!DOCTYPE a SYSTEM 'b.dtd'><a/>", "<a x=\">\"/>",
          "<a><!-- > --><?p ?><?q?></a>", "<a>]]&gt; ]] ></a>", "<\xd1\x8f/>", "<a x=''/>",
          "<?xml version='1.1'?><a/>", "<a><![CDATA[]]]]><![CDATA[>]]></a>", "<a/><!-- end --><?p?>\n"}) {
        EXPECT_TRUE(well_formed(text)) << text;
    }
}

TEST(Read, BoundsWhatOneTreeMayHold) {
    const Names names = some_names();
    Reader reader(names, {.nodes = 6});
    EXPECT_TRUE(reader.document("<a x='' y=''><b/>t<c/></a>"));
    EXPECT_FALSE(reader.document("<a x='' y=''><b/>t<c/><b/></a>"));
    EXPECT_TRUE(reader.fault().too_large);
    EXPECT_EQ(reader.fault().what, "one element here holds more than 6 elements, texts and attributes");
    EXPECT_EQ(reader.fault().where, 22U);
    EXPECT_FALSE(reader.document("<a x='' y=''><b/>t<c x=''/></a>"));
    EXPECT_FALSE(reader.document("<a><b></a>"));
    EXPECT_FALSE(reader.fault().too_large);
    EXPECT_TRUE(reader.document("<a x='' y=''><b/>t<c/></a>")) << "each tree counts anew";
}

TEST(Read, NamesTheFirstFault) {
    EXPECT_EQ(read("<a><b></a></b>"), "6: the end tag 'a' closes nothing: 'b' is open");
    EXPECT_EQ(read("<a>&nbsp;\x01</a>"),
              "3: the entity 'nbsp' is not one of the five that XML knows without a declaration");
    EXPECT_EQ(read("<a>\x01&nbsp;</a>"), "3: a control character (code 1) may not stand in XML");
}

TEST(Read, StopsAtItsLimits) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<a>";
    EXPECT_NE(read(deep).find("deeper than 256"), std::string::npos);
    std::string wide = "<a";
    for (int i = 0; i < 100'000; ++i) wide += " x" + std::to_string(i) + "=''";
    EXPECT_NE(read(wide + "/>").find("more attributes"), std::string::npos);
    EXPECT_NE(read("<" + std::string(100'000, 'a') + "/>").find("longer than is allowed"), std::string::npos);
}

TEST(Read, ReadsContentInItsContext) {
    const Names names = some_names();
    Reader reader(names);
    const std::vector<Binding> bindings{{"p", "u"}};
    Node parent{};
    parent.qualified = "a";
    ASSERT_TRUE(reader.content("<p:b/> <c/>", bindings, parent));
    EXPECT_EQ(shown(parent), "(a(p:b{u})[ ](c))");
    EXPECT_FALSE(reader.content("<b></b></a><a>", bindings, parent));
    EXPECT_FALSE(reader.content("<b>", bindings, parent));
    EXPECT_TRUE(reader.content("", bindings, parent));
    EXPECT_EQ(parent.first, nullptr);
}

TEST(Position, CountsLinesAndCharacters) {
    const std::string_view text = "one\ntw\xd1\x8f three";
    EXPECT_EQ(position_of(text, 0).line, 1U);
    EXPECT_EQ(position_of(text, 8).line, 2U);
    EXPECT_EQ(position_of(text, 8).column, 4U);
    EXPECT_EQ(position_of("b", 1, {.line = 7, .column = 3}).column, 4U);
}

/// Elements within each other, each with so many prefixes of its own that it uses.
std::string declarations(int depth, int prefixes) {
    std::string out;
    for (int level = 0; level < depth; ++level) {
        out += "<e";
        for (int i = 0; i < prefixes; ++i) {
            const std::string prefix = "p" + std::to_string(level) + "-" + std::to_string(i);
            out += " xmlns:" + prefix + "='u:" + prefix + "' " + prefix + ":a=''";
        }
        out += ">";
    }
    for (int level = 0; level < depth; ++level) out += "</e>";
    return out;
}

TEST(Read, BindsPrefixesFromTheInnermostOut) {
    const Names names;
    Reader reader(names);
    const Node* root = reader.document(
        "<r xmlns='u:0' xmlns:a='u:1'><a:x xmlns:a='u:2'><a:y "
        "xmlns='u:3'><y/></a:y><y/></a:x><a:z/><y/></r>");
    ASSERT_TRUE(root) << reader.fault().what;
    const Node* const x = root->first;
    EXPECT_EQ(x->space, "u:2");
    EXPECT_EQ(x->first->space, "u:2");
    EXPECT_EQ(x->first->first->space, "u:3");
    EXPECT_EQ(x->first->next->space, "u:0") << "as it was before";
    EXPECT_EQ(x->next->space, "u:1") << "as it was before";
    EXPECT_EQ(x->next->next->space, "u:0");
    EXPECT_FALSE(reader.document("<r><a xmlns:p='u'/><p:b/></r>"));
    EXPECT_EQ(reader.fault().what, "the prefix 'p' is bound to no namespace");
}

TEST(Read, TakesManyPrefixesWithinEachOther) {
    const Names names;
    Reader reader(names);
    const std::string text = declarations(200, 200);
    const Node* node = reader.document(text);
    ASSERT_TRUE(node) << reader.fault().what;
    for (int level = 0; level < 200; ++level, node = node->first) {
        ASSERT_EQ(node->attribute_count, 200U) << level;
        EXPECT_EQ(node->attributes[199].space, "u:p" + std::to_string(level) + "-199");
    }
    EXPECT_EQ(node, nullptr);
}

}  // namespace
}  // namespace tamga::xml

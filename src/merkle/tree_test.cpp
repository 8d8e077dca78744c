#include "merkle/tree.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace tamga::merkle {
namespace {

/// MTH of RFC 6962 2.1, as the RFC writes it: the reference for everything here.
Hash reference(const std::vector<std::string>& leaves, std::size_t first, std::size_t count) {
    if (count == 0) return empty_root();
    if (count == 1) return leaf_hash(leaves[first]);
    std::size_t split = 1;
    while (split * 2 < count) split *= 2;
    return node_hash(reference(leaves, first, split), reference(leaves, first + split, count - split));
}

TEST(Tree, GivesThePublishedRoots) {
    // The eight leaves and roots that certificate-transparency implementations test against.
    const std::vector<std::string> leaves = {
        "",
        std::string("\0", 1),
        "\x10",
        "\x20\x21",
        "\x30\x31",
        "\x40\x41\x42\x43",
        "\x50\x51\x52\x53\x54\x55\x56\x57",
        "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
    EXPECT_EQ(crypto::hex(Appender().root()),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    Appender tree;
    tree.append(leaf_hash(leaves[0]));
    EXPECT_EQ(crypto::hex(tree.root()), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    for (std::size_t i = 1; i < 8; ++i) tree.append(leaf_hash(leaves[i]));
    EXPECT_EQ(crypto::hex(tree.root()), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

TEST(Tree, AgreesWithTheRfcAtEverySizeAndResumes) {
    std::vector<std::string> leaves;
    std::map<std::pair<Level, std::int64_t>, Hash> stored;
    const Reader read = [&](Level level, std::int64_t index) -> Result<Hash> {
        const auto found = stored.find({level, index});
        if (found == stored.end()) return fail(ErrorCode::corrupt, "read a node", "it is not stored");
        return found->second;
    };
    Appender tree;
    for (std::int64_t size = 0; size < 130; ++size) {
        EXPECT_EQ(tree.root(), reference(leaves, 0, leaves.size()));
        EXPECT_EQ(*root({size}, read), tree.root());
        auto resumed = Appender::resume({size}, read);
        ASSERT_TRUE(resumed);
        leaves.push_back(std::to_string(size));
        resumed->append(leaf_hash(leaves.back()));
        for (const Node& node : tree.append(leaf_hash(leaves.back())))
            stored[{node.level, node.index}] = node.hash;
        EXPECT_EQ(resumed->root(), tree.root());
    }
}

TEST(Tree, TellsAMissingNode) {
    EXPECT_FALSE(root(
        {3}, [](Level, std::int64_t) -> Result<Hash> { return fail(ErrorCode::corrupt, "read", "gone"); }));
}

}  // namespace
}  // namespace tamga::merkle

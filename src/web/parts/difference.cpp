#include "web/parts/difference.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>

namespace tamga::web {

namespace {

using Words = std::vector<std::string_view>;
using Numbers = std::span<const int>;

/// More places than this are no longer followed by a reader either.
constexpr int kMostEdits = 250;

/// Text cut into words with the space after each; signs of three bytes and more (CJK, which has no spaces)
/// one by one.
Words words_of(std::string_view text) {
    Words words;
    std::size_t start = 0;
    const auto end_word = [&](std::size_t end) {
        if (end > start) words.push_back(text.substr(start, end - start));
        start = end;
    };
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = std::min<std::size_t>(lead < 0xC0   ? 1
                                                         : lead < 0xE0 ? 2
                                                         : lead < 0xF0 ? 3
                                                                       : 4,
                                                         text.size() - i);
        if (length >= 3) end_word(i);
        i += length;
        if (length >= 3 || text[i - length] == ' ' || text[i - length] == '\n') end_word(i);
    }
    end_word(text.size());
    return words;
}

/// For each edit, oldest first: true for a word of `b` that is added, false for one of `a` that is removed,
/// and how many equal words stand before it.
struct Edit {
    bool adds;
    int equal_before;
};

/// The fewest edits that make `b` of `a`; nothing if there are more than kMostEdits.
bool find_edits(Numbers a, Numbers b, std::vector<Edit>& edits) {
    const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size());
    const int most = std::min(n + m, kMostEdits);
    // furthest[d][k + d]: how far into `a` d edits reach on the diagonal k = (place in a) - (place in b).
    std::vector<std::vector<int>> furthest;
    int edits_needed = -1;
    for (int d = 0; d <= most && edits_needed < 0; ++d) {
        std::vector<int> row(static_cast<std::size_t>(2 * d + 1));
        for (int k = -d; k <= d; k += 2) {
            int x = 0;
            if (d > 0) {
                const auto& last = furthest.back();
                const auto at = [&](int diagonal) {
                    return last[static_cast<std::size_t>(diagonal + d - 1)];
                };
                const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
                x = down ? at(k + 1) : at(k - 1) + 1;
            }
            while (x < n && x - k < m && x >= 0 && x - k >= 0 &&
                   a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)])
                ++x;
            row[static_cast<std::size_t>(k + d)] = x;
            if (x >= n && x - k >= m) edits_needed = d;
        }
        furthest.push_back(std::move(row));
    }
    if (edits_needed < 0) return false;
    int x = n, k = n - m;
    for (int d = edits_needed; d > 0; --d) {
        const auto& last = furthest[static_cast<std::size_t>(d - 1)];
        const auto at = [&](int diagonal) { return last[static_cast<std::size_t>(diagonal + d - 1)]; };
        const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
        const int before = down ? at(k + 1) : at(k - 1), after_edit = down ? before : before + 1;
        edits.push_back({down, x - after_edit});  // Equal words after the edit, for now.
        x = before;
        k = down ? k + 1 : k - 1;
    }
    std::ranges::reverse(edits);
    // From the words after each edit to those before it.
    int equal = x;
    for (Edit& edit : edits) std::swap(equal, edit.equal_before);
    return true;
}

/// Puts pieces together, removed before added.
class Pieces {
  public:
    void add(Piece::Sort sort, std::string_view text) {
        if (text.empty()) return;
        if (sort == Piece::Sort::same) flush();
        (sort == Piece::Sort::same ? same_ : sort == Piece::Sort::removed ? removed_ : added_) += text;
    }
    std::vector<Piece> finish() {
        flush();
        if (!same_.empty()) out_.push_back({Piece::Sort::same, std::move(same_)});
        return std::move(out_);
    }

  private:
    void flush() {
        if (removed_.empty() && added_.empty()) return;
        if (!same_.empty()) out_.push_back({Piece::Sort::same, std::exchange(same_, {})});
        if (!removed_.empty()) out_.push_back({Piece::Sort::removed, std::exchange(removed_, {})});
        if (!added_.empty()) out_.push_back({Piece::Sort::added, std::exchange(added_, {})});
    }
    std::vector<Piece> out_;
    std::string same_, removed_, added_;
};

}  // namespace

std::vector<Piece> differences(std::string_view before, std::string_view after) {
    using enum Piece::Sort;
    const Words old_words = words_of(before), new_words = words_of(after);
    // Words are compared as numbers.
    std::unordered_map<std::string_view, int> known;
    std::vector<int> a, b;
    for (const auto& [words, numbers] : {std::pair{&old_words, &a}, {&new_words, &b}})
        for (const std::string_view word : *words)
            numbers->push_back(known.try_emplace(word, static_cast<int>(known.size())).first->second);
    std::size_t head = 0, tail = 0;
    const std::size_t shorter = std::min(a.size(), b.size());
    while (head < shorter && a[head] == b[head]) ++head;
    while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;

    Pieces pieces;
    const auto add = [&](Piece::Sort sort, const Words& words, std::size_t from, std::size_t until) {
        for (std::size_t i = from; i < until; ++i) pieces.add(sort, words[i]);
    };
    add(same, old_words, 0, head);
    std::size_t x = head, y = head;
    const std::size_t old_end = a.size() - tail, new_end = b.size() - tail;
    std::vector<Edit> edits;
    if (find_edits(Numbers(a).subspan(head, old_end - head), Numbers(b).subspan(head, new_end - head),
                   edits)) {
        for (const Edit& edit : edits) {
            const auto equal = static_cast<std::size_t>(edit.equal_before);
            add(same, old_words, x, x + equal);
            x += equal;
            y += equal;
            if (edit.adds)
                pieces.add(added, new_words[y++]);
            else
                pieces.add(removed, old_words[x++]);
        }
        add(same, old_words, x, old_end);
    } else {
        add(removed, old_words, x, old_end);
        add(added, new_words, y, new_end);
    }
    add(same, old_words, old_end, a.size());
    return pieces.finish();
}

}  // namespace tamga::web

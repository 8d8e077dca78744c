#include "query/judgements.hpp"

#include <algorithm>
#include <utility>

#include "status/judged.hpp"

namespace tamga::query {

void Judgements::add(std::string_view id, Judgement judgement) {
    const auto at = static_cast<std::size_t>(std::ranges::find(distinct_, judgement) - distinct_.begin());
    if (at == distinct_.size()) distinct_.push_back(std::move(judgement));
    by_id_.emplace_back(id, static_cast<std::uint32_t>(at));
}

Result<void> Judgements::add_piece(std::string_view id, std::string_view piece) {
    auto known = met_.find(std::string(piece));
    if (known == met_.end()) {
        TAMGA_ASSIGN(Judgement judgement, read_piece(piece));
        distinct_.push_back(std::move(judgement));
        known = met_.emplace(piece, static_cast<std::uint32_t>(distinct_.size() - 1)).first;
    }
    by_id_.emplace_back(id, known->second);
    return {};
}

void Judgements::finish() {
    met_.clear();
    by_id_.shrink_to_fit();
}

const Judgement* Judgements::find(std::string_view id, std::size_t& at) const {
    if (at + 1 < by_id_.size() && by_id_[at + 1].first == id) return &distinct_[by_id_[++at].second];
    const auto found =
        std::ranges::lower_bound(by_id_, id, {}, &std::pair<std::string, std::uint32_t>::first);
    if (found == by_id_.end() || found->first != id) return nullptr;
    at = static_cast<std::size_t>(found - by_id_.begin());
    return &distinct_[found->second];
}

void Judgements::each(const std::function<void(std::string_view id, const Judgement&)>& take) const {
    for (const auto& [id, at] : by_id_) take(id, distinct_[at]);
}

}  // namespace tamga::query

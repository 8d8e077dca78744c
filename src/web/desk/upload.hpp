#pragma once

#include "web/desk/visit.hpp"
#include "web/frame/answer.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

// A table, a workbook or a file of IATI activities from who is signed in: first what would come of it, as a
// table, with what is wrong beside its cell; then, sent again by a button, it is written, all or nothing. Of
// each record the account must be allowed to write it (access/policy). Bounded: kMostUploadBytes,
// kMostUploadRecords.

inline constexpr std::size_t kMostUploadBytes = std::size_t{2} << 20;
inline constexpr std::size_t kMostUploadRecords = 2'000;

Answer upload_form(Services& services, const Visit& visit, Page& page);
Answer upload_sent(Services& services, const Visit& visit, Page& page);

}  // namespace tamga::web

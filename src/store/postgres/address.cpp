#include "store/postgres/address.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

namespace tamga::store {

bool is_postgres(std::string_view address) {
    return address.starts_with("postgresql:") || address.starts_with("postgres:");
}

std::string shown_postgres(const std::string& address) {
    // libpq's words on an address that it cannot read repeat it, password and all.
    char* words = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> read(
        PQconninfoParse(address.c_str(), &words), PQconninfoFree);
    PQfreemem(words);
    if (!read) return "postgresql:";
    std::map<std::string, std::string> given;
    for (const PQconninfoOption* option = read.get(); option->keyword; ++option)
        if (option->val) given[option->keyword] = option->val;
    if (given["host"].starts_with('/')) return "postgresql:///" + given["dbname"] + "?host=" + given["host"];
    // Several servers stand in two lists.
    std::string_view hosts = given["host"], ports = given["port"];
    const auto next = [](std::string_view& list) {
        const std::string_view one = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), one.size() + 1));
        return std::string(one);
    };
    std::string shown;
    do {
        const std::string host = next(hosts), port = next(ports);
        shown += (shown.empty() ? "" : ",") + host + (port.empty() ? "" : ":" + port);
    } while (!hosts.empty());
    return "postgresql://" + shown + "/" + given["dbname"];
}

}  // namespace tamga::store

#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "model/record.hpp"

namespace tamga::journal {

/// Calls `take` with each field of a body that names a kept file, and the file's SHA-256.
template <class Take>
void each_file(Kind kind, const Json& body, const Take& take) {
    for (const Field& field : info(kind).fields) {
        if (field.type != FieldType::file) continue;
        const auto file = body.find(field.name);
        if (file == body.end() || !file->is_object()) continue;
        const auto sha256 = file->find("sha256");
        if (sha256 != file->end() && sha256->is_string()) take(field, sha256->get<std::string>());
    }
}

}  // namespace tamga::journal

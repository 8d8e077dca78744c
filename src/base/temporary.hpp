#pragma once

#include <string>

namespace tamga {

/// The folder for files that nobody keeps: TMPDIR, else /tmp.
std::string temporary_folder();

}  // namespace tamga

#include "iati/report/report.hpp"

#include <gtest/gtest.h>
TEST(Nothing, Yet) {}

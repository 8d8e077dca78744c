#pragma once

#include <optional>

#include "figures/told.hpp"

namespace tamga::figures {

/// What is there of one pair, direction and period.
enum class Reported {
    both,
    exporter_only,  ///< No evidence that there was no trade: the partner may not report (UN Comtrade,
    importer_only,  ///< Bilateral asymmetries).
    neither,
};

/// How far exports X and imports M of the same goods, aligned, are apart. Of what the measures divide by and
/// is zero there is nothing.
struct GapMeasures {
    Reported reported = Reported::neither;
    /// G = M - X: below zero where the importer shows less. Never a loss.
    Decimal gap;
    Interval gap_bounds;
    std::optional<Ratio> ratio;       ///< M / X: 1 where both count alike.
    std::optional<Ratio> of_exports;  ///< G / X.
    /// G / M, as the US-China Statistics Working Group tells gaps (Statistical Discrepancy of Merchandise
    /// Trade, 2012: in percent of the importer's figure).
    std::optional<Ratio> of_imports;
    /// |G| / (X + M), from 0 to 1 for figures that are not below zero: the symmetric measure, by which cells
    /// of a matrix are coloured. Twice it is |G| over the mean of both.
    std::optional<Ratio> index;
    /// ln(M / X): its mean over years tells a steady difference, which is one of method, and its spread a
    /// jumping one (CEPII, BACI, working paper 2010-23, takes the ratio of mirror flows so). For drawing, as
    /// the only measure that is no fraction.
    std::optional<double> log_ratio;
};

GapMeasures gap_between(const std::optional<Told>& exports, const std::optional<Told>& imports);

}  // namespace tamga::figures

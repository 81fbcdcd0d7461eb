//! Computes medians, their spread, and ratios pair by pair.

/// A median, with the smallest and the largest value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The middle value, or the mean of the two middle values.
    pub median: f64,
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

/// Returns the median and spread of some values. `None` if there are no values.
pub fn spread(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (*sorted.first()?, *sorted.last()?);
    let middle = sorted.len() / 2;
    let median =
        if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 };
    Some(Spread { median, low, high })
}

/// Returns, for each round, how much `one` takes above the base, relative to how much `other` takes above it.
/// A round is left out if `other` was not slower than the base.
pub fn ratios_above(base: &[f64], one: &[f64], other: &[f64]) -> Vec<f64> {
    let rounds = base.iter().zip(one).zip(other);
    rounds
        .filter(|((base, _), other)| other > base)
        .map(|((base, one), other)| (one - base) / (other - base))
        .collect()
}

/// Returns, for each round, one value relative to the other.
pub fn ratios(one: &[f64], other: &[f64]) -> Vec<f64> {
    ratios_above(&vec![0.0; one.len()], one, other)
}

/// Returns the geometric mean of positive values. `None` if there are no values.
pub fn geometric_mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) =
        values.into_iter().fold((0.0, 0u32), |(sum, count), value| (sum + value.ln(), count + 1));
    (count > 0).then(|| (sum / f64::from(count)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(spread([]), None);
        assert_eq!(spread([3.0, 1.0, 2.0]), Some(Spread { median: 2.0, low: 1.0, high: 3.0 }));
        assert_eq!(spread([4.0, 1.0, 2.0, 3.0]), Some(Spread { median: 2.5, low: 1.0, high: 4.0 }));
    }

    #[test]
    fn ratios_are_taken_above_the_base_of_the_same_round() {
        let found = ratios_above(&[10.0, 20.0, 5.0], &[13.0, 25.0, 9.0], &[20.0, 30.0, 5.0]);
        assert_eq!(found, [0.3, 0.5]);
        assert_eq!(ratios(&[1.0, 3.0], &[2.0, 2.0]), [0.5, 1.5]);
    }

    #[test]
    fn the_geometric_mean_of_opposites_is_one() {
        let mean = geometric_mean([0.5, 2.0]).unwrap();
        assert!((mean - 1.0).abs() < 1e-12, "{mean}");
        assert_eq!(geometric_mean([]), None);
    }
}

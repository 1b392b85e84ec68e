/**
 * Histogram buckets of all durations, as upper bounds in seconds: fine from 1 to 100 ms, the range of a playable game, and
 * coarse up to 10 s, the longest timeout. All histograms share them, so that their quantiles are comparable.
 */
export const DURATION_BUCKETS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10];

/**
 * Upper bounds, in seconds, of the buckets of every duration that is measured: fine from 1 to 100 ms, where a game is won
 * or lost, and coarse up to 10 s, where the waiting ends. One list for all histograms makes their quantiles comparable.
 */
export const DURATION_BUCKETS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10];

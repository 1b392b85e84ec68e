/** Estimates a quantile from the buckets of a histogram by linear interpolation, as Prometheus' `histogram_quantile` does. */
import type { HistogramIncrease } from './metric-increases';

/** @returns null without observations; the highest finite bound for a quantile beyond it. */
export function histogramQuantile({ buckets }: Pick<HistogramIncrease, 'buckets'>, quantile: number): number | null {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const rank = quantile * total;
  let [below, lower] = [0, 0];
  for (const { bound, count } of buckets) {
    if (bound === Infinity) break;
    if (count > 0 && below + count >= rank) return lower + ((bound - lower) * Math.max(0, rank - below)) / count;
    below += count;
    lower = bound;
  }
  return lower;
}

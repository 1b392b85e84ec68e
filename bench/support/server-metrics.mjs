// Reads the socket metrics of the measured server over HTTP.

export const BENCH_METRICS_TOKEN = 'a-token-for-the-metrics-of-benchmarks';

/** Steps that failed before movement validation: rate-limited, malformed, or from a player without a character. */
export async function countMoveErrors(url) {
  const response = await fetch(`${url}/metrics/sockets`, {
    headers: { authorization: `Bearer ${BENCH_METRICS_TOKEN}` },
  });
  if (!response.ok) throw new Error(`/metrics/sockets answered ${response.status}`);
  const { events } = await response.json();
  return Object.values(events['character:move'].errors).reduce((sum, count) => sum + count, 0);
}

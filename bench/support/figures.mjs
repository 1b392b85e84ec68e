// What our server tells of itself over HTTP.

export const TOKEN = 'a-token-for-the-metrics-of-benchmarks';

/** Steps of characters that were not judged at all: dropped by a limit, invalid, or of somebody without a character. */
export async function moveErrors(url) {
  const response = await fetch(`${url}/metrics/sockets`, { headers: { authorization: `Bearer ${TOKEN}` } });
  if (!response.ok) throw new Error(`no figures: ${response.status}`);
  const { events } = await response.json();
  return Object.values(events['character:move'].errors).reduce((sum, count) => sum + count, 0);
}

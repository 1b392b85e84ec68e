/** Reads the Prometheus metrics of a server. */

/** The value of one series, such as `aeturnis_connections` or `name{code="X"}`; 0 where it has not been counted yet. */
export async function metric(url: string, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

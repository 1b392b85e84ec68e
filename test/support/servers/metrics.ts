/** Reads the Prometheus metrics of a server. */

/** The value of one series, such as `aeturnis_connections` or `name{code="X"}`; 0 if the series does not exist yet. */
export async function readMetric(url: string, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

export interface ExposedMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** The sample lines of the metric. */
  readonly series: string[];
}

/** All metrics of a server, parsed from the Prometheus format. */
export async function readAllMetrics(url: string): Promise<ExposedMetric[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metrics: ExposedMetric[] = [];
  for (const line of text.split('\n')) {
    const [, name, help] = /^# HELP (\w+) ?(.*)$/.exec(line) ?? [];
    const [, , type] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    const latest = metrics.at(-1);
    if (name !== undefined) metrics.push({ name, type: '', help: help ?? '', series: [] });
    else if (type !== undefined && latest) metrics[metrics.length - 1] = { ...latest, type };
    else if (line !== '' && !line.startsWith('#')) latest?.series.push(line);
  }
  return metrics;
}

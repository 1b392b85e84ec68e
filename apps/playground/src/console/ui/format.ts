/** Numbers and times as the console shows them. */
const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', hour12: false });
const STEPS = ['B', 'KB', 'MB', 'GB'];
const KB = 1_024;
const DAY_S = 86_400;
const HOUR_S = 3_600;
const MINUTE_S = 60;

export const formatCount = (value: number): string => COUNT.format(value);

export const formatMs = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

export function formatBytes(value: number): string {
  const step = value < KB ? 0 : Math.min(STEPS.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / KB ** step;
  return `${scaled < 10 && step > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${STEPS[step]}`;
}

export function formatDuration(seconds: number): string {
  if (seconds >= DAY_S) return `${Math.floor(seconds / DAY_S)} d ${Math.floor((seconds % DAY_S) / HOUR_S)} h`;
  if (seconds >= HOUR_S) return `${Math.floor(seconds / HOUR_S)} h ${Math.floor((seconds % HOUR_S) / MINUTE_S)} min`;
  if (seconds >= MINUTE_S) return `${Math.floor(seconds / MINUTE_S)} min`;
  return `${Math.round(seconds)} s`;
}

/** @param iso a time of the server; absent: never. */
export const formatTime = (iso: string | undefined | null): string =>
  iso === undefined || iso === null ? 'never' : DATE_TIME.format(new Date(iso));

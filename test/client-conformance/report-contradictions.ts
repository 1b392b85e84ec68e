/** Finds reports of a client that cannot all be true, whatever the step is about. */
import type { ClientReport } from './client-protocol';

/** @param sent the refs that the client was instructed to send. @returns what is wrong; null if nothing is. */
export function findContradiction(
  reports: readonly ClientReport[],
  userId: string,
  sent: readonly string[],
): string | null {
  return wrongHello(reports) ?? wrongLogin(reports, userId) ?? wrongOutcome(reports, sent);
}

function wrongHello(reports: readonly ClientReport[]): string | null {
  const places = [...reports.keys()].filter((index) => reports[index]?.is === 'hello');
  return places.length === 1 && places[0] === 0 ? null : 'expected hello once, as the first report';
}

function wrongLogin(reports: readonly ClientReport[], userId: string): string | null {
  let state: 'open' | 'connected' | 'refused' = 'open';
  for (const report of reports) {
    if (report.is === 'connected' && report.userId !== userId)
      return `expected to be connected as ${userId}, got ${report.userId}`;
    if (report.is === 'connected') state = 'connected';
    if (report.is !== 'refused') continue;
    if (state !== 'open') return `expected no refusal after ${state} was reported, got refused (${report.code})`;
    state = 'refused';
  }
  return null;
}

function wrongOutcome(reports: readonly ClientReport[], sent: readonly string[]): string | null {
  const outcomes = new Map<string, string[]>();
  for (const report of reports)
    if (report.is === 'sent' || report.is === 'failed')
      outcomes.set(report.ref, [...(outcomes.get(report.ref) ?? []), report.is]);
  for (const [ref, [first, ...others]] of outcomes) {
    const name = JSON.stringify(ref.slice(0, 40));
    if (!sent.includes(ref)) return `got ${first} for ${name}, which the client was not instructed to send`;
    if (others.length > 0)
      return `expected one report of what became of ${name}, got ${[first, ...others.slice(0, 3)].join(' and ')}`;
  }
  return null;
}

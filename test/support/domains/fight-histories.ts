/** Histories of finished fights, and the verifier of `npm run combat:verify` that they are for. */
import type { CombatHistory } from '@aeturnis/contracts';
import * as rules from '@aeturnis/combat-rules';
import { historyPage } from '../../../apps/server/src/combat/fairness/combat-history';
import type { FightTranscript } from './finished-fights';

export interface HistoryCheck {
  readonly title: string;
  readonly problem?: string;
}

type VerifyHistory = (pages: readonly unknown[], rules: unknown, digests: object) => HistoryCheck[];

const verifier: { verifyHistory: VerifyHistory } = jest.requireActual('../../../scripts/combat-verifier.mjs');
const { digests }: { digests: object } = jest.requireActual('../../../scripts/combat-digests.mjs');

/** What the verifier finds wrong with the pages of a history, `title: problem`; empty if it is verified. */
export function historyProblems(pages: readonly unknown[], library: object = rules): string[] {
  const checks = verifier.verifyHistory(pages, library, digests);
  const isComplete = checks.some(({ title }) => title === 'replay');
  const problems = checks.filter(({ problem }) => problem !== undefined);
  if (!isComplete && problems.length === 0) throw new Error('the verifier has not replayed the fight');
  return problems.map(({ title, problem }) => `${title}: ${problem}`);
}

/** @param ends the last entries of all pages but the last one. */
export function historyPages({ fight, steps }: FightTranscript, ends: readonly number[] = []): CombatHistory[] {
  const entries = steps.flatMap((step) => step.entries);
  return [...ends, entries.length].map((end, index) => {
    const isOnPage = ({ seq }: rules.FightEntry): boolean => seq > (ends[index - 1] ?? 0) && seq <= end;
    const inputs = steps.flatMap(({ input, entries: [first] }) => (input && first && isOnPage(first) ? [input] : []));
    return historyPage(fight, inputs, entries.filter(isOnPage), index < ends.length ? end : null);
  });
}

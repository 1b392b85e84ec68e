/** Plays a finished fight again by the rules in this browser, and shows the verdict of the verifier. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { Icon } from '../../ui/icon';
import { attempt } from '../../ui/toasts';
import type { Play } from '../../play/play';
import { entryText } from './entry-text';
import { readHistory } from './read-history';

interface FightReplayProps {
  readonly play: Play;
  readonly sessionId: string;
  readonly nameOf: (id: string) => string;
}

interface Verdict {
  readonly checks: readonly { readonly title: string; readonly problem: string | undefined }[];
  readonly lines: readonly string[];
}

export function FightReplay({ play, sessionId, nameOf }: FightReplayProps): JSX.Element {
  const verdict = useSignal<Verdict | undefined>(undefined);
  const replay = async (): Promise<void> => {
    const pages = await readHistory(play.client, sessionId);
    // The rules are loaded when they are needed.
    const { verifyInBrowser } = await import('./verify-in-browser');
    const lines = pages.flatMap(({ entries }) => entries).map((entry) => entryText(entry, nameOf));
    verdict.value = { checks: verifyInBrowser(pages), lines: lines.filter((line) => line !== undefined) };
  };
  const { value } = verdict;
  const isVerified = value?.checks.every(({ problem }) => problem === undefined);
  return (
    <section class="replay">
      <button class="button compact" onClick={() => attempt(replay)}>
        <Icon name="replay" /> Replay and verify
      </button>
      {value && (
        <>
          <p class={isVerified ? 'verdict is-good' : 'verdict is-bad'} role="status">
            {isVerified
              ? 'Verified: every roll and every number follows from the revealed seed, computed in this browser.'
              : 'Not verified.'}
          </p>
          <ul class="checks">
            {value.checks.map(({ title, problem }) => (
              <li key={title} class={problem === undefined ? 'is-good' : 'is-bad'}>
                <Icon name={problem === undefined ? 'check' : 'cross'} /> {title}
                {problem !== undefined && `: ${problem}`}
              </li>
            ))}
          </ul>
          <ol class="fight-log">
            {value.lines.map((line, index) => (
              <li key={index} class="fight-entry">
                {line}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

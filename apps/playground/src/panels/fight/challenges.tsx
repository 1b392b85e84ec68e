/** Challenges to duels that the visitor can accept or decline. */
import type { JSX } from 'preact';
import { attempt } from '../../ui/toasts';
import type { PanelProps } from '../panel';
import { newSeed } from './start-fight';

export function Challenges({ play }: PanelProps): JSX.Element {
  const { combat } = play.client;
  return (
    <ul class="rows">
      {play.challenges.value.map(({ sessionId, challenger }) => (
        <li key={sessionId} class="row challenge">
          <p>
            <strong>{challenger.name}</strong> (level {challenger.level}) challenges you to a duel.
          </p>
          <div class="row-actions">
            <button class="button compact primary" onClick={() => attempt(() => combat.accept(sessionId, newSeed()))}>
              Accept
            </button>
            <button class="button compact" onClick={() => attempt(() => combat.decline(sessionId))}>
              Decline
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}

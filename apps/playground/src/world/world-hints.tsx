/** Notes over the world: what is near and what can be done, in a line that is read aloud. */
import type { JSX } from 'preact';
import type { Play } from '../play/play';
import { EXIT_REACH } from './world-store';
import { wordsOf } from './zone-map';

export function WorldHints({ play }: { readonly play: Play }): JSX.Element {
  const { world } = play;
  const [exit] = world.exits.value;
  const { value: target } = world.target;
  const { value: ownTurn } = play.ownTurn;
  return (
    <div class="world-hint" aria-live="polite">
      {ownTurn !== undefined && (
        // Another element for each turn, so that each one is read aloud.
        <span key={ownTurn} class="chip">
          Your turn
        </span>
      )}
      {world.ground.value === 'hostile' && <span class="chip ground-hostile">Hostile ground</span>}
      {exit && exit.distance <= EXIT_REACH && (
        <span class="chip">
          <kbd>E</kbd> to {wordsOf(exit.to)}
        </span>
      )}
      {target && (
        <span class="chip">
          Target: {target.name}, {target.isMonster ? 'level ' : `${target.kind} `}
          {target.level}
        </span>
      )}
    </div>
  );
}

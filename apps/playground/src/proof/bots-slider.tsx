/** A slider for the number of bots in the world. */
import type { JSX } from 'preact';
import type { Play } from '../play/play';
import { MAX_BOTS } from './bots';

export function BotsSlider({ play }: { readonly play: Play }): JSX.Element {
  const { wanted, present, refusal } = play.bots;
  const isFilling = present.value < wanted.value;
  return (
    <div class="bots">
      <label class="bots-label">
        <span>Bots</span>
        <input
          type="range"
          min={0}
          max={MAX_BOTS}
          value={wanted.value}
          onInput={({ currentTarget }) => play.bots.setWanted(Number(currentTarget.value))}
        />
      </label>
      <span class="bots-count figures" role="status" aria-label="Bots in the world" data-bots={present.value}>
        {isFilling ? `${present.value} of ${wanted.value}` : present.value}
      </span>
      <p class="bots-refusal problem" role="status">
        {refusal.value}
      </p>
    </div>
  );
}

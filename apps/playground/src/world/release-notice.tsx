/** Over the world once the character is not played here any more: why nothing moves, and how to play on. */
import type { JSX } from 'preact';
import type { Play } from '../play/play';
import { attempt } from '../ui/toasts';

export function ReleaseNotice({ play }: { readonly play: Play }): JSX.Element {
  const { value: reason } = play.releaseReason;
  const playAgain = async (): Promise<void> => {
    await play.playAgain();
    document.getElementById('world')?.focus();
  };
  return (
    <div class="world-notice" role="status">
      {reason === 'deleted' && <p>This character was deleted.</p>}
      {reason === 'taken_over' && (
        <>
          <p>Another window plays this character now.</p>
          <button class="button primary" onClick={() => attempt(playAgain)}>
            Play here again
          </button>
        </>
      )}
    </div>
  );
}

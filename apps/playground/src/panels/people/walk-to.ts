/** Walks the character to something, for those who use the list instead of the keys. */
import type { Play } from '../../play/play';
import { showToast } from '../../ui/toasts';

interface Goal {
  readonly id: string;
  readonly name: string;
  readonly position: () => { readonly x: number; readonly y: number } | undefined;
}

export function walkTo({ world }: Play, { name, position }: Goal, onArrival?: () => void): void {
  world.steering.walkTo({
    position,
    onEnd: (hasArrived) => {
      if (!hasArrived) return showToast(`Something is in the way to ${name}.`, true);
      if (onArrival) onArrival();
      else showToast(`You are beside ${name}.`);
    },
  });
}

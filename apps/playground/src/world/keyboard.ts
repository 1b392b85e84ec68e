/** The keys of the game: they work unless the visitor writes into a field. */
import type { Steering } from './steering';

const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
};

/** Where arrows and letters have a meaning of their own. */
const WRITES = 'input, textarea, select, [role=tablist], [contenteditable]';

const SCROLLS = '.panel-body, .inspector-body, .code';

export type KeyActions = Readonly<Record<string, () => void>>;

/** @param actions by the `key` of the event. @returns what ends the listening. */
export function listenToKeys(steering: Steering, actions: KeyActions): () => void {
  const pressed = new Set<string>();
  const walk = (): void => {
    let [x, y] = [0, 0];
    for (const code of pressed) {
      const [dx, dy] = DIRECTIONS[code] ?? [0, 0];
      [x, y] = [x + dx, y + dy];
    }
    steering.setKeys(x, y);
  };
  const onDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isWriting = event.target instanceof Element && event.target.closest(WRITES) !== null;
    if (isWriting && event.key !== 'Escape') return;
    // There they scroll.
    if (event.key.startsWith('Arrow') && event.target instanceof Element && event.target.closest(SCROLLS)) return;
    const onButton = event.target instanceof Element && event.target.closest('button, a') !== null;
    if (DIRECTIONS[event.code]) {
      if (pressed.has(event.code)) return event.preventDefault();
      pressed.add(event.code);
      event.preventDefault();
      return walk();
    }
    const action = onButton && event.key === 'Enter' ? undefined : actions[event.key];
    if (!action || event.repeat) return;
    event.preventDefault();
    action();
  };
  const onUp = ({ code }: KeyboardEvent): void => {
    if (pressed.delete(code)) walk();
  };
  const release = (): void => {
    pressed.clear();
    walk();
  };
  addEventListener('keydown', onDown);
  addEventListener('keyup', onUp);
  addEventListener('blur', release);
  return () => {
    removeEventListener('keydown', onDown);
    removeEventListener('keyup', onUp);
    removeEventListener('blur', release);
  };
}

/** Draws one plot per frame, so that a frame stays short however many plots there are. */
const waiting = new Set<() => void>();
let isScheduled = false;

export function drawInTurn(draw: () => void): void {
  waiting.add(draw);
  schedule();
}

export function cancelDrawing(draw: () => void): void {
  waiting.delete(draw);
}

function schedule(): void {
  if (isScheduled || waiting.size === 0) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    const [next] = waiting;
    if (next) {
      waiting.delete(next);
      next();
    }
    schedule();
  });
}

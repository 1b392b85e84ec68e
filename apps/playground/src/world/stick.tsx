/** A stick to walk with on a touch screen. */
import type { JSX, TargetedPointerEvent } from 'preact';
import type { Steering } from './steering';

/** Shares of the radius within which the character stands still. */
const DEAD_ZONE = 0.2;

export function Stick({ steering }: { readonly steering: Steering }): JSX.Element {
  const steer = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    const { currentTarget: stick, pointerId, clientX, clientY, type } = event;
    if (type === 'pointerdown') stick.setPointerCapture(pointerId);
    if (!stick.hasPointerCapture(pointerId)) return;
    const { left, top, width, height } = stick.getBoundingClientRect();
    const x = (clientX - left) / (width / 2) - 1;
    const y = (clientY - top) / (height / 2) - 1;
    if (Math.hypot(x, y) < DEAD_ZONE) steering.setStick(0, 0);
    else steering.setStick(x, y);
  };
  const rest = (): void => steering.setStick(0, 0);
  return (
    <div
      class="stick"
      aria-hidden="true"
      onPointerDown={steer}
      onPointerMove={steer}
      onPointerUp={rest}
      onPointerCancel={rest}
    />
  );
}

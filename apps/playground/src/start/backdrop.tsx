/** The starting village behind the start card, blurred, with lanterns that wander. An ornament. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CanvasView } from '../world/canvas-view';
import { paintGround } from '../world/ground-painter';
import { type PlayZoneMap, readZoneMap } from '../world/zone-map';

const ZONE = 'starting_village';
const SQUARE = { x: 95, y: 98 };
/** Far enough to see the houses around the square. */
const ZOOM = 0.62;
const WANDERERS = 18;
const COLOURS = ['#f2a65a', '#7db4e8', '#7fc29b', '#b79cf0'];

export function Backdrop(): JSX.Element {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return undefined;
    let map: PlayZoneMap | undefined;
    readZoneMap(ZONE).then(
      (read) => (map = read),
      () => undefined,
    );
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const view = new CanvasView(
      canvas,
      (time) => {
        view.centre = SQUARE;
        view.begin();
        if (!map) return;
        paintGround(view, map, isStill ? 0 : time);
        paintWanderers(view, isStill ? 0 : time);
      },
      ZOOM,
    );
    return () => view.stop();
  }, []);
  return <canvas ref={ref} class="backdrop" aria-hidden="true" />;
}

function paintWanderers({ context, unit }: CanvasView, time: number): void {
  for (let index = 0; index < WANDERERS; index += 1) {
    const pace = time / (9_000 + index * 900) + index * 1.7;
    const x = SQUARE.x + Math.cos(pace) * (5 + index * 1.3) + Math.sin(pace * 2.3) * 2;
    const y = SQUARE.y + Math.sin(pace * 1.2) * (3 + index * 0.8);
    const glow = context.createRadialGradient(x * unit, y * unit, 0, x * unit, y * unit, 3 * unit);
    const colour = COLOURS[index % COLOURS.length] ?? '#f2a65a';
    glow.addColorStop(0, `${colour}cc`);
    glow.addColorStop(0.18, `${colour}66`);
    glow.addColorStop(1, `${colour}00`);
    context.fillStyle = glow;
    context.fillRect((x - 3) * unit, (y - 3) * unit, 6 * unit, 6 * unit);
  }
}

/** The world as a picture, with the keys that work while it has the focus. The list "Around you" offers the same in words. */
import type { JSX, TargetedPointerEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Play } from '../play/play';
import { CanvasView, unitFor } from './canvas-view';
import { paintEntities } from './entity-painter';
import { paintGround } from './ground-painter';
import './world.css';

const FLASH_MS = 500;

export function WorldCanvas({ play }: { readonly play: Play }): JSX.Element {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return undefined;
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const view = new CanvasView(canvas, (time) => drawFrame(view, play, time, isStill));
    return () => view.stop();
  }, [play]);
  const { map, nearby } = play.world;
  const [first] = nearby.value;
  const label = `${map.value?.name ?? 'The world'}, ${nearby.value.length} around you${first ? `, nearest ${first.name}` : ''}`;
  return (
    <canvas
      ref={ref}
      id="world"
      class="world-canvas"
      role="img"
      tabIndex={0}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== 'Tab' || event.shiftKey) return;
        // After the last target, the focus moves on as everywhere.
        if (play.world.nextTarget() !== undefined) event.preventDefault();
      }}
      onPointerDown={(event) => chooseTarget(play, event)}
    />
  );
}

function drawFrame(view: CanvasView, play: Play, time: number, isStill: boolean): void {
  const { world } = play;
  const { own, others } = world.frame(time);
  if (own) view.centre = { x: own.x, y: own.y };
  view.begin();
  const { value: map } = world.map;
  if (map) paintGround(view, map, isStill ? 0 : time);
  const sinceCorrection = performance.now() - world.correctedAt;
  const flash = Math.max(0, 1 - sinceCorrection / FLASH_MS);
  paintEntities(view, { own, others, targetId: world.targetId.value, speech: world.speech, flash });
  paintLantern(view);
}

/** Light around the character, dark at the edges. */
function paintLantern(view: CanvasView): void {
  const { context, unit, width, height } = view;
  const [x, y] = [view.centre.x * unit, view.centre.y * unit];
  const radius = Math.hypot(width, height) / 2;
  const light = context.createRadialGradient(x, y, 0, x, y, radius);
  light.addColorStop(0, 'rgb(255 190 120 / 20%)');
  light.addColorStop(0.22, 'rgb(242 166 90 / 9%)');
  light.addColorStop(0.5, 'rgb(10 13 17 / 4%)');
  light.addColorStop(1, 'rgb(10 13 17 / 62%)');
  context.fillStyle = light;
  context.fillRect(x - width / 2, y - height / 2, width, height);
}

/** The nearest entity to the pointer becomes the target. */
function chooseTarget({ world }: Play, event: TargetedPointerEvent<HTMLCanvasElement>): void {
  const { currentTarget: canvas, offsetX, offsetY } = event;
  const { view } = world;
  if (!view?.own) return;
  const unit = unitFor(canvas);
  const x = view.own.x + (offsetX - canvas.clientWidth / 2) / unit;
  const y = view.own.y + (offsetY - canvas.clientHeight / 2) / unit;
  const near = view.others
    .map((entity) => ({ id: entity.id, distance: Math.hypot(entity.x - x, entity.y - y) }))
    .filter(({ distance }) => distance < 1.6)
    .sort((one, other) => one.distance - other.distance);
  world.targetId.value = near[0]?.id;
}

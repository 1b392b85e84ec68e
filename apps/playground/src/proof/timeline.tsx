/** The last minute as a picture: each received line is a tick, outages are shaded, replayed lines stand out. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Play } from '../play/play';
import { TIMELINE_MS } from './outages';

const REDRAW_MS = 100;

export function Timeline({ play }: { readonly play: Play }): JSX.Element {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      if (ref.current && !document.hidden) paintTimeline(ref.current, play);
    }, REDRAW_MS);
    return () => clearInterval(timer);
  }, [play]);
  return <canvas ref={ref} class="timeline" aria-hidden="true" />;
}

function paintTimeline(canvas: HTMLCanvasElement, { outages }: Play): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = Math.min(2, devicePixelRatio);
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (!context || width === 0) return;
  const now = performance.now();
  const place = (time: number): number => width - ((now - time) / TIMELINE_MS) * width;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.fillStyle = '#2b343f';
  context.fillRect(0, height - 1, width, 1);
  const { current, past } = outages;
  for (const { from, to = now } of [...(current.value ? [current.value] : []), ...past.value]) {
    const left = place(from);
    context.fillStyle = 'rgb(240 128 138 / 28%)';
    context.fillRect(left, 0, Math.max(2, place(to) - left), height);
  }
  for (const { at, isReplayed } of outages.lines) {
    context.fillStyle = isReplayed ? '#f2a65a' : '#7db4e8';
    const length = isReplayed ? height - 4 : height * 0.55;
    context.fillRect(Math.round(place(at)), height - 1 - length, 2, length);
  }
}

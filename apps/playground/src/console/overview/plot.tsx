/** One plot of the last 15 minutes. Plots share their cursor; the legend has the values at it, or else the latest ones. */
import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import UPlot, { type Options } from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { cancelDrawing, drawInTurn } from './draw-queue';
import type { FiguresStore } from './figures-store';
import { linesOf, type PlotDefinition, type ShownLine } from './plots';
import { SECONDS } from './seconds-ring';

const HEIGHT_PX = 150;
const AXIS_PX = 64;
const TIME_AXIS_PX = 28;
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });
const COLOURS = ['--sky', '--moss', '--ember', '--violet', '--rose'];
const NODE_COLOUR = '--control';
const CURSOR_GROUP = 'console';

interface PlotProps {
  readonly store: FiguresStore;
  readonly definition: PlotDefinition;
}

interface Legend {
  readonly label: string;
  readonly value: string;
  readonly colour: number;
}

export function Plot({ store, definition }: PlotProps): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  const legend = useSignal<readonly Legend[]>([]);
  useEffect(
    () => (container.current ? mountPlot(container.current, store, definition, legend) : undefined),
    [store, definition],
  );
  const { title } = definition;
  const said = legend.value.map(({ label, value }) => `${label} ${value}`).join(', ');
  return (
    <figure class="plot">
      <figcaption>
        <h2>{title}</h2>
        <ul class="plot-legend small figures">
          {legend.value.map(({ label, value, colour }) => (
            <li key={label}>
              <span class={`plot-key key-${colour}`} />
              {label} {value}
            </li>
          ))}
          {legend.value.length === 0 && <li class="muted">nothing yet</li>}
        </ul>
      </figcaption>
      <div ref={container} class="plot-canvas" role="img" aria-label={`${title}: ${said || 'nothing yet'}`} />
    </figure>
  );
}

/** @returns how to take it down. */
function mountPlot(
  container: HTMLDivElement,
  store: FiguresStore,
  definition: PlotDefinition,
  legend: Signal<readonly Legend[]>,
): () => void {
  let plot: UPlot | undefined;
  let shown: ShownLine[] = [];
  let names = '';
  let isVisible = false;
  let index: number | null = null;
  const writeLegend = (): void => {
    const at = index ?? SECONDS - 1;
    legend.value = shown
      .filter(({ isNode }) => !isNode)
      .map(({ label, values }, colour) => {
        // The latest second of a node may not have arrived yet.
        const value = values[at] ?? (index === null ? values[at - 1] : null) ?? null;
        return { label, value: value === null ? '–' : definition.format(value), colour: colour % COLOURS.length };
      });
  };
  const draw = (): void => {
    shown = linesOf(definition, store);
    const first = store.firstSecond;
    const seconds = Array.from({ length: SECONDS }, (_, offset) => first + offset);
    const data = [seconds, ...shown.map(({ values }) => values)] as UPlot.AlignedData;
    const nextNames = shown.map(({ label }) => label).join();
    if (!plot || nextNames !== names) {
      names = nextNames;
      plot?.destroy();
      const onCursor = ({ cursor }: UPlot): void => {
        index = cursor.idx ?? null;
        writeLegend();
      };
      plot = new UPlot(optionsOf(definition, shown, container, onCursor), data, container);
    } else plot.setData(data);
    writeLegend();
  };
  const stopFollowing = store.lastSecond.subscribe((second) => {
    if (second > 0 && isVisible) drawInTurn(draw);
  });
  const visibility = new IntersectionObserver(([entry]) => {
    isVisible = entry?.isIntersecting ?? false;
    if (isVisible && store.lastSecond.value > 0) drawInTurn(draw);
  });
  visibility.observe(container);
  const size = new ResizeObserver(() => plot?.setSize({ width: container.clientWidth, height: HEIGHT_PX }));
  size.observe(container);
  return () => {
    stopFollowing();
    cancelDrawing(draw);
    visibility.disconnect();
    size.disconnect();
    plot?.destroy();
  };
}

function optionsOf(
  { format }: PlotDefinition,
  lines: readonly ShownLine[],
  container: HTMLElement,
  onCursor: (plot: UPlot) => void,
): Options {
  const style = getComputedStyle(container);
  const colourOf = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colourOf('--muted'),
    grid: { stroke: colourOf('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${style.getPropertyValue('--mono')}`,
  };
  return {
    width: container.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { sync: { key: CURSOR_GROUP }, drag: { x: false, y: false }, points: { show: false } },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
    padding: [8, 12, 0, 0],
    axes: [
      { ...axis, size: TIME_AXIS_PX, values: (_plot, ticks) => ticks.map((second) => TIME.format(second * 1_000)) },
      { ...axis, size: AXIS_PX, values: (_plot, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      ...lines.map(({ label, isNode }, position) => ({
        label,
        stroke: colourOf(isNode ? NODE_COLOUR : (COLOURS[position % COLOURS.length] ?? NODE_COLOUR)),
        width: isNode ? 1 : 1.5,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [onCursor] },
  };
}

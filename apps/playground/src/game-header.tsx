/** The header: who and where the visitor is, and how the connection is. */
import type { JSX } from 'preact';
import { InspectorToggle } from './inspector/inspector-slot';
import type { Play } from './play/play';

const PHASES = {
  idle: ['bad', 'not connected'],
  connecting: ['busy', 'connecting'],
  live: ['good', 'live'],
  waiting: ['bad', 'reconnecting'],
  ended: ['bad', 'ended'],
} as const;

export function GameHeader({ play }: { readonly play: Play }): JSX.Element {
  const { world, hero, heartbeat, nodeId, state } = play;
  const { value: current } = state;
  const [tone, words] = current.isOverHttp ? (['busy', 'over HTTP'] as const) : PHASES[current.phase];
  return (
    <header class="header">
      <span class="brand">Aeturnis</span>
      <h1 class="header-hero">
        {hero.value?.name}
        <span class="muted"> level {world.level.value}</span>
      </h1>
      <span class="header-zone">
        {world.map.value?.name ?? '…'}
        <span class="muted"> {world.population.value ?? '…'} here</span>
      </span>
      <span class="header-connection" role="status">
        <span class={`dot ${tone}`} />
        {words}
        <span class="figures muted header-latency">{latencyText(heartbeat.latencyMs.value)}</span>
      </span>
      <span class="header-node small muted figures" title="The node of the server that holds this connection">
        {nodeId.value}
      </span>
      <InspectorToggle />
    </header>
  );
}

const latencyText = (latencyMs: number | undefined): string => (latencyMs === undefined ? '– ms' : `${latencyMs} ms`);

/** The state of the whole cluster, and the plots of the last 15 minutes. */
import type { JSX } from 'preact';
import type { ClusterOverview, StoreHealth } from '../admin';
import { formatMs } from '../ui/format';
import { useLoaded } from '../ui/loaded';
import type { View, ViewProps } from '../view';
import { Plot } from './plot';
import { PLOTS } from './plots';

const REFRESH_MS = 5_000;

function OverviewView({ admin }: ViewProps): JSX.Element {
  const { value, notice } = useLoaded(() => admin.overview(), REFRESH_MS);
  return (
    <>
      <h1>Overview</h1>
      {notice}
      {value && <Tiles overview={value} nodes={admin.figures.reportingNodes.value} />}
      <div class="plots">
        {PLOTS.map((definition) => (
          <Plot key={definition.title} store={admin.figures} definition={definition} />
        ))}
      </div>
    </>
  );
}

function Tiles({ overview, nodes }: { readonly overview: ClusterOverview; readonly nodes: number }): JSX.Element {
  const { onlineUsers, database, redis, version } = overview;
  return (
    <dl class="tiles">
      <Tile name="Users online" value={String(onlineUsers)} />
      <Tile name="Nodes" value={String(nodes)} />
      <StoreTile name="PostgreSQL" store={database} />
      <StoreTile name="Redis" store={redis} />
      <Tile name="Version" value={version} />
    </dl>
  );
}

function Tile({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div class="tile">
      <dt class="small muted">{name}</dt>
      <dd class="figures">{value}</dd>
    </div>
  );
}

function StoreTile({ name, store }: { readonly name: string; readonly store: StoreHealth }): JSX.Element {
  const { state, latencyMs } = store;
  return <Tile name={name} value={latencyMs === undefined ? state : `${state} · ${formatMs(latencyMs)}`} />;
}

export const overviewView: View = { id: 'overview', title: 'Overview', icon: 'gauge', View: OverviewView };

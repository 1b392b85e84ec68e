/** The nodes of the cluster: drain one with its progress, or kill one to see that nothing is lost. */
import type { JSX } from 'preact';
import { formatDuration, formatMs } from '../ui/format';
import { askFor } from '../ui/action-dialog';
import { Fact } from '../ui/fact';
import { useLoaded } from '../ui/loaded';
import type { View, ViewProps } from '../view';

interface NodeState {
  readonly nodeId: string;
  readonly answered: true;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly connections: number;
  readonly users: number;
  readonly zones: number;
  readonly eventLoopP99Ms: number | null;
  readonly draining: boolean;
  readonly drain: { readonly left: number; readonly remaining: number } | null;
}

interface NodeList {
  readonly nodes: readonly (NodeState | { readonly nodeId: string; readonly answered: false })[];
  /** Not in production. */
  readonly canKill: boolean;
}

const REFRESH_MS = 2_000;

function NodesView({ admin }: ViewProps): JSX.Element {
  const { value, notice, reload } = useLoaded(() => admin.api.get<NodeList>('nodes'), REFRESH_MS);
  const act = (nodeId: string, action: 'drain' | 'kill') => async (reason: string) => {
    await admin.api.post(`nodes/${encodeURIComponent(nodeId)}/${action}`, { reason });
    reload();
  };
  const drain = (nodeId: string): void =>
    askFor({
      title: `Drain ${nodeId}`,
      explanation:
        'Its clients move to other nodes and keep their sessions. The process ends afterwards; whatever started it decides whether it starts again.',
      label: 'Drain',
      done: `${nodeId} is being drained`,
      typed: nodeId,
      run: act(nodeId, 'drain'),
    });
  const kill = (nodeId: string): void =>
    askFor({
      title: `Kill ${nodeId}`,
      explanation: 'The process ends at once, as in a crash. Clients reconnect to other nodes and miss nothing.',
      label: 'Kill',
      done: `${nodeId} was killed`,
      typed: nodeId,
      run: act(nodeId, 'kill'),
    });
  return (
    <>
      <h1>Nodes</h1>
      {notice}
      <ul class="cards">
        {value?.nodes.map((node) => (
          <li key={node.nodeId} class="card">
            <h2>{node.nodeId}</h2>
            {node.answered ? (
              <NodeFigures node={node} />
            ) : (
              <p class="problem">did not answer: it may have ended, or be overloaded</p>
            )}
            <div class="card-buttons">
              <button
                class="button compact"
                disabled={!node.answered || node.draining}
                aria-label={`Drain ${node.nodeId}`}
                onClick={() => drain(node.nodeId)}
              >
                Drain
              </button>
              {value.canKill && (
                <button
                  class="button compact danger"
                  disabled={!node.answered}
                  aria-label={`Kill ${node.nodeId}`}
                  onClick={() => kill(node.nodeId)}
                >
                  Kill
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function NodeFigures({ node }: { readonly node: NodeState }): JSX.Element {
  const { connections, users, zones, uptimeSeconds, version, eventLoopP99Ms, drain } = node;
  return (
    <>
      <dl class="facts">
        <Fact name="Connections">{String(connections)}</Fact>
        <Fact name="Users">{String(users)}</Fact>
        <Fact name="Zones">{String(zones)}</Fact>
        <Fact name="Up for">{formatDuration(uptimeSeconds)}</Fact>
        <Fact name="Event loop p99">{eventLoopP99Ms === null ? '–' : formatMs(eventLoopP99Ms)}</Fact>
        <Fact name="Version">{version}</Fact>
      </dl>
      {drain && (
        <label class="field">
          <span>
            Draining: {drain.left} left, {drain.remaining} remain
          </span>
          <progress max={Math.max(1, drain.left + drain.remaining)} value={drain.left} />
        </label>
      )}
    </>
  );
}

export const nodesView: View = { id: 'nodes', title: 'Nodes', icon: 'server', View: NodesView };

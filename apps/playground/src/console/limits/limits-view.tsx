/** The limits in force, how often they refused lately, and the log level. */
import type { JSX } from 'preact';
import type { Admin } from '../admin';
import { formatBytes, formatCount } from '../ui/format';
import { useLoaded } from '../ui/loaded';
import { unansweredOf, UnansweredNote } from '../ui/unanswered-note';
import type { View, ViewProps } from '../view';
import { LogLevelCard } from './log-level-card';

interface RatePolicy {
  readonly limit: number;
  readonly windowMs: number;
  readonly burst: number;
}

interface NodeLimits {
  readonly nodeId: string;
  readonly answered: true;
  readonly isEnforced: boolean;
  readonly refusals: Readonly<Record<string, number>>;
  readonly connectionLimits: Readonly<Record<string, number | null>>;
}

interface LimitsInForce {
  readonly policies: {
    readonly connection: RatePolicy;
    readonly commands: Readonly<Record<string, RatePolicy>>;
    readonly operations: Readonly<Record<string, RatePolicy>>;
  };
  readonly minutes: number;
  readonly nodes: readonly (NodeLimits | { readonly nodeId: string; readonly answered: false })[];
}

const REFRESH_MS = 10_000;
const SECOND_MS = 1_000;

function LimitsView({ admin }: ViewProps): JSX.Element {
  const { value, notice } = useLoaded(() => admin.api.get<LimitsInForce>('limits'), REFRESH_MS);
  return (
    <>
      <h1>Limits</h1>
      {notice}
      {value && <Limits admin={admin} limits={value} />}
    </>
  );
}

function Limits({ admin, limits }: { readonly admin: Admin; readonly limits: LimitsInForce }): JSX.Element {
  const { policies, minutes } = limits;
  const nodes = limits.nodes.filter((node): node is NodeLimits => node.answered);
  const refusals = (name: string): number => nodes.reduce((sum, { refusals: count }) => sum + (count[name] ?? 0), 0);
  const rows = Object.entries({ connection: policies.connection, ...policies.commands, ...policies.operations })
    .map(([name, policy]) => ({ name, policy, refused: refusals(name) }))
    .sort((a, b) => b.refused - a.refused);
  return (
    <>
      <LogLevelCard admin={admin} />
      {nodes.some(({ isEnforced }) => !isEnforced) && (
        <p class="problem">Limits are switched off: LIMITS=off is for load tests alone.</p>
      )}
      <UnansweredNote nodes={unansweredOf(limits.nodes)} />
      <div class="cards">
        {nodes.map(({ nodeId, connectionLimits }) => (
          <section key={nodeId} class="card" aria-label={`Limits of ${nodeId}`}>
            <h2>{nodeId}</h2>
            <dl class="limit-list small">
              {Object.entries(connectionLimits).map(([name, limit]) => (
                <div key={name}>
                  <dt>{inWords(name)}</dt>
                  <dd class="figures">{limit === null ? 'none' : shown(name, limit)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div class="table-frame" role="region" aria-label="Rate policies" tabIndex={0}>
        <table class="table">
          <caption class="hidden-visually">Rate policies</caption>
          <thead>
            <tr>
              <th scope="col">Policy</th>
              <th scope="col">Limit</th>
              <th scope="col">Burst</th>
              <th scope="col">Refused in {minutes} minutes</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, policy: { limit, windowMs, burst }, refused }) => (
              <tr key={name}>
                <td>{name}</td>
                <td class="figures">
                  {limit} in {windowMs / SECOND_MS} s
                </td>
                <td class="figures">{burst}</td>
                <td class="figures">{refused}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** `maxUnsentBytes` → `max unsent bytes`. */
const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const shown = (name: string, limit: number): string =>
  name.includes('Bytes') ? formatBytes(limit) : formatCount(limit);

export const limitsView: View = { id: 'limits', title: 'Limits', icon: 'limits', View: LimitsView };

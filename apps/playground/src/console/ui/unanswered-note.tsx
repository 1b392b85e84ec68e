/** Says which nodes did not answer, so that a list or a sum is not taken for complete. */
import type { JSX } from 'preact';

interface AskedNode {
  readonly nodeId: string;
  readonly answered: boolean;
}

export const unansweredOf = (nodes: readonly AskedNode[]): string[] =>
  nodes.filter(({ answered }) => !answered).map(({ nodeId }) => nodeId);

export function UnansweredNote({ nodes }: { readonly nodes: readonly string[] }): JSX.Element | null {
  if (nodes.length === 0) return null;
  return <p class="muted small">Without {nodes.join(', ')}: no answer in time.</p>;
}

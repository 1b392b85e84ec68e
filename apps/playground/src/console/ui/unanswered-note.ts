/** Says which nodes did not answer, so that a list is not taken for complete. */
export const unansweredNote = (nodes: readonly string[]): { note: string } | undefined =>
  nodes.length === 0 ? undefined : { note: `Without ${nodes.join(', ')}: no answer in time.` };

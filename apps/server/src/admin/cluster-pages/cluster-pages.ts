/**
 * Merges the ordered pages of all nodes into one. Each node sends at most one entry more than the page may have: an entry
 * among the first `limit` of all nodes is among the first `limit` of every node that has it, so that sums over the nodes are
 * exact after one round.
 */
import { Injectable } from '@nestjs/common';
import { NodeQuestions } from '../nodes/node-questions';
import { SmallestEntries } from './smallest-entries';

export interface ClusterPageQuestion {
  /** The most entries that a node sends. */
  readonly limit: number;
  /** The key after which the page begins. */
  readonly cursor?: string | undefined;
}

/** The answer of a node: its smallest entries after the cursor, in the order of their keys. */
export interface NodePage<Entry> {
  entries: Entry[];
}

export interface ClusterPage<Entry> {
  entries: Entry[];
  /** The cursor of the next page; absent after the last. */
  next?: string;
  /** The nodes that did not answer within a second: what they hold is missing. */
  unansweredNodes: string[];
}

export interface PageMerge<Entry> {
  readonly keyOf: (entry: Entry) => string;
  /** Combines the entries that two nodes have under one key. */
  readonly merge: (known: Entry, other: Entry) => Entry;
}

@Injectable()
export class ClusterPages {
  constructor(private readonly nodes: NodeQuestions) {}

  /**
   * @param nodeId asks this node alone.
   * @throws AppError NOT_FOUND if it does not exist.
   */
  async collect<Entry>(
    topic: string,
    { limit, ...question }: ClusterPageQuestion,
    { keyOf, merge }: PageMerge<Entry>,
    nodeId?: string,
  ): Promise<ClusterPage<Entry>> {
    const answers = await this.nodes.askEach<NodePage<Entry>>(topic, { ...question, limit: limit + 1 }, nodeId);
    const selected = new SmallestEntries<Entry>(limit + 1, question.cursor);
    const unansweredNodes: string[] = [];
    for (const answer of answers) {
      if (!answer.answered) unansweredNodes.push(answer.nodeId);
      else
        for (const entry of answer.entries)
          selected.put(keyOf(entry), (known) => (known === undefined ? entry : merge(known, entry)));
    }
    const found = selected.toArray();
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    const next = found.length > limit && last !== undefined ? { next: keyOf(last) } : {};
    return { entries, ...next, unansweredNodes };
  }
}

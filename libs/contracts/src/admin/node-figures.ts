/** What one node has done in one second, for the plots of the admin console. */

/** Numbers of one second. Null: nothing was measured in this second. */
export interface SecondFigures {
  /** Open now, as all figures without a rate. */
  connections: number | null;
  users: number | null;
  /** Commands answered per second. */
  commands: number | null;
  /** Events emitted to rooms per second. */
  events: number | null;
  /** Time from the arrival of commands to their answers, interpolated within the buckets of the histogram. */
  handlerP50Ms: number | null;
  handlerP95Ms: number | null;
  handlerP99Ms: number | null;
  /** By how much the event loop was late. */
  eventLoopP99Ms: number | null;
  /** Most unsent bytes of one connection. */
  writeBufferBytes: number | null;
  /** Volatile events per second that a lagging connection did not get. */
  volatileDrops: number | null;
  /** Handshakes refused per second. */
  refusals: number | null;
  residentBytes: number | null;
  heapBytes: number | null;
  redisRoundTripMs: number | null;
  /** Statements and transactions that wait for a connection to PostgreSQL. */
  poolWaiting: number | null;
  commitP95Ms: number | null;
}

export type FigureName = keyof SecondFigures;

/** Numbers per second by label. A label without any is absent. */
export interface LabelledFigures {
  /** Attempts to recover a session, by outcome. */
  recoveries: Record<string, number>;
  /** Commands that failed or were dropped, by code. */
  errors: Record<string, number>;
  /** Steps of characters refused, by reason. */
  movesRefused: Record<string, number>;
}

export type FigureGroup = keyof LabelledFigures;

export type FiguresSample = SecondFigures & LabelledFigures;

export interface NodeSecond extends FiguresSample {
  nodeId: string;
  /** The second that was measured, in milliseconds since 1970. */
  at: number;
}

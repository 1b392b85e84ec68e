// A client's view of a zone, built from events: `zone:state` initialises it, `zone:view` and `zone:moves` update it.
export class DemoZonePicture {
  /** The visible entities by id: players have a `class`, monsters a `kind`. */
  seen = new Map();
  tick = 0;
  /** The number of received `zone:moves` events, and of the moves in them. */
  batches = 0;
  moves = 0;

  constructor(socket) {
    socket.on('zone:state', ({ tick, players, monsters }) => {
      this.tick = tick;
      this.seen = new Map([...players, ...monsters].map((entity) => [entity.id, entity]));
    });
    socket.on('zone:view', ({ tick, entered, left }) => {
      this.tick = tick;
      for (const id of left) this.seen.delete(id);
      for (const entity of entered) this.seen.set(entity.id, entity);
    });
    socket.on('zone:moves', (batch) => this.#applyMoves(batch));
  }

  #applyMoves({ tick, moves, full }) {
    this.tick = tick;
    this.batches++;
    this.moves += moves.length;
    for (const [id, x, y, facing] of moves) Object.assign(this.seen.get(id) ?? {}, { x, y, facing });
    if (!full) return;
    const present = new Set(moves.map(([id]) => id));
    for (const id of this.seen.keys()) if (!present.has(id)) this.seen.delete(id);
  }
}
